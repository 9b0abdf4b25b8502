/** A paid payment. Its status stays `paid`, whatever goes back, and its totals show the changes. */
import { chargebacksOf, isAllBack, isSome, paidFacts, refundsOf, type PaymentFacts, type State } from './facts.js'
import type { OrderReading } from './order-reference.js'
import type { MolliePayment } from './payload.js'

type PaidType =
  | 'payment.confirmed'
  | 'payment.refunded'
  | 'refund.pending'
  | 'refund.confirmed'
  | 'refund.failed'
  | 'dispute.opened'
  | 'dispute.won'

/**
 * A callback has no identity of its own, because Mollie sends the same one for every change. The state that was read has an
 * identity. Its refunds and chargebacks distinguish it from an earlier state with the same totals.
 */
export function identityOf(payment: MolliePayment): readonly string[] {
  const { id, status, amountCaptured, amountRefunded, amountChargedBack } = payment
  if (status !== 'paid') return [id, status]
  const refunds = refundsOf(payment).map((one) => `${one.id} ${one.status}`)
  const chargebacks = chargebacksOf(payment).map(
    (one) => `${one.id} ${one.reversedAt === null ? 'received' : 'reversed'}`,
  )
  const totals = [amountCaptured, amountRefunded, amountChargedBack].map((total) => (isSome(total) ? total.value : ''))
  return [id, status, ...totals, ...refunds.sort(), ...chargebacks.sort()]
}

/** The newest change decides the type. Every total is always included, because one read may show several changes. */
export function paidNews(state: State, reading: OrderReading): PaymentFacts & { readonly type: PaidType } {
  const { payment, asOf } = state
  const facts = paidFacts(state, reading)
  const refundedAt = newest(refundsOf(payment).map(({ createdAt }) => createdAt))
  const disputedAt = newest(chargebacksOf(payment).flatMap(({ createdAt, reversedAt }) => [createdAt, reversedAt]))
  if (facts.dispute != null && isNewer(disputedAt, refundedAt)) {
    const type = facts.dispute.withdrawn ? 'dispute.opened' : 'dispute.won'
    // The newer of two reports of a dispute counts, so this one needs a date.
    return { type, ...facts, occurredAt: disputedAt ?? asOf }
  }
  const refund = refundType(payment)
  return refund === null ? { type: 'payment.confirmed', ...facts } : { type: refund, ...facts, occurredAt: refundedAt }
}

/** True as well if either date is unknown. */
function isNewer(date: string | null, than: string | null): boolean {
  return date === null || than === null || date >= than
}

const UNDER_WAY: readonly string[] = ['queued', 'pending', 'processing']

/** Null if there never was a refund. Without the list of refunds, only the total is known. */
function refundType(payment: MolliePayment): PaidType | null {
  const refunds = refundsOf(payment)
  if (refunds.some(({ status }) => UNDER_WAY.includes(status))) return 'refund.pending'
  if (!isSome(payment.amountRefunded)) return refunds.length === 0 ? null : 'refund.failed'
  return isAllBack(payment) ? 'payment.refunded' : 'refund.confirmed'
}

/** Times are ISO 8601 in UTC, so the larger text is the later time. */
function newest(dates: readonly (string | null)[]): string | null {
  return dates.reduce((best, date) => ((date ?? '') > (best ?? '') ? date : best), null)
}
