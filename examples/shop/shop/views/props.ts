/** What every page is made of: typed view models. Pages are pure functions of these, clock included. */
import type { Money } from 'express-payment-webhooks'
import type { OrderStatus, ReviewReason, TransferSummary } from 'express-payment-webhooks/orders'

export type ProviderName = 'stripe' | 'crypto-gateway' | 'coinbar-pay' | 'coins-ph' | 'city-pay'

/** What every page needs, whatever it shows. */
export interface PageContext {
  /** When the page is made, ISO 8601 in UTC: "in 3 minutes" and the countdown are reckoned from it. */
  readonly now: string
  /** Goes into every form, in the hidden field `_csrf`. */
  readonly csrfToken: string
  /** How many pieces are in the cart. */
  readonly cartCount: number
  /** An operator is logged in: operator pages show their navigation. */
  readonly operator: boolean
  /** How many deliveries and failed events wait under Quarantine; known on the operator's pages alone. */
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
  /** The buyer's newest order, for who comes back from it to a cart that has become it; null where there is none. */
  readonly lastOrder: { readonly id: string; readonly reference: string } | null
  /** What is wrong with the number of a product that was entered; null for nothing. */
  readonly problem: { readonly product: string; readonly entered: string; readonly text: string } | null
}

/** One way to pay. */
export interface ProviderChoice {
  readonly name: ProviderName
  /** What the whole cart costs this way. */
  readonly total: Money
}

export interface CheckoutPageProps {
  readonly context: PageContext
  readonly lines: readonly LineView[]
  readonly choices: readonly ProviderChoice[]
  /** What was entered before, to be entered only once. */
  readonly entered: { readonly provider: ProviderName | null; readonly email: string }
  readonly problems: CheckoutProblems
}

/** What is wrong with which field, in words; null for nothing. */
export interface CheckoutProblems {
  readonly provider: string | null
  readonly email: string | null
  /** About no field: the provider could not be reached, say. */
  readonly form: string | null
}

// The order, which is also the payment page

/** How the buyer can pay what is missing, now. */
export type PaymentInstructions =
  | {
      readonly kind: 'address'
      readonly address: string
      readonly coin: string
      readonly network: string
      /** A wallet in the browser that pays this address: the sandbox's. Null where buyers use their own. */
      readonly walletUrl: string | null
    }
  /** A page of the provider's. Its address was checked before: https, and a host from the allow-list. */
  | { readonly kind: 'link'; readonly url: string }

export interface OrderView {
  /** Unguessable: whoever knows it sees the order. For addresses, never for reading out. */
  readonly id: string
  /** What people and providers call the order, for example `ORDER-7K3M9QXT2V`. */
  readonly reference: string
  readonly provider: ProviderName
  readonly placedAt: string
  readonly email: string
  readonly lines: readonly LineView[]

  // As OrderPayment has them.
  readonly status: OrderStatus
  readonly version: number
  readonly expected: Money
  readonly received: string
  readonly pending: string
  readonly authorized: string
  readonly refunded: string
  readonly disputed: string
  readonly shortfall: string
  /** What is to be paid now: the shortfall, less what is on its way. */
  readonly due: string
  readonly excess: string
  readonly reasons: readonly ReviewReason[]
  readonly transactions: readonly TransferSummary[]
  readonly expiresAt: string | null
  readonly confirmedAt: string | null

  /** How many confirmations make a transaction final, where the shop knows. */
  readonly requiredConfirmations: number | null
  /** Null when there is nothing to pay, or no way to. */
  readonly payment: PaymentInstructions | null
  /**
   * The buyer may ask for a new payment: another attempt, or one for the difference. The button posts to `paths.payAgain`.
   * False where `payment` still takes the difference (the same address, the same invoice).
   */
  readonly canPayAgain: boolean
  /** Nothing is expected to change this order any more, a refund included: the page stops listening. */
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
  /** The server's clock, ISO 8601 in UTC: browsers' clocks are wrong. */
  readonly now: string
}

export interface OrderPageProps {
  readonly context: PageContext
  readonly order: OrderView
  /** Why the last form did nothing, in words; null for nothing. */
  readonly problem: string | null
}

/** Where providers send the buyer back to. Shows the order as the shop knows it, whatever the address says. */
export interface ReturnPageProps {
  readonly context: PageContext
  /** Null when this browser has no such order. */
  readonly order: OrderView | null
}

// What went wrong

export interface ErrorPageProps {
  readonly context: PageContext
  readonly status: 400 | 403 | 404 | 500 | 503
  /** What the operator finds in the log; null where nothing was logged. */
  readonly requestId: string | null
}
