/** Callbacks that no shop can handle in the normal way: forged, authentic but useless, or about money that does not fit. */
import { missing, type Payment } from './payment.js'
import type { Callback } from './providers/provider.js'
import { providerOf } from './providers/registry.js'
import type { Delivery } from './storage/deliveries.js'

export const TROUBLES = ['forged', 'other-currency', 'late', 'unreadable', 'other-content'] as const
export type Trouble = (typeof TROUBLES)[number]

/** Providers date to the second, and the shop's own time started a moment apart. */
const LATE_BY_MS = 2000

/** Follows the event's name in the log. */
const CONTRADICTED = ', with other content'

interface Situation {
  readonly payment: Payment
  /** All deliveries of the payment, oldest first. */
  readonly deliveries: readonly Delivery[]
  /** If nothing proves the origin of a callback, its content counts for nothing. */
  readonly isSigned: boolean
}

/** The callbacks that can be sent now and will have the described result. */
export function troublesOf({ payment, deliveries, isSigned }: Situation): readonly Trouble[] {
  const isUnpaid = missing(payment) !== '0' && !payment.transfers.some(({ state }) => state !== 'failed')
  const possible: Readonly<Record<Trouble, boolean>> = {
    forged: true,
    'other-currency': isSigned && isUnpaid,
    late: isSigned && isUnpaid,
    unreadable: isSigned,
    'other-content': isSigned && toContradict(deliveries) !== null,
  }
  return TROUBLES.filter((trouble) => possible[trouble])
}

/** These callbacks do not change the payment, as if the provider were mistaken. */
export function callbackOf(trouble: Trouble, { payment, deliveries }: Situation, at: number): Callback {
  const provider = providerOf(payment)
  switch (trouble) {
    case 'forged':
      return provider.paidInFull(payment, at)
    case 'other-currency': {
      const currency = provider.otherCurrency
      const { event, payload } = provider.paidInFull({ ...payment, currency }, at)
      return { event: `${event}, in ${currency}`, payload }
    }
    case 'late': {
      const { event, payload } = provider.paidInFull(payment, at)
      return { event: `${event}, after the time to pay`, payload }
    }
    case 'unreadable':
      return { event: 'a new form', payload: { version: 'next', reference: payment.reference, money: 'on its way' } }
    case 'other-content': {
      const { event, body } = toContradict(deliveries)!
      return { event: event + CONTRADICTED, payload: provider.otherContent(JSON.parse(body) as object) }
    }
  }
}

/** The time of the event. A shop does not treat a future date as late, so a late payment has to wait. */
export function timeOf(trouble: Trouble, { createdAt }: Payment, now: number, lifetimeMs: number): number {
  return trouble === 'late' ? Math.max(now, createdAt + lifetimeMs + LATE_BY_MS) : now
}

/** The newest callback that the shop has and that another one can contradict. */
function toContradict(deliveries: readonly Delivery[]): Delivery | null {
  const known = deliveries.filter(
    ({ forged, state, event }) => !forged && state === 'delivered' && !event.endsWith(CONTRADICTED),
  )
  return (
    known.findLast(({ provider, body }) => {
      const payload = JSON.parse(body) as object
      return JSON.stringify(providerOf({ provider }).otherContent(payload)) !== JSON.stringify(payload)
    }) ?? null
  )
}
