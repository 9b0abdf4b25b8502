/** Money that goes back, or may go back: the facts of an event about refunds and disputes. Its amounts are readable. */
import type { EventDispute, EventRefund, WebhookEvent } from '../event.js'
import { toDecimal, type Money } from '../money.js'
import type { Dispute, Ledger, Refund, RefundTotal } from './ledger.js'
import { isOtherCurrency, type Terms } from './mismatch.js'
import type { Names } from './names.js'
import { instantOf } from './times.js'

type Facts = Partial<Ledger>

export function refundFacts(order: Terms, event: WebhookEvent, names: Names): Facts {
  const { type, refund } = event
  if (refund === null) return { refundTotals: type === 'payment.refunded' ? [everything(order, event)] : [] }
  const isAll = type === 'payment.refunded' && (refund.basis === 'refund' || isOtherCurrency(order, refund, names))
  if (isAll) return { refundTotals: [everything(order, event)], refunds: oneRefund(event, refund) }
  // A total counts with any type of event: an event about a failed refund contains a smaller total.
  return refund.basis === 'total'
    ? { refundTotals: [refundTotal(event, refund)] }
    : { refunds: oneRefund(event, refund) }
}

function everything({ expected }: Terms, { occurredAt }: WebhookEvent): RefundTotal {
  return { amount: null, currency: expected.currency, asOf: instantOf(occurredAt) }
}

function refundTotal({ occurredAt }: WebhookEvent, refund: EventRefund): RefundTotal {
  return { ...moneyOf(refund), asOf: instantOf(refund.asOf) ?? instantOf(occurredAt) }
}

function oneRefund({ id: eventId, type, occurredAt }: WebhookEvent, refund: EventRefund): readonly Refund[] {
  if (refund.basis === 'total') return []
  const at = instantOf(occurredAt)
  const verdict = type === 'refund.pending' ? 'pending' : type === 'refund.failed' ? 'failed' : 'confirmed'
  const none = { pending: null, confirmed: null, failed: null }
  return [
    {
      id: refund.id ?? eventId,
      ...none,
      [verdict]: { ...moneyOf(refund), at },
      beganAt: verdict === 'failed' ? null : at,
    },
  ]
}

/** An event about a payment contains the amount that is disputed now. */
export function disputeFacts({ type, dispute, occurredAt }: WebhookEvent): Facts {
  if (dispute === null) return {}
  const { id, reason, respondBy, withdrawn } = dispute
  const report = { ...moneyOf(dispute), at: instantOf(occurredAt) }
  const none = { inquiry: null, opened: null, won: null, lost: null }
  const verdict = verdictOf(type)
  const told = { [verdict]: verdict === 'opened' ? { ...report, withdrawn } : report }
  const one: Dispute = { id, ...none, ...told, reason, respondBy: instantOf(respondBy) }
  return { disputes: [one] }
}

function verdictOf(type: string): 'inquiry' | 'opened' | 'won' | 'lost' {
  const verdict = type.startsWith('dispute.') ? type.slice('dispute.'.length) : 'opened'
  return verdict as 'inquiry' | 'opened' | 'won' | 'lost'
}

function moneyOf({ amount, currency }: EventRefund | EventDispute): Money {
  return { amount: toDecimal(amount)!, currency: currency.toUpperCase() }
}
