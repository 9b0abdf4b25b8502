/** Rules M2 and M5: refunds as a total and by id, and disputes. */
import type { WebhookEvent } from 'express-payment-webhooks'
import { exact, most, notBelowZero, total } from './exact.js'
import { groupBy, isLater, lastDate, type Told } from './told.js'

interface Total {
  readonly amount: bigint | 'all'
  readonly at: string | null
}

/** @param settledBy the amount that had finally arrived by a date */
export function refunds(events: Told, currency: string, settledBy: (at: string | null) => bigint) {
  const told = events.filter(({ refund }) => refund !== null)
  const isOwn = ({ refund }: WebhookEvent) => refund!.currency === currency
  const wholes = told.filter(({ refund }) => refund!.basis === 'total')
  const everything = events.filter(
    (event) => event.type === 'payment.refunded' && !(wholes.includes(event) && isOwn(event)),
  )
  const totals: Total[] = [
    ...wholes
      .filter(isOwn)
      .map(({ refund, occurredAt }) => ({ amount: exact(refund!.amount), at: refund!.asOf ?? occurredAt })),
    ...everything.map(({ occurredAt }) => ({ amount: 'all' as const, at: occurredAt })),
  ]
  const last = newestTotal(totals)
  const each = groupBy(
    told.filter(({ refund }) => refund!.basis === 'refund'),
    ({ refund, id }) => refund!.id ?? id,
  )
  const ends = [...each.values()].map(refundEnd)
  const done = ends.filter(({ verdict }) => verdict === 'confirmed')
  const failed = ends.filter(({ verdict }) => verdict === 'failed')
  const own = (some: readonly Ended[]) => some.filter((one) => one.currency === currency)
  const sum = (some: readonly Ended[]) => total(own(some).map(({ amount }) => amount))
  const foreign = new Set(
    wholes
      .filter((event) => !isOwn(event) && event.type !== 'payment.refunded')
      .map(({ refund }) => `${refund!.amount} ${refund!.currency}`),
  ).size
  return {
    returned: last === undefined ? sum(done) : withTotal(last),
    allAt: last?.amount === 'all' ? last.at : undefined,
    hasFailed: failed.length > 0,
    foreign: foreign + done.filter((one) => one.currency !== currency).length,
  }

  /**
   * Begun and confirmed after the total: added. Failed after it: subtracted, if the total can have contained it. Pending:
   * neither.
   */
  function withTotal({ amount, at }: Total): bigint {
    const counted = amount === 'all' ? settledBy(at) : amount
    const after = done.filter((one) => isLater(one.began, at))
    const unknown = done.filter((one) => one.at === null || at === null)
    const out = failed.filter((one) => isLater(one.at, at) && !isLater(one.began, at))
    return most([notBelowZero(counted - sum(out)), sum(unknown)]) + sum(after)
  }
}

function newestTotal(totals: readonly Total[]): Total | undefined {
  const dates = totals.flatMap(({ at }) => (at === null ? [] : [at])).sort()
  const those = dates.length === 0 ? totals : totals.filter(({ at }) => at === dates.at(-1))
  return (
    those.find(({ amount }) => amount === 'all') ??
    those.toSorted((a, b) => ((a.amount as bigint) < (b.amount as bigint) ? 1 : -1))[0]
  )
}

interface Ended {
  readonly verdict: string
  readonly amount: bigint
  readonly currency: string
  readonly at: string | null
  readonly began: string | null
}

const REFUND: Readonly<Record<string, string>> = { 'refund.pending': 'pending', 'refund.failed': 'failed' }

function refundEnd(events: readonly WebhookEvent[]): Ended {
  const words = ['pending', 'confirmed', 'failed'].flatMap((verdict) => {
    const those = events.filter(({ type }) => (REFUND[type] ?? 'confirmed') === verdict)
    if (those.length === 0) return []
    const at = lastDate(those)
    const { amount, currency } = largest(those.filter((event) => event.occurredAt === at).map(({ refund }) => refund!))
    return [{ verdict, at, amount, currency }]
  })
  // The event with the newest date counts. If dates do not decide, the order is: requested, completed, bounced.
  let last = words[0]!
  for (const word of words.slice(1)) if (!isLater(last.at, word.at)) last = word
  const dates = events
    .filter(({ type }) => type !== 'refund.failed')
    .flatMap(({ occurredAt }) => (occurredAt === null ? [] : [occurredAt]))
  return { ...last, began: dates.sort()[0] ?? null }
}

function largest(some: readonly { readonly amount: string; readonly currency: string }[]) {
  const amount = most(some.map((one) => exact(one.amount)))
  const currency = some
    .filter((one) => exact(one.amount) === amount)
    .map((one) => one.currency)
    .sort()
    .at(-1)!
  return { amount, currency }
}

export function disputesOf(events: Told, currency: string) {
  const each = groupBy(
    events.filter(({ dispute }) => dispute !== null),
    ({ dispute }) => dispute!.id,
  )
  const ends = [...each.values()].map(disputeEnd)
  const lost = ends.filter(({ verdict }) => verdict === 'lost')
  const open = ends.filter(({ verdict, withdrawn }) => verdict === 'opened' && withdrawn)
  const sum = (some: typeof ends) => total(some.filter((one) => one.currency === currency).map(({ amount }) => amount))
  return {
    lost: sum(lost),
    open: sum(open),
    isLost: lost.length > 0,
    foreign: [...lost, ...open].filter((one) => one.currency !== currency).length,
  }
}

/** The newest dated verdict counts. If undated or of the same date, the order is: lost, won, opened. */
function disputeEnd(events: readonly WebhookEvent[]) {
  const verdictOf = ({ type }: WebhookEvent) => (type.startsWith('dispute.') ? type.slice(8) : 'opened')
  const moving = events.filter((event) => verdictOf(event) !== 'inquiry')
  const last = lastDate(moving)
  const those = moving.filter(({ occurredAt }) => occurredAt === last)
  const verdict = ['lost', 'won', 'opened'].find((one) => those.some((event) => verdictOf(event) === one)) ?? 'none'
  const words = those.filter((event) => verdictOf(event) === verdict).map(({ dispute }) => dispute!)
  if (words.length === 0) return { verdict, amount: 0n, currency: '', withdrawn: false }
  return { verdict, ...largest(words), withdrawn: words.some(({ withdrawn }) => withdrawn) }
}
