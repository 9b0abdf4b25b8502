/** Each transfer once, by the provider's id; a transfer known by its hash is the same as one known by an id. */
import type { WebhookEvent } from 'express-payment-webhooks'
import { exact, most, total } from './exact.js'
import { groupBy, isLater, lastDate, namesOf, type Told } from './told.js'
import type { CountedTransfer } from './payment-numbers.js'

export type PlacedTransfer = CountedTransfer & {
  readonly provider: string
  readonly payment: number
  readonly id: string
  readonly hash: string | null
}

/** @param own the events of each payment */
export function transfersOf(own: readonly Told[], wanted: number | null): PlacedTransfer[] {
  const all = own.flatMap((events, payment) =>
    events.filter(({ type }) => type.startsWith('transaction.')).map((event) => ({ event, payment })),
  )
  const hashOf = (id: string, payment: number) =>
    all
      .flatMap(({ event, payment: other }) =>
        event.transaction!.id === id && other === payment ? [event.transaction!.hash] : [],
      )
      .find((hash) => hash !== null) ?? null
  const groups = groupBy(all, ({ event, payment }) => {
    const { id } = event.transaction!
    return JSON.stringify([event.provider, id, hashOf(id, payment) === id ? payment : null])
  })
  const placed = [...groups.values()].map((told) => {
    const events = told.map(({ event }) => event)
    const { id } = events[0]!.transaction!
    const hash =
      events
        .map(({ transaction }) => transaction!.hash)
        .filter((one) => one !== null)
        .sort()[0] ?? null
    // If reported for two payments, it belongs to the one whose name is first.
    const first = told.map(({ payment }) => payment).sort((a, b) => (nameOf(own[a]!) < nameOf(own[b]!) ? -1 : 1))[0]!
    return { provider: events[0]!.provider, payment: first, id, hash, events }
  })
  const isSame = (one: (typeof placed)[number], echo: (typeof placed)[number]) =>
    one.provider === echo.provider && (one.hash === echo.hash || one.id === echo.hash)
  // A chain transaction fails as a whole.
  const withFailures = placed.map((one) => {
    const names = placed.filter(
      (other) =>
        other !== one && isEcho(one) !== isEcho(other) && (isEcho(one) ? isSame(other, one) : isSame(one, other)),
    )
    const failures = names.flatMap(({ events }) => events.filter(({ type }) => type === 'transaction.failed'))
    return { ...one, ...standing([...one.events, ...failures.map(withoutAmount)], wanted) }
  })
  return withoutEchoes(withFailures)
}

const nameOf = (events: Told) => events.flatMap((event) => namesOf(event).slice(0, 1)).sort()[0] ?? ''

const isEcho = ({ id, hash }: { readonly id: string; readonly hash: string | null }) => id === hash

/** A failure reported under another name contributes only the fact that it failed. */
const withoutAmount = (event: WebhookEvent): WebhookEvent => ({
  ...event,
  received: null,
  transaction: { ...event.transaction!, confirmations: null },
})

function standing(events: Told, wanted: number | null): CountedTransfer {
  const of = (verdict: string) => events.filter(({ type }) => type === `transaction.${verdict}`)
  const amounts = (some: Told) => some.flatMap(({ received }) => (received === null ? [] : [exact(received.amount)]))
  const least = (some: readonly bigint[]) => (some.length === 0 ? null : some.reduce((a, b) => (a < b ? a : b)))
  const confirmed = least(amounts(of('confirmed')))
  const seen = least(amounts([...of('detected'), ...of('failed')]))
  const counts = [...of('detected'), ...of('confirmed')].flatMap(({ transaction }) =>
    transaction!.confirmations === null ? [] : [transaction!.confirmations],
  )
  const isUncounted = of('confirmed').some(({ transaction }) => transaction!.confirmations === null)
  const has = isUncounted || counts.length === 0 ? null : Math.max(...counts)
  const isEnough = wanted !== null && (has === null ? wanted === 0 : has >= wanted)
  const isConfirmed = of('confirmed').length > 0
  const isFailed = of('failed').length > 0
  const isDoubted = isConfirmed && isFailed && !isLater(lastDate(of('confirmed')), lastDate(of('failed')))
  if (!isConfirmed && of('failed').length > 0) {
    const wasFinal = of('detected').length > 0 && wanted !== null && (has ?? 0) >= wanted
    return { events, amount: seen, state: 'gone', peak: wasFinal ? (seen ?? 0n) : 0n, isDoubted: false }
  }
  const byWord = isConfirmed && (wanted === null || has === null || isEnough) ? confirmed : null
  const byCount = isEnough ? seen : null
  const amount = byWord ?? byCount
  if (amount === null) return { events, amount: confirmed ?? seen, state: 'pending', peak: 0n, isDoubted: false }
  return { events, amount, state: 'final', peak: most([amount, byCount ?? 0n]), isDoubted }
}

/** One address by its hash and by an id, or addresses that nobody can tell apart: the side that reports more counts. */
function withoutEchoes(all: readonly PlacedTransfer[]): PlacedTransfer[] {
  const arrived = (some: readonly PlacedTransfer[]) =>
    total(some.map(({ state, amount }) => (state === 'final' ? amount! : 0n)))
  const uncounted = new Set<PlacedTransfer>()
  const drop = (echoes: readonly PlacedTransfer[], named: readonly PlacedTransfer[]) => {
    if (echoes.length === 0 || named.length === 0) return
    for (const one of arrived(echoes) > arrived(named) ? named : echoes) uncounted.add(one)
  }
  for (const echo of all.filter(isEcho)) {
    const echoes = all.filter((one) => isEcho(one) && one.provider === echo.provider && one.hash === echo.hash)
    const named = all.filter(
      (one) => !isEcho(one) && one.provider === echo.provider && (one.hash === echo.hash || one.id === echo.hash),
    )
    for (const one of echoes)
      drop(
        [one],
        named.filter(({ payment }) => payment === one.payment),
      )
    const alone = echoes.filter((one) => !named.some(({ payment }) => payment === one.payment))
    drop(
      alone,
      named.filter((one) => !echoes.some(({ payment }) => payment === one.payment)),
    )
  }
  return all.filter((one) => !uncounted.has(one))
}
