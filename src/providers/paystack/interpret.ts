/** Maps Paystack's events to ours. */
import { DeliveryError } from '../../errors.js'
import type { EventDraft, UnrecognisedDraft } from '../../event.js'
import { nameOfOtherMode } from '../../lib/other-mode.js'
import { validate } from '../../payload.js'
import { orderOf, paystackMoney, type MoneyReading, type OrderReading } from './reading.js'
import { charge, dispute, paymentRequest, refund, rejected, type PaystackEvent } from './payload.js'

/** The options that decide what an event means. */
export interface PaystackReading extends OrderReading, MoneyReading {
  readonly mode: 'live' | 'test'
  readonly money: 'charge' | 'payment_request'
}

export const PAYSTACK_TYPES = [
  'payment.pending',
  'payment.confirmed',
  'payment.failed',
  'refund.pending',
  'refund.confirmed',
  'refund.failed',
  'dispute.opened',
  'dispute.won',
  'dispute.lost',
  // Another event reports the same money as these three.
  'paystack.charge.success',
  'paystack.paymentrequest.pending',
  'paystack.paymentrequest.success',
] as const

type Type = (typeof PAYSTACK_TYPES)[number]

type Draft = EventDraft<Type, PaystackEvent>

/** @throws DeliveryError `PAYLOAD_INVALID` for data that do not have the documented shape */
export function interpret(event: PaystackEvent, reading: PaystackReading): Draft | UnrecognisedDraft {
  const { domain } = event.data
  // A charge of a test card is signed like any other, with the key of its mode.
  if (domain === 'other') return unrecognised(event, `other.${event.event}`)
  if (domain !== null && domain !== reading.mode) {
    return unrecognised(event, nameOfOtherMode('paystack', domain, event.event))
  }
  switch (event.event) {
    case 'charge.success':
      return chargeDraft(event, reading, reading.money === 'charge' ? 'payment.confirmed' : 'paystack.charge.success')
    case 'charge.failed':
      return chargeDraft(event, reading, 'payment.failed')
    case 'bank.transfer.rejected':
      return rejectedDraft(event, reading)
    case 'paymentrequest.pending':
    case 'paymentrequest.success':
      return paymentRequestDraft(event, reading)
    case 'refund.pending':
    case 'refund.processing':
    case 'refund.needs-attention':
      return refundDraft(event, reading, 'refund.pending')
    case 'refund.processed':
      return refundDraft(event, reading, 'refund.confirmed')
    case 'refund.failed':
      return refundDraft(event, reading, 'refund.failed')
    case 'charge.dispute.create':
    case 'charge.dispute.remind':
    case 'charge.dispute.resolve':
      return disputeDraft(event, reading)
    default:
      return unrecognised(event)
  }
}

/** Identified by its content: some events about one object come several times, and events have no ids. */
function unrecognised(event: PaystackEvent, name = event.event): UnrecognisedDraft {
  return { unrecognised: name, native: event }
}

function chargeDraft(event: PaystackEvent, reading: PaystackReading, type: Type): Draft {
  const found = validate(charge, event.data)
  const { id, reference, currency, status, requested_amount: requested } = found
  if (event.event === 'charge.success' && status !== 'success') {
    throw new DeliveryError('PAYLOAD_INVALID', 'charge.success has a charge with another status')
  }
  const paid = paystackMoney(found.amount, currency, reading)
  return {
    type,
    identity: [event.event, id],
    orderId: orderOf(found.metadata, reference, reading),
    paymentId: reference,
    paymentIds: [id],
    expected: requested === null ? paid : paystackMoney(requested, currency, reading),
    received: type === 'payment.confirmed' ? { ...paid, basis: 'total' } : null,
    reason: type === 'payment.failed' ? found.gateway_response : null,
    occurredAt: found.paid_at ?? found.paidAt,
    native: event,
  }
}

/** Not final: the buyer may transfer again in the same transaction. */
function rejectedDraft(event: PaystackEvent, reading: PaystackReading): Draft | UnrecognisedDraft {
  const { reference, id, metadata, message } = validate(rejected, event.data)
  if (reference === null || id === null) return unrecognised(event)
  return {
    type: 'payment.failed',
    identity: [event.event, id],
    orderId: orderOf(metadata, reference, reading),
    paymentId: reference,
    paymentIds: [id],
    reason: message,
    native: event,
  }
}

function paymentRequestDraft(event: PaystackEvent, reading: PaystackReading): Draft {
  const found = validate(paymentRequest, event.data)
  const isPaid = event.event === 'paymentrequest.success'
  const asked = paystackMoney(found.amount, found.currency, reading)
  const facts = {
    identity: [event.event, found.id],
    orderId: orderOf(found.metadata, found.request_code, reading),
    paymentId: found.request_code,
    expected: asked,
    occurredAt: found.paid_at,
    native: event,
  }
  if (reading.money === 'charge') {
    return { type: isPaid ? 'paystack.paymentrequest.success' : 'paystack.paymentrequest.pending', ...facts }
  }
  if (!isPaid) return { type: 'payment.pending', ...facts }
  return { type: 'payment.confirmed', ...facts, received: { ...asked, basis: 'total' } }
}

/**
 * Many refunds have no id, and get a reference only when processed. Nothing else distinguishes two refunds of the same
 * amount.
 */
function refundDraft(event: PaystackEvent, reading: PaystackReading, type: Type): Draft {
  const found = validate(refund, event.data)
  const { id, refund_reference: own, transaction_reference: reference, amount, currency } = found
  const name = id ?? own
  if (name === null && type !== 'refund.pending') {
    throw new DeliveryError('PAYLOAD_INVALID', `${event.event} has no refund id, which is needed to count it once`)
  }
  const back = paystackMoney(amount, currency, reading)
  return {
    type,
    identity: name === null ? [event.event, '', reference, back.amount] : [event.event, name],
    orderId: orderOf({}, reference, reading),
    paymentId: reference,
    refund: { ...back, id: name, basis: 'refund' },
    native: event,
  }
}

/** Paystack takes the money after the dispute is accepted, by the merchant or because nobody answered in time. */
function disputeDraft(event: PaystackEvent, reading: PaystackReading): Draft {
  const found = validate(dispute, event.data)
  const { id, transaction, category, resolution, updated_at: updatedAt } = found
  const isResolved = event.event === 'charge.dispute.resolve'
  const isWon = isResolved && resolution === 'declined'
  const isLost = isResolved && !isWon
  if (isLost && resolution !== 'merchant-accepted' && resolution !== 'auto-accepted') {
    throw new DeliveryError('PAYLOAD_INVALID', 'charge.dispute.resolve has a resolution that is not documented')
  }
  const amount = found.refund_amount ?? transaction.amount
  return {
    type: isWon ? 'dispute.won' : isLost ? 'dispute.lost' : 'dispute.opened',
    // A reminder may come several times.
    identity: [
      event.event,
      id,
      ...(event.event === 'charge.dispute.remind' ? [found.status ?? '', updatedAt ?? ''] : []),
    ],
    orderId: orderOf(transaction.metadata, transaction.reference, reading),
    paymentId: transaction.reference,
    paymentIds: [transaction.id],
    dispute: {
      ...paystackMoney(amount, found.currency ?? transaction.currency, reading),
      id,
      withdrawn: isLost,
      reason: category,
      respondBy: found.dueAt,
    },
    reason: resolution ?? category,
    occurredAt: (isResolved ? found.resolvedAt : null) ?? updatedAt ?? found.created_at,
    native: event,
  }
}
