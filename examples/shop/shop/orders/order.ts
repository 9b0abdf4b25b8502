/** What the shop keeps of an order, beside the state of its payment. */
import type { OrderPayment, OrderStatus } from 'express-payment-webhooks/orders'
import type { LineView, PaymentInstructions, ProviderName } from '../views/props.js'

export interface ShopOrder {
  /** The unguessable part of its page's address. */
  readonly id: string
  /** What people and providers call it; `payment.orderId` is the same. */
  readonly reference: string
  /** Digest of the buyer's session. */
  readonly session: string
  readonly provider: ProviderName
  readonly email: string
  /** As they were when it was placed: later prices change nothing. */
  readonly lines: readonly LineView[]
  /** How the newest payment is paid; null once its provider has closed it, or where staff have opened the order again. */
  readonly instructions: PaymentInstructions | null
  readonly payment: OrderPayment
  readonly placedAt: string
}

/** Statuses in which time matters. */
export const OPEN_STATUSES: readonly OrderStatus[] = [
  'awaiting_payment',
  'payment_insufficient',
  'payment_failed',
  'payment_detected',
]

/** All there are, in the order in which the operator sees them. */
export const ORDER_STATUSES = [
  'awaiting_payment',
  'payment_authorized',
  'payment_detected',
  'payment_insufficient',
  'confirmed',
  'partially_refunded',
  'refunded',
  'disputed',
  'payment_failed',
  'canceled',
  'expired',
  'needs_review',
] as const satisfies readonly OrderStatus[]
