/** Maps Razorpay's events to ours. */
import type { UnrecognisedDraft } from '../../event.js'
import { disputeDraft, refundDraft } from './returns.js'
import { entityIn, entityOf, link, order, payment, type RazorpayEvent } from './payload.js'
import { namesOf, orderOf, razorpayMoney, type RazorpayReading } from './reading.js'
import type { Draft } from './types.js'

/** @throws DeliveryError `PAYLOAD_INVALID` for an entity that does not have the documented shape */
export function interpret(event: RazorpayEvent, reading: RazorpayReading): Draft | UnrecognisedDraft {
  switch (event.event) {
    case 'payment.authorized':
    case 'payment.captured':
    case 'payment.failed':
      return paymentDraft(event, reading)
    case 'order.paid':
      return orderDraft(event, reading)
    case 'payment_link.paid':
    case 'payment_link.partially_paid':
    case 'payment_link.cancelled':
    case 'payment_link.expired':
      return linkDraft(event, reading)
    case 'refund.created':
    case 'refund.processed':
    case 'refund.failed':
      return refundDraft(event, reading)
    case 'payment.dispute.created':
    case 'payment.dispute.under_review':
    case 'payment.dispute.action_required':
    case 'payment.dispute.won':
    case 'payment.dispute.lost':
    case 'payment.dispute.closed':
      return disputeDraft(event, reading)
    default:
      // Identified by its content, because the body has no id of the event.
      return { unrecognised: event.event, native: event }
  }
}

/**
 * One attempt, which has each outcome at most once. A payment of an order is a transaction of it, and its failure does not
 * fail the order.
 */
function paymentDraft(event: RazorpayEvent, reading: RazorpayReading): Draft {
  const found = entityOf(event, 'payment', payment)
  const amount = razorpayMoney(found.amount, found.currency)
  const isWhole = reading.money === 'payment' || found.order_id === null
  const facts = {
    identity: [event.event, found.id],
    orderId: orderOf(null, [found.notes], reading),
    ...namesOf(found, reading),
    occurredAt: event.created_at,
    native: event,
  }
  const transaction = { id: found.id, hash: null, network: null, confirmations: null }
  if (event.event === 'payment.authorized') {
    return { type: 'payment.authorized', ...facts, received: { ...amount, basis: 'total' } }
  }
  if (event.event === 'payment.failed') {
    const reason = found.error_description
    return isWhole
      ? { type: 'payment.failed', ...facts, expected: amount, reason }
      : { type: 'transaction.failed', ...facts, transaction, reason }
  }
  if (reading.money === 'payment_link') return { type: 'razorpay.payment.captured', ...facts }
  return isWhole
    ? { type: 'payment.confirmed', ...facts, expected: amount, received: { ...amount, basis: 'total' } }
    : { type: 'transaction.confirmed', ...facts, transaction, received: { ...amount, basis: 'transaction' } }
}

function orderDraft(event: RazorpayEvent, reading: RazorpayReading): Draft {
  const found = entityOf(event, 'order', order)
  const paidBy = entityIn(event, 'payment', payment)
  const facts = {
    identity: [event.event, found.id],
    orderId: orderOf(found.receipt, notesOf(found, paidBy), reading),
    paymentId: found.id,
    paymentIds: [paidBy?.id ?? null],
    expected: razorpayMoney(found.amount, found.currency),
    occurredAt: event.created_at,
    native: event,
  }
  if (reading.money !== 'order') return { type: 'razorpay.order.paid', ...facts }
  const received = { ...razorpayMoney(found.amount_paid, found.currency), basis: 'total' } as const
  return { type: 'payment.confirmed', ...facts, received }
}

/** A link belongs to an order, whose money is reported like that of any other order. */
function linkDraft(event: RazorpayEvent, reading: RazorpayReading): Draft {
  const found = entityOf(event, 'payment_link', link)
  const [behind, paidBy] = [entityIn(event, 'order', order), entityIn(event, 'payment', payment)]
  const isMoney = reading.money === 'payment_link'
  const isPart = event.event === 'payment_link.partially_paid'
  const facts = {
    identity: [event.event, found.id, ...(isPart ? [String(found.amount_paid)] : [])],
    orderId: orderOf(found.reference_id, notesOf(found, behind, paidBy), reading),
    paymentId: isMoney ? found.id : (behind?.id ?? found.id),
    paymentIds: [found.id, behind?.id ?? null, ...(isMoney ? [paidBy?.id ?? null] : [])],
    expected: razorpayMoney(found.amount, found.currency),
    occurredAt: event.created_at,
    native: event,
  }
  if (event.event === 'payment_link.cancelled') return { type: 'payment.canceled', ...facts }
  if (event.event === 'payment_link.expired') return { type: 'payment.expired', ...facts }
  if (!isMoney)
    return { type: isPart ? 'razorpay.payment_link.partially_paid' : 'razorpay.payment_link.paid', ...facts }
  const received = { ...razorpayMoney(found.amount_paid, found.currency), basis: 'total' } as const
  return { type: isPart ? 'payment.partially_paid' : 'payment.confirmed', ...facts, received }
}

type Noted = { readonly notes: Readonly<Record<string, unknown>> } | null

function notesOf(...entities: readonly Noted[]): readonly Readonly<Record<string, unknown>>[] {
  return entities.flatMap((entity) => (entity === null ? [] : [entity.notes]))
}
