/** The event of the shop's own clock: some providers never report that a payment request has run out. */
import type { WebhookEvent } from '../event.js'
import type { OrderPayment } from './order-payment.js'

/** No provider can have this name: `defineProvider` accepts only letters, digits and hyphens. */
const SHOP = '@shop'

/** A `payment.expired` for an order whose deadline has passed. */
export function expiryEvent({ orderId, expected }: OrderPayment, now: Date): WebhookEvent {
  const at = now.toISOString()
  return {
    id: `${SHOP}:expired:${orderId}:${at}`,
    type: 'payment.expired',
    provider: SHOP,
    orderId,
    paymentId: null,
    paymentIds: [],
    transaction: null,
    expected,
    received: null,
    original: null,
    refund: null,
    dispute: null,
    reason: 'the deadline of the order has passed',
    occurredAt: at,
    receivedAt: at,
    native: null,
  }
}

export function isExpiryEvent(event: WebhookEvent): boolean {
  return event.provider === SHOP
}
