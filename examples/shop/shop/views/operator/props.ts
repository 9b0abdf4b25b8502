/** View models of the operator's pages. */
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
  /** The number of orders in each status. A status without orders may be missing. */
  readonly counts: Readonly<Partial<Record<OrderStatus, number>>>
  /** The search text; null for none. */
  readonly search: string | null
  /** The filter: one status, or null for all. Sent as `?status=`. */
  readonly status: OrderStatus | null
  /** Sent back as `?before=` for the next page; null on the last one. */
  readonly next: string | null
}

/** One change of one order, kept forever. */
export interface AuditEntry {
  readonly at: string
  readonly from: OrderStatus
  readonly to: OrderStatus
  /** Null if the entry does not come from a provider: the note then says what happened. */
  readonly eventId: string | null
  readonly eventType: string | null
  /** Further information. */
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
  /** The time of the shipment; null before that. */
  readonly shippedAt: string | null
  readonly decision: 'accepted' | 'rejected' | 'canceled' | null
  readonly cards: readonly CardPaymentView[]
  readonly changes: readonly OrderChange[]
  readonly problem: string | null
  /** The wrong field, by its id; null for none. */
  readonly fault: FieldAtFault | null
  /** The result of the last form, in words; null for none. */
  readonly notice: string | null
}

/** A field with an entry that cannot be accepted. */
export interface FieldAtFault {
  readonly field: string
  readonly entered: string
}

/** A card payment on which staff can act. */
export interface CardPaymentView {
  readonly paymentId: string
  /** The reserved amount that can be charged, as a decimal in the order's currency. */
  readonly capturable: string
  /** The amount that can be sent back. */
  readonly refundable: string
}

/** The shop's own changes of an order, apart from decisions in review. */
export type OrderChange = 'cancel' | 'paid' | 'reprice' | 'reopen'

/** Staff's actions on a card payment. */
export type CardAction = 'capture' | 'release' | 'refund'
