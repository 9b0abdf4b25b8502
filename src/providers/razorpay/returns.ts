/** Refunds and disputes: money that goes back to a buyer, or may go back. */
import type { UnrecognisedDraft } from '../../event.js'
import { dispute, entityIn, entityOf, payment, refund, type RazorpayEvent } from './payload.js'
import { namesOf, orderOf, razorpayMoney, type RazorpayReading } from './reading.js'
import type { Draft, Type } from './types.js'

const REFUNDS: Readonly<Record<string, Type>> = {
  // The refund's status may already be `processed`, which a separate event reports.
  'refund.created': 'refund.pending',
  'refund.processed': 'refund.confirmed',
  'refund.failed': 'refund.failed',
}

export function refundDraft(event: RazorpayEvent, reading: RazorpayReading): Draft | UnrecognisedDraft {
  const found = entityOf(event, 'refund', refund)
  const of = entityIn(event, 'payment', payment)
  const identity = [event.event, found.id]
  // Reserved money that was never captured returns automatically: another payment may still pay the order.
  if (of?.captured === false) return { unrecognised: event.event, identity: [found.id], native: event }
  return {
    type: REFUNDS[event.event]!,
    identity,
    ...aboutPayment(of, found.payment_id, reading),
    refund: { ...razorpayMoney(found.amount, found.currency), id: found.id, basis: 'refund' },
    occurredAt: event.created_at,
    native: event,
  }
}

/** In these phases a bank requests information or suspects fraud, but takes no money. */
const INQUIRIES: readonly (string | null)[] = ['retrieval', 'fraud']

/** These events come once for each dispute. The others may come again. */
const ONCE = /\.(?:created|won|lost|closed)$/

export function disputeDraft(event: RazorpayEvent, reading: RazorpayReading): Draft {
  const found = entityOf(event, 'dispute', dispute)
  const { id, amount_deducted: deducted, reason_code: reason } = found
  const type = disputeType(event.event, deducted > 0, INQUIRIES.includes(found.phase))
  return {
    type,
    identity: [event.event, id, ...(ONCE.test(event.event) ? [] : [event.created_at ?? ''])],
    ...aboutPayment(entityIn(event, 'payment', payment), found.payment_id, reading),
    dispute: {
      ...razorpayMoney(deducted > 0 ? deducted : found.amount, found.currency),
      id,
      withdrawn: type === 'dispute.lost' || (type === 'dispute.opened' && deducted > 0),
      reason,
      respondBy: found.respond_by,
    },
    reason,
    occurredAt: event.created_at,
    native: event,
  }
}

function disputeType(name: string, isDeducted: boolean, isInquiry: boolean): Type {
  if (name === 'payment.dispute.won') return 'dispute.won'
  if (name === 'payment.dispute.lost') return 'dispute.lost'
  // A dispute that closed without a verdict has moved nothing, or keeps what it took.
  const movesNothing = isInquiry || name === 'payment.dispute.closed'
  return movesNothing && !isDeducted ? 'dispute.inquiry' : 'dispute.opened'
}

type PaymentOf = Parameters<typeof namesOf>[0] & { readonly notes: Readonly<Record<string, unknown>> }

function aboutPayment(of: PaymentOf | null, paymentId: string, reading: RazorpayReading) {
  if (of === null) return { orderId: null, paymentId }
  return { orderId: orderOf(null, [of.notes], reading), ...namesOf(of, reading) }
}
