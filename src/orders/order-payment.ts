/** What is known about the payment of one order: plain data, to be kept in one JSON column beside the order. */
import type { Money } from '../money.js'
import type { SettlePolicy } from './policy.js'
import type { Decision, ShopAction } from './shop-action.js'
import type { ReviewReason } from './review-reason.js'
import type { Ledger, PaymentVerdict, Verdicts } from './ledger.js'

/** Where an order's payment stands. docs/orders.md has the table of what may follow what. */
export type OrderStatus =
  | 'awaiting_payment'
  /** All of it is reserved, and waits for the shop's capture. */
  | 'payment_authorized'
  /** All of it was seen, or more is on its way; not all of it is final. */
  | 'payment_detected'
  /** Less than the price has arrived; the buyer can pay the difference. */
  | 'payment_insufficient'
  /** Paid, and final: ship it. */
  | 'confirmed'
  /** It was paid, and a part has gone back since: less than the price is left. */
  | 'partially_refunded'
  /** All that came went back. */
  | 'refunded'
  /** The provider has withdrawn money that somebody disputes. */
  | 'disputed'
  /** An attempt failed; the buyer can try again. */
  | 'payment_failed'
  | 'canceled'
  | 'expired'
  /** Money or a message arrived that a person has to look at. `reasons` says why. */
  | 'needs_review'

/** A payment the shop opened for the order. */
export interface OpenedPayment {
  /** The provider's name, for example `coins-ph`. */
  readonly provider: string
  /** The provider's id of it: invoice, order or address. Null accepts any payment that names this order. */
  readonly paymentId: string | null
  /** What the order was called there, when not by its id: Coins.ph takes a reference only once. @default orderId */
  readonly reference?: string
}

/** A payment that had ended when the shop opened its order again, and how. */
export interface EndedPayment {
  readonly provider: string
  readonly paymentIds: readonly string[]
  readonly verdicts: Verdicts<PaymentVerdict>
}

/** What the facts amount to. Amounts are decimals in the order's currency. */
export interface Judgement {
  readonly status: OrderStatus
  /** What has arrived, final or not, and is neither sent back nor disputed. */
  readonly received: string
  /** Transfers that were seen and are not final. */
  readonly pending: string
  /** What is reserved and not captured. */
  readonly authorized: string
  /** What went back: refunds, and disputes that were lost. */
  readonly refunded: string
  /** What providers have withdrawn while somebody disputes it. */
  readonly disputed: string
  /** What is missing from the price. */
  readonly shortfall: string
  /** What was paid above the price. */
  readonly excess: string
  /** Why a person has to look, or should know; in a confirmed order for information. */
  readonly reasons: readonly ReviewReason[]
}

/**
 * The payment of one order. Serialisable; make it with `openOrder`, and change it with the functions of this package alone.
 * Whatever the order and number of events, everything but `authorizedAt`, `confirmedAt` and `version` comes out the same.
 */
export interface OrderPayment extends Judgement {
  readonly orderId: string
  /** What is to be paid. For payments in coins at a provider that does not convert: the coin. */
  readonly expected: Money
  /** The chain the coins have to come by; null where the currency needs none. */
  readonly network: string | null
  readonly payments: readonly OpenedPayment[]
  /** Until when the buyer may pay, ISO 8601 in UTC; null for no deadline. */
  readonly expiresAt: string | null

  /** The policy that it was last changed with, for calls that are given none; null for the defaults. */
  readonly policy: SettlePolicy | null
  /** What was reported, payment by payment. */
  readonly ledgers: readonly Ledger[]
  /** What the shop's own clock has said about `expiresAt`; `long_passed` when seen money had time to become final. */
  readonly deadline: 'ahead' | 'passed' | 'long_passed'
  /** What the shop did about it, oldest first. */
  readonly actions: readonly ShopAction[]
  /** The decision in force: to accept, reject or cancel the order, with the money it was made on. */
  readonly decision: Decision | null
  /** Payments that the shop no longer takes for the end of the order, because it was opened again after them. */
  readonly reopened: readonly EndedPayment[]
  /** A payment was added that had paid the order before: the next event or decision settles it, and ships. */
  readonly isPaidByAddition: boolean

  /** When the order was first authorised or confirmed, ISO 8601 in UTC. Never set twice. */
  readonly authorizedAt: string | null
  /** When the order was first confirmed, ISO 8601 in UTC. Never set twice. */
  readonly confirmedAt: string | null
  /** Counts changes: save only over the version before. */
  readonly version: number
}
