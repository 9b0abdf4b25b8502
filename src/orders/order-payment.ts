/** The payment state of one order: plain data for one JSON column next to the order. */
import type { Money } from '../money.js'
import type { SettlePolicy } from './policy.js'
import type { Decision, ShopAction } from './shop-action.js'
import type { ReviewReason } from './review-reason.js'
import type { Ledger, PaymentVerdict, Verdicts } from './ledger.js'

/** The status of an order's payment. docs/orders.md has the table of transitions. */
export type OrderStatus =
  | 'awaiting_payment'
  /** The whole price is reserved and waits for the shop's capture. */
  | 'payment_authorized'
  /** The whole price was seen, or more is on its way, but not all of it is final. */
  | 'payment_detected'
  /** Less than the price has arrived; the buyer can pay the difference. */
  | 'payment_insufficient'
  /** Paid, and final: ship it. */
  | 'confirmed'
  /** The order was paid, and a part has gone back since: less than the price is left. */
  | 'partially_refunded'
  /** All money that came in went back. */
  | 'refunded'
  /** The provider has withdrawn money that is disputed. */
  | 'disputed'
  /** An attempt failed; the buyer can try again. */
  | 'payment_failed'
  | 'canceled'
  | 'expired'
  /** A person has to look at money or a message. `reasons` says why. */
  | 'needs_review'

/** A payment that the shop opened for the order. */
export interface OpenedPayment {
  /** The provider's name, for example `coins-ph`. */
  readonly provider: string
  /** The provider's id of it: invoice, order or address. Null accepts any payment that names this order. */
  readonly paymentId: string | null
  /** The order's name at the provider, if it is not the order's id: Coins.ph accepts a reference only once. @default orderId */
  readonly reference?: string | undefined
}

/** A payment that had ended when the shop opened its order again, and its verdicts. */
export interface EndedPayment {
  readonly provider: string
  readonly paymentIds: readonly string[]
  readonly verdicts: Verdicts<PaymentVerdict>
}

/** The judgement of the facts. Amounts are decimals in the order's currency. */
export interface Judgement {
  readonly status: OrderStatus
  /** Money that has arrived, final or not, and is neither sent back nor disputed. */
  readonly received: string
  /** Transfers that were seen and are not final. */
  readonly pending: string
  /** Money that is reserved and not captured. */
  readonly authorized: string
  /** Money that went back: refunds and lost disputes. */
  readonly refunded: string
  /** Money that providers have withdrawn during disputes. */
  readonly disputed: string
  /** The amount that is missing from the price. */
  readonly shortfall: string
  /** The amount that was paid above the price. */
  readonly excess: string
  /** Reasons for a person to look; in a confirmed order for information only. */
  readonly reasons: readonly ReviewReason[]
}

/**
 * The payment state of one order. Serialisable; create it with `openOrder`, and change it only with the functions of
 * this package. Any order and repetition of the events gives the same result, except for `authorizedAt`, `confirmedAt`
 * and `version`.
 */
export interface OrderPayment extends Judgement {
  readonly orderId: string
  /** The price. For payments in coins at a provider that does not convert: in the coin. */
  readonly expected: Money
  /** The chain on which the coins have to arrive; null if the currency needs none. */
  readonly network: string | null
  readonly payments: readonly OpenedPayment[]
  /** The deadline for the buyer, ISO 8601 in UTC; null for none. */
  readonly expiresAt: string | null

  /** The policy of the last change, for calls without a policy; null for the defaults. */
  readonly policy: SettlePolicy | null
  /** The reported facts, payment by payment. */
  readonly ledgers: readonly Ledger[]
  /** The state of `expiresAt` by the shop's clock; `long_passed` when seen money had time to become final. */
  readonly deadline: 'ahead' | 'passed' | 'long_passed'
  /** The shop's actions, oldest first. */
  readonly actions: readonly ShopAction[]
  /** The current decision to accept, reject or cancel the order, with the money on which it was based. */
  readonly decision: Decision | null
  /** Payments that do not end the order, because the shop opened it again after them. */
  readonly reopened: readonly EndedPayment[]
  /** A payment was added that had already paid the order: the next event or decision settles it, and the order ships. */
  readonly isPaidByAddition: boolean

  /** When the order was first authorised or confirmed, ISO 8601 in UTC. Never set twice. */
  readonly authorizedAt: string | null
  /** When the order was first confirmed, ISO 8601 in UTC. Never set twice. */
  readonly confirmedAt: string | null
  /** Counts changes: save only over the previous version. */
  readonly version: number
}
