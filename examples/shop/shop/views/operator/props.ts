/** What the operator's pages are made of. */
import type { Money } from 'express-payment-webhooks'
import type { OrderStatus, PaymentSummary } from 'express-payment-webhooks/orders'
import type { OrderView, PageContext, ProviderName } from '../props.js'

export interface OperatorLoginPageProps {
  readonly context: PageContext
  readonly problem: string | null
}

export interface OperatorOrderRow {
  readonly id: string
  readonly reference: string
  readonly placedAt: string
  readonly provider: ProviderName
  readonly email: string
  readonly status: OrderStatus
  readonly expected: Money
  readonly received: string
}

export interface OperatorOrdersPageProps {
  readonly context: PageContext
  readonly orders: readonly OperatorOrderRow[]
  /** How many orders there are in each status; those without any may be missing. */
  readonly counts: Readonly<Partial<Record<OrderStatus, number>>>
  /** What was looked for; null for nothing. */
  readonly search: string | null
  /** What is shown: one status, or all for null. Sent as `?status=`. */
  readonly status: OrderStatus | null
  /** Sent back as `?before=` for the next page; null on the last one. */
  readonly next: string | null
}

/** One change of one order, kept for ever. */
export interface AuditEntry {
  readonly at: string
  readonly from: OrderStatus
  readonly to: OrderStatus
  /** Null for what no provider said: the note tells what happened. */
  readonly eventId: string | null
  readonly eventType: string | null
  /** Anything else worth reading. */
  readonly note: string | null
}

export interface MailView {
  readonly createdAt: string
  readonly subject: string
  /** Null while it waits in the outbox. */
  readonly sentAt: string | null
  readonly attempts: number
}

export interface OperatorOrderPageProps {
  readonly context: PageContext
  readonly order: OrderView
  readonly payments: readonly PaymentSummary[]
  readonly audit: readonly AuditEntry[]
  readonly mails: readonly MailView[]
  /** When it was shipped; null before that. */
  readonly shippedAt: string | null
  readonly decision: 'accepted' | 'rejected' | 'canceled' | null
  readonly cards: readonly CardPaymentView[]
  readonly changes: readonly OrderChange[]
  readonly problem: string | null
  /** The field that the problem is about, by its id; null for none. */
  readonly fault: FieldAtFault | null
  /** What the last form did, in words; null for nothing. */
  readonly notice: string | null
}

/** What was entered into a field and cannot be taken. */
export interface FieldAtFault {
  readonly field: string
  readonly entered: string
}

/** A card payment that staff can do something with. */
export interface CardPaymentView {
  readonly paymentId: string
  /** What is reserved and can be charged; decimals in the order's currency. */
  readonly capturable: string
  /** What can go back. */
  readonly refundable: string
}

/** What the shop itself can do about an order now, apart from deciding one in review. */
export type OrderChange = 'cancel' | 'paid' | 'reprice' | 'reopen'

/** What staff can do with a card payment. */
export type CardAction = 'capture' | 'release' | 'refund'
