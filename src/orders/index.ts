/** express-payment-webhooks/orders: from events to the state of an order. */
export { addPayments, openOrder, type NewOrder } from './open-order.js'
export { settle, type OrderUpdate, type PaymentName, type Settlement } from './settle.js'
export { cancel, decide } from './decide.js'
export { markPaid, reopen, reprice } from './amend.js'
export { importPayment, type ImportedPayment, type ImportedRefund } from './import-payment.js'
export { paymentsOf, type PaymentSummary, type TransferSummary } from './payments-of.js'
export { orderUpdates, type OrderContext, type OrderUpdates, type OrderUpdatesOptions } from './order-updates.js'
export { canonicalId, type Aliases } from './names.js'
export type { PaymentState } from './verdicts.js'
export type { By } from './act.js'
export type { SettlePolicy } from './policy.js'
export type { Decision, SeenMoney, ShopAction } from './shop-action.js'
export type {
  Dispute,
  Ledger,
  PaymentVerdict,
  Refund,
  RefundTotal,
  Report,
  ReportedTotal,
  Stray,
  Transfer,
  TransferVerdict,
  Verdicts,
} from './ledger.js'
export type { EndedPayment, OpenedPayment, OrderPayment, OrderStatus } from './order-payment.js'
export type { ReviewReason } from './review-reason.js'
