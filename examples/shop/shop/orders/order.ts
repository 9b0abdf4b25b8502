/** The shop's record of an order, including the state of its payment. */
import type { OrderPayment, OrderStatus } from 'express-payment-webhooks/orders'
import type { LineView, PaymentInstructions, ProviderName } from '../views/props.js'

export interface ShopOrder {
  /** The unguessable part of the address of the order's page. */
  readonly id: string
  /** The name for people and providers. `payment.orderId` is the same. */
  readonly reference: string
  /** Digest of the buyer's session. */
  readonly session: string
  readonly provider: ProviderName
  readonly email: string
  /** The lines as they were when the order was placed: later prices change nothing. */
  readonly lines: readonly LineView[]
  /** How to pay the newest payment; null after its provider has closed it, or if staff have opened the order again. */
  readonly instructions: PaymentInstructions | null
  readonly payment: OrderPayment
  readonly placedAt: string
}

/** Statuses in which the deadline matters. */
export const OPEN_STATUSES: readonly OrderStatus[] = [
  'awaiting_payment',
  'payment_insufficient',
  'payment_failed',
  'payment_detected',
]

/** All statuses, in the order in which the operator sees them. */
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
