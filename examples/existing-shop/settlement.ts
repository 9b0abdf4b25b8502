/** Applies payment events to an order. These are pure functions, so that every rule can be read and tested alone. */
import { compareDecimals, sumDecimals, type WebhookEvent } from 'express-payment-webhooks'
import { STATUSES, type Order } from './order.js'

/** `payment.*`: the provider's verdict on the whole payment. Its amounts are totals, so a later one replaces an earlier one. */
export function applyVerdict(order: Order, event: WebhookEvent): Order {
  const doubt = mismatch(order, event)
  if (doubt !== null) return review(order, doubt)
  const received = larger(order.received, event.received?.amount ?? '0')
  switch (event.type) {
    case 'payment.partially_paid':
      return advance({ ...order, received }, 'part_paid')
    case 'payment.detected':
      return advance({ ...order, received }, 'payment_detected')
    case 'payment.confirmed':
      return wasReturned(order, event) ? order : settle({ ...order, received }, event.received?.amount ?? '0', event)
    case 'payment.failed':
      return giveUp(order, 'payment_failed', event)
    case 'payment.expired':
      return giveUp(order, 'expired', event)
    case 'payment.canceled':
      return giveUp(order, 'canceled', event)
    case 'payment.refunded':
      return refund(order, event)
    default:
      return order
  }
}

/** `transaction.*`: one transfer of possibly several. Confirmed transfers add up, and each counts once. */
export function applyTransfer(order: Order, event: WebhookEvent): Order {
  const doubt = mismatch(order, event)
  if (doubt !== null) return review(order, doubt)
  const { transaction, received } = event
  if (event.type === 'transaction.detected') return advance(order, 'payment_detected')
  if (transaction === null || received === null) return review(order, `${event.id} names no transfer or no amount`)
  if (event.type === 'transaction.failed') {
    // The customer may send the money again, so a failed transfer does not close the order.
    return transaction.id in order.transfers ? review(order, `${event.id} after it was confirmed`) : order
  }
  const transfers = { ...order.transfers, [transaction.id]: received.amount }
  const total = sumDecimals(Object.values(transfers))
  return settle({ ...order, transfers, received: total }, total, event)
}

/** The reason why the event cannot be about this order's money, or null. */
function mismatch(order: Order, { id, received, expected, paymentId }: WebhookEvent): string | null {
  const currency = (received ?? expected)?.currency
  if (currency !== undefined && currency !== order.total.currency) return `${id} is in ${currency}`
  if (order.paymentId !== null && paymentId !== order.paymentId) return `${id} is for another payment, ${paymentId}`
  return null
}

/**
 * An order is paid only when its money has arrived. The provider's verdict is not enough, nor is the sum that another payment
 * announced.
 */
function settle(order: Order, confirmed: string, event: WebhookEvent): Order {
  if (order.status === 'refunded') return review(order, `${event.id} after a refund`)
  const difference = compareDecimals(confirmed, order.total.amount)
  if (difference < 0) {
    const short = advance(order, 'part_paid')
    return event.type === 'payment.confirmed' ? review(short, `confirmed with ${confirmed} only`) : short
  }
  const paid = advance({ ...order, paidBy: order.paidBy ?? event.paymentId }, 'paid')
  return difference > 0 ? review(paid, `overpaid: ${confirmed} ${order.total.currency}`) : paid
}

/** A failure closes an open order. A paid order stays paid, and a person looks at it. */
function giveUp(order: Order, status: Order['status'], event: WebhookEvent): Order {
  if (order.status !== 'paid') return advance(order, status)
  // This attempt came before the one that paid the order, so its failure no longer matters.
  if (event.paymentId !== order.paidBy) return order
  return review(order, `${event.type} after it was paid: ${event.reason ?? 'no reason given'}`)
}

/** The money went back. Another attempt may still pay the order, or may have paid it. */
function refund(order: Order, event: WebhookEvent): Order {
  const returned = { ...order, returned: [...order.returned, event.paymentId ?? event.id] }
  const isOurs = order.paidBy !== null && order.paidBy === event.paymentId
  return review(advance(returned, isOurs ? 'refunded' : 'payment_failed'), `${event.paymentId} was refunded`)
}

function wasReturned(order: Order, { paymentId, id }: WebhookEvent): boolean {
  return order.returned.includes(paymentId ?? id)
}

/** Events arrive in any order, so the status only moves forward. */
function advance(order: Order, status: Order['status']): Order {
  return STATUSES.indexOf(status) > STATUSES.indexOf(order.status) ? { ...order, status } : order
}

function review(order: Order, why: string): Order {
  return { ...order, review: why }
}

function larger(a: string, b: string): string {
  return compareDecimals(a, b) < 0 ? b : a
}
