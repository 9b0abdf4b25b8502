/** Typed view models of the pages. Pages are pure functions of these, including the clock. */
import type { Money } from 'express-payment-webhooks'
import type { OrderStatus, ReviewReason, TransferSummary } from 'express-payment-webhooks/orders'

export type ProviderName = 'stripe' | 'crypto-gateway' | 'coinbar-pay' | 'coins-ph' | 'city-pay'

/** The data that every page needs. */
export interface PageContext {
  /** When the page was made, ISO 8601 in UTC: the basis of "in 3 minutes" and of the countdown. */
  readonly now: string
  /** Goes into every form, in the hidden field `_csrf`. */
  readonly csrfToken: string
  /** How many pieces are in the cart. */
  readonly cartCount: number
  /** True if an operator is logged in: operator pages then show their navigation. */
  readonly operator: boolean
  /** The number of deliveries and failed events under Quarantine, on operator pages only. */
  readonly quarantined: number
}

// Catalogue, cart and checkout

export interface ProductView {
  /** Posted as `product`. */
  readonly id: string
  readonly name: string
  readonly description: string
  /** A file under public/products/, for example `kettle.svg`, or null for none. */
  readonly image: string | null
  /** One price per currency, the main one first. */
  readonly prices: readonly Money[]
}

export interface CataloguePageProps {
  readonly context: PageContext
  readonly products: readonly ProductView[]
}

export interface LineView {
  readonly product: ProductView
  readonly quantity: number
  /** Price times quantity: one total per currency in the cart, just one in an order. */
  readonly totals: readonly Money[]
}

export interface CartPageProps {
  readonly context: PageContext
  readonly lines: readonly LineView[]
  readonly totals: readonly Money[]
  /** The buyer's newest order, for a buyer who returns to a cart that has become an order; null if there is none. */
  readonly lastOrder: { readonly id: string; readonly reference: string } | null
  /** The wrong quantity that was entered for a product; null for none. */
  readonly problem: { readonly product: string; readonly entered: string; readonly text: string } | null
}

/** One way to pay. */
export interface ProviderChoice {
  readonly name: ProviderName
  /** The price of the whole cart with this provider. */
  readonly total: Money
}

export interface CheckoutPageProps {
  readonly context: PageContext
  readonly lines: readonly LineView[]
  readonly choices: readonly ProviderChoice[]
  /** The previous entries, so that the buyer need not repeat them. */
  readonly entered: { readonly provider: ProviderName | null; readonly email: string }
  readonly problems: CheckoutProblems
}

/** The problem of each field, in words; null for none. */
export interface CheckoutProblems {
  readonly provider: string | null
  readonly email: string | null
  /** A problem of no field: for example, the provider could not be reached. */
  readonly form: string | null
}

// The order, which is also the payment page

/** How the buyer can pay the missing amount now. */
export type PaymentInstructions =
  | {
      readonly kind: 'address'
      readonly address: string
      readonly coin: string
      readonly network: string
      /** A wallet in the browser that pays this address (the sandbox's). Null if buyers use their own. */
      readonly walletUrl: string | null
    }
  /** A page of the provider. Its address was already checked: https, and a host from the allow-list. */
  | { readonly kind: 'link'; readonly url: string }

export interface OrderView {
  /** Unguessable, because anybody who knows it sees the order. Only for addresses, never for reading out. */
  readonly id: string
  /** The order's name for people and providers, for example `ORDER-7K3M9QXT2V`. */
  readonly reference: string
  readonly provider: ProviderName
  readonly placedAt: string
  readonly email: string
  readonly lines: readonly LineView[]

  // As in OrderPayment.
  readonly status: OrderStatus
  readonly version: number
  readonly expected: Money
  readonly received: string
  readonly pending: string
  readonly authorized: string
  readonly refunded: string
  readonly disputed: string
  readonly shortfall: string
  /** The amount to pay now: the shortfall, less the amount on its way. */
  readonly due: string
  readonly excess: string
  readonly reasons: readonly ReviewReason[]
  readonly transactions: readonly TransferSummary[]
  readonly expiresAt: string | null
  readonly confirmedAt: string | null

  /** The number of confirmations that make a transaction final, if the shop knows it. */
  readonly requiredConfirmations: number | null
  /** Null if nothing is due, or it cannot be paid. */
  readonly payment: PaymentInstructions | null
  /**
   * True if the buyer may ask for a new payment: another attempt, or one for the difference. The button posts to
   * `paths.payAgain`. False if `payment` still takes the difference (the same address, the same invoice).
   */
  readonly canPayAgain: boolean
  /** True if no further change is expected, not even a refund: the page stops listening. */
  readonly final: boolean
}

/**
 * The order page keeps itself up to date with three routes, all under the order's own unguessable id:
 *  - `paths.orderEvents` is the stream: an event named `order` with an OrderSignal as JSON in `data`, at once when somebody
 *    connects and after every change; repeat the signal as a heartbeat every 15 s or so. `id:` may carry the version.
 *  - `paths.orderSignal` answers the same OrderSignal as JSON, for browsers that cannot keep a stream.
 *  - `paths.orderFragment` answers `renderFragment(<OrderLive context order />)` as HTML, never cached.
 * The script fetches the fragment when the signal's version is not the one shown: the server alone renders.
 */
export interface OrderSignal {
  readonly version: number
  readonly final: boolean
  /** The server's clock, ISO 8601 in UTC, because browsers' clocks may be wrong. */
  readonly now: string
}

export interface OrderPageProps {
  readonly context: PageContext
  readonly order: OrderView
  /** The reason why the last form did nothing, in words; null for none. */
  readonly problem: string | null
}

/** The page to which providers send the buyer back. It shows the order as stored by the shop, whatever the address contains. */
export interface ReturnPageProps {
  readonly context: PageContext
  /** Null if this browser has no such order. */
  readonly order: OrderView | null
}

// What went wrong

export interface ErrorPageProps {
  readonly context: PageContext
  readonly status: 400 | 403 | 404 | 500 | 503
  /** The id under which the operator finds the error in the log; null if nothing was logged. */
  readonly requestId: string | null
}
