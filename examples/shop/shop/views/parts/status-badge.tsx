/** An order's status in one or two words. */
import type { OrderStatus } from 'express-payment-webhooks/orders'

/** The tone of a status. The stylesheet has a colour for each, and the words are clear without it. */
export type Tone = 'waiting' | 'good' | 'attention' | 'bad' | 'over'

export const STATUS: Readonly<Record<OrderStatus, { readonly label: string; readonly tone: Tone }>> = {
  awaiting_payment: { label: 'Awaiting payment', tone: 'waiting' },
  payment_authorized: { label: 'Reserved', tone: 'waiting' },
  payment_detected: { label: 'Payment seen', tone: 'waiting' },
  payment_insufficient: { label: 'Part paid', tone: 'attention' },
  confirmed: { label: 'Paid', tone: 'good' },
  payment_failed: { label: 'Payment failed', tone: 'bad' },
  canceled: { label: 'Canceled', tone: 'over' },
  expired: { label: 'Expired', tone: 'over' },
  partially_refunded: { label: 'Partly refunded', tone: 'over' },
  refunded: { label: 'Refunded', tone: 'over' },
  disputed: { label: 'Disputed', tone: 'attention' },
  needs_review: { label: 'Being checked', tone: 'attention' },
}

export function StatusBadge({ status }: { readonly status: OrderStatus }) {
  const { label, tone } = STATUS[status]
  return <span class={`badge ${tone}`}>{label}</span>
}
