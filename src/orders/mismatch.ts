/** Whether an event is about this order's money at all. */
import type { WebhookEvent } from '../event.js'
import type { OpenedPayment, OrderPayment, ReviewReason } from './order-payment.js'

/** Why the event cannot settle the order, or null when it can. */
export function mismatchOf(order: OrderPayment, event: WebhookEvent): ReviewReason | null {
  const names = ({ reference = order.orderId }: OpenedPayment) => event.orderId === reference
  const own = order.payments.filter(({ provider }) => provider === event.provider)
  const opened = own.find(({ paymentId }) => paymentId === event.paymentId && paymentId !== null)
  if (opened !== undefined && event.orderId !== null && !names(opened)) return 'order_mismatch'
  // Where the provider chooses the id only when the buyer pays, the order's name is all there is.
  if (opened === undefined && !own.some((one) => one.paymentId === null && names(one))) {
    return event.orderId === null || event.orderId === order.orderId ? 'payment_unknown' : 'order_mismatch'
  }
  if (isOtherCurrency(order, event)) return 'currency_mismatch'
  return event.type.startsWith('transaction.') ? transactionMismatch(order, event) : paymentMismatch(event)
}

function isOtherCurrency({ expected }: OrderPayment, event: WebhookEvent): boolean {
  return [event.received, event.expected].some((money) => money !== null && money.currency !== expected.currency)
}

function transactionMismatch(order: OrderPayment, { type, transaction, received }: WebhookEvent): ReviewReason | null {
  // A failure brings nothing, so it need not say how much of what, and where, it would have been.
  const failed = type === 'transaction.failed'
  if (transaction === null || (received === null && !failed)) return 'amount_missing'
  if (received !== null && received.basis !== 'transaction') return 'amount_missing'
  // One address can be valid on several chains: money that does not say where it came in is not taken for paid.
  const network = transaction.network?.toLowerCase() ?? (failed ? order.network : null)
  return order.network !== null && network !== order.network ? 'network_mismatch' : null
}

function paymentMismatch({ type, received }: WebhookEvent): ReviewReason | null {
  if (received === null) return type === 'payment.confirmed' ? 'amount_missing' : null
  return received.basis === 'total' ? null : 'amount_missing'
}
