/** express-payment-webhooks/orders: from events to the state of an order. */
export { addPayments, openOrder, type NewOrder } from './open-order.js'
export { decide, settle, type OrderUpdate, type Settlement } from './settle.js'
export { orderUpdates, type OrderContext, type OrderUpdates, type OrderUpdatesOptions } from './order-updates.js'
export type { SettlePolicy } from './policy.js'
export type {
  AttemptVerdict,
  OpenedPayment,
  OrderPayment,
  OrderStatus,
  OrderTransaction,
  PaymentAttempt,
  ReportedTotal,
  ReviewReason,
  Stray,
  TransactionVerdict,
  Verdicts,
} from './order-payment.js'
