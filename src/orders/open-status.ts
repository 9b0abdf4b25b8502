/** Where an order stands that has no money yet, or has none any more. */
import type { OpenedPayment, OrderPayment, OrderStatus, PaymentAttempt } from './order-payment.js'
import { attemptState } from './sources.js'

/** True when every payment the provider has judged came to nothing, and no other was opened. */
export function isClosed(order: OrderPayment): boolean {
  return order.attempts.every((one) => attemptState(one) !== 'confirmed') && isOver(order)
}

/** True when the provider has had its last word about every payment that was opened: none is left to be paid. */
export function isOver({ orderId, attempts, payments }: OrderPayment): boolean {
  if (attempts.length === 0 || attempts.some((one) => attemptState(one) === 'open')) return false
  const isOf = ({ provider, paymentId, reference = orderId }: OpenedPayment, attempt: PaymentAttempt) =>
    provider === attempt.provider &&
    (paymentId === null ? reference === attempt.reference : paymentId === attempt.paymentId)
  return payments.every((payment) => attempts.some((attempt) => isOf(payment, attempt)))
}

export function statusWithoutMoney(order: OrderPayment): OrderStatus {
  const closed = isClosed(order)
  const has = (verdict: 'canceled' | 'failed' | 'expired') => order.attempts.some(({ verdicts }) => verdict in verdicts)
  if (closed && has('canceled')) return 'canceled'
  if (order.deadline !== 'ahead') return 'expired'
  // An address stays open after a transaction failed; the buyer has to know that this one will not pay.
  if (order.transactions.some(({ state }) => state === 'failed')) return 'payment_failed'
  if (closed && has('failed')) return 'payment_failed'
  return closed && has('expired') ? 'expired' : 'awaiting_payment'
}
