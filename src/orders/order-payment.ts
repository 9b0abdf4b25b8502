/** What is known about the payment of one order: plain data, to be kept in one JSON column beside the order. */
import type { Money } from '../money.js'

/** Where an order's payment stands. docs/orders.md has the table of what may follow what. */
export type OrderStatus =
  | 'awaiting_payment'
  /** All of it was seen, or more is on its way; none of it is final. */
  | 'payment_detected'
  /** Less than the price has arrived; the buyer can pay the difference. */
  | 'payment_insufficient'
  /** Paid, and final: ship it. */
  | 'confirmed'
  /** An attempt failed; the buyer can try again. */
  | 'payment_failed'
  | 'canceled'
  | 'expired'
  | 'refunded'
  /** Money or a message arrived that a person has to look at. `reasons` says why. */
  | 'needs_review'

/** Why a person has to look at an order, or should know something about it. */
export type ReviewReason =
  /** It names another order than the payment it is about. */
  | 'order_mismatch'
  /** A payment that the shop did not open for this order. */
  | 'payment_unknown'
  | 'currency_mismatch'
  /** Another chain than the one offered, or none named where one is expected. */
  | 'network_mismatch'
  /** Money without an amount, or a transfer without an id to count it once by. */
  | 'amount_missing'
  /** One transaction was reported with two amounts. */
  | 'amount_conflict'
  /** One payment was called both a success and a failure; it stays paid unless the failure is dated later. */
  | 'failed_after_confirmed'
  | 'confirmed_after_refund'
  /** It was paid, or accepted by a person, with money that has failed or was sent back since; the goods may be out. */
  | 'undone_after_paid'
  /** Money came in after the order was rejected. */
  | 'money_after_rejection'
  /** Paid in full, but the money was seen only after the deadline. */
  | 'paid_late'
  | 'overpaid'
  /** The provider calls a payment complete that does not pay the price, and no other is open. */
  | 'paid_short'
  /** Enough has arrived, but part of it in a payment that its provider does not call complete. */
  | 'paid_in_parts'
  /** Closed, with money in it that does not pay the price. */
  | 'part_paid'
  /** Seen before the deadline, and still not final long after it. */
  | 'never_confirmed'

/** A payment the shop opened for the order. */
export interface OpenedPayment {
  /** The provider's name, for example `coins-ph`. */
  readonly provider: string
  /** The provider's id of it: invoice, order or address. Null accepts any payment that names this order. */
  readonly paymentId: string | null
  /** What the order was called there, when not by its id: Coins.ph takes a reference only once. @default orderId */
  readonly reference?: string
}

export type TransactionVerdict = 'detected' | 'confirmed' | 'failed'

/** When each verdict was given: the latest time the provider dated it, or null where it does not. */
export type Verdicts<Verdict extends string> = Readonly<Partial<Record<Verdict, string | null>>>

/** One transfer to the order, counted once. */
export interface OrderTransaction {
  readonly provider: string
  /** What it came in for: the opened payment's id, for example the address. */
  readonly paymentId: string | null
  /** The provider's id of it, else the chain hash: then it is one transfer per payment, since a hash can pay several. */
  readonly id: string
  readonly hash: string | null
  readonly network: string | null
  /** What it brings, in the order's currency. */
  readonly amount: string
  readonly state: TransactionVerdict
  /** The most confirmations reported; null where none were, and where it was called confirmed without a number. */
  readonly confirmations: number | null
  /** When it was first seen, ISO 8601 in UTC. */
  readonly seenAt: string
  readonly verdicts: Verdicts<TransactionVerdict>
}

export type AttemptVerdict =
  'pending' | 'partially_paid' | 'detected' | 'confirmed' | 'failed' | 'canceled' | 'expired' | 'refunded'

/** A total that a provider reported for a payment, and when it was first reported. */
export interface ReportedTotal {
  readonly amount: string
  readonly seenAt: string
}

/** One payment request, as far as the provider has judged it. */
export interface PaymentAttempt {
  readonly provider: string
  readonly paymentId: string
  /** What the provider calls the order there; null when it does not say. */
  readonly reference: string | null
  /** Every total reported, smallest first. */
  readonly totals: readonly ReportedTotal[]
  /** When money was first seen, ISO 8601 in UTC; null before that. */
  readonly seenAt: string | null
  readonly verdicts: Verdicts<AttemptVerdict>
}

/** What a person saw of one transfer or payment when deciding about its order. */
export interface SeenMoney {
  readonly source: string
  /** What had neither failed nor been sent back, final or not. */
  readonly kept: string
  /** The totals of payments that were not complete. */
  readonly reported: string
  /** What counted as paid. */
  readonly final: string
  /** How many there were that were final, or payments that could become so. */
  readonly live: number
}

/** A person's word about an order in review, and what it was about. */
export interface Decision {
  readonly verdict: 'accepted' | 'rejected'
  readonly money: readonly SeenMoney[]
  /** How much had come that did not fit. */
  readonly strays: number
}

/** Something about an order that settled nothing. */
export interface Stray {
  readonly eventId: string
  readonly reason: ReviewReason
}

/**
 * The payment of one order. Serialisable; make it with `openOrder`, and change it with `settle` alone.
 * Everything but `confirmedAt` and `version` depends on which events arrived, not on their order or number.
 */
export interface OrderPayment {
  readonly orderId: string
  /** What is to be paid, in the currency it is to be paid in: the coin, for a payment in coins. */
  readonly expected: Money
  /** The chain the coins have to come by; null where the currency needs none. */
  readonly network: string | null
  readonly payments: readonly OpenedPayment[]
  /** Until when the buyer may pay, ISO 8601 in UTC; null for no deadline. */
  readonly expiresAt: string | null

  readonly status: OrderStatus
  /** What has arrived and was not sent back. */
  readonly received: string
  /** What was seen and is not final yet. */
  readonly pending: string
  /** What is missing from the price. */
  readonly shortfall: string
  /** What was paid above the price. */
  readonly excess: string
  /** Why a person has to look, or should know; in a confirmed order for information. */
  readonly reasons: readonly ReviewReason[]

  readonly transactions: readonly OrderTransaction[]
  readonly attempts: readonly PaymentAttempt[]
  readonly strays: readonly Stray[]
  /** Transactions that were confirmed with more than one amount; the smallest counts. */
  readonly conflicts: readonly string[]
  /** What the shop's own clock has said about `expiresAt`; `long_passed` when detected money had time to become final. */
  readonly deadline: 'ahead' | 'passed' | 'long_passed'
  /** What a person decided about an order in review, the last time. */
  readonly decision: Decision | null

  /** When the order was first confirmed, ISO 8601 in UTC. Never set twice. */
  readonly confirmedAt: string | null
  /** Counts changes: save only over the version before. */
  readonly version: number
}
