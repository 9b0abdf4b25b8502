/** Whether an event is about this order's money at all. */
import type { WebhookEvent } from '../event.js'
import type { OrderPayment, ReviewReason } from './order-payment.js'

/** Why the event cannot settle the order, or null when it can. */
export function mismatchOf(order: OrderPayment, event: WebhookEvent): ReviewReason | null {
  if (event.orderId !== null && event.orderId !== order.orderId) return 'order_mismatch'
  if (!isOpened(order, event)) return 'payment_unknown'
  if (isOtherCurrency(order, event)) return 'currency_mismatch'
  return event.type.startsWith('transaction.') ? transactionMismatch(order, event) : paymentMismatch(event)
}

/** A payment of the shop's own making, or one that names the order where the provider chooses the id only later. */
function isOpened({ orderId, payments }: OrderPayment, event: WebhookEvent): boolean {
  return payments.some(
    ({ provider, paymentId }) =>
      provider === event.provider && (paymentId === null ? event.orderId === orderId : event.paymentId === paymentId),
  )
}

function isOtherCurrency({ expected }: OrderPayment, event: WebhookEvent): boolean {
  return [event.received, event.expected].some((money) => money !== null && money.currency !== expected.currency)
}

function transactionMismatch({ network }: OrderPayment, { transaction, received }: WebhookEvent): ReviewReason | null {
  if (transaction === null || received?.basis !== 'transaction') return 'amount_missing'
  // One address can be valid on several chains: money that does not say where it came in is not taken for paid.
  return network !== null && transaction.network?.toLowerCase() !== network ? 'network_mismatch' : null
}

function paymentMismatch({ type, received }: WebhookEvent): ReviewReason | null {
  if (received === null) return type === 'payment.confirmed' ? 'amount_missing' : null
  return received.basis === 'total' ? null : 'amount_missing'
}
