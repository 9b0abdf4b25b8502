/** The types of Razorpay's events. */
import type { EventDraft } from '../../event.js'
import type { RazorpayEvent } from './payload.js'

export const RAZORPAY_TYPES = [
  'payment.authorized',
  'payment.partially_paid',
  'payment.confirmed',
  'payment.failed',
  'payment.canceled',
  'payment.expired',
  'transaction.confirmed',
  'transaction.failed',
  'refund.pending',
  'refund.confirmed',
  'refund.failed',
  'dispute.inquiry',
  'dispute.opened',
  'dispute.won',
  'dispute.lost',
  // Another event reports the same money as these.
  'razorpay.payment.captured',
  'razorpay.order.paid',
  'razorpay.payment_link.paid',
  'razorpay.payment_link.partially_paid',
] as const

export type Type = (typeof RAZORPAY_TYPES)[number]

export type Draft = EventDraft<Type, RazorpayEvent>
