/** What the sandbox has to know about a provider. Everything here is pure: what happens is worked out, not done. */
import type { Accounts } from '../accounts.js'
import type { Payment, ProviderName } from '../payment.js'

export const ACTIONS = [
  'choose-coin',
  'generate-reference',
  'pay',
  'confirm',
  'fail',
  'cancel',
  'expire',
  'refund',
  'pay-elsewhere',
  'pay-by-card',
  'decline',
  'reserve',
  'process',
  'capture',
  'fail-refund',
  'inquire',
  'dispute',
  'win-dispute',
  'lose-dispute',
] as const
export type Action = (typeof ACTIONS)[number]

export interface ActionInput {
  readonly action: Action
  /** A decimal; null for what is still missing. */
  readonly amount: string | null
  readonly coin: string | null
  /** Milliseconds since 1970. */
  readonly now: number
}

export interface Callback {
  /** For the log: the provider's name for what happened. */
  readonly event: string
  readonly payload: object
}

export interface Step<Details = unknown> {
  readonly payment: Payment<Details>
  readonly callbacks: readonly Callback[]
}

/** Methods, not properties: a provider of one kind of details stands among providers of any. */
export interface SandboxProvider<Details = unknown> {
  readonly name: ProviderName
  readonly title: string
  readonly retry: RetryPolicy
  /** More than what is owed can be sent. */
  readonly takesMore: boolean
  /** By how many blanks the bodies of callbacks are indented. @default 0 */
  readonly indent?: number
  /** What the payer, the chain or the provider can do now. */
  actions(payment: Payment<Details>): readonly Action[]
  /** @throws Refusal when the amount or the coin makes no sense */
  act(payment: Payment<Details>, input: ActionInput): Step<Details>
  /** A callback that says "paid in full" about a payment nobody paid, with every field right. */
  paidInFull(payment: Payment<Details>, now: number): Callback
  /** One that no order of the shop is in. */
  readonly otherCurrency: string
  /** The same event by its id, at odds with what the payload says about money; the payload itself if it says nothing. */
  otherContent(payload: object): object
  /** The headers that prove a callback's origin, where the provider sends any. */
  sign(accounts: Accounts, body: string, now: number): Record<string, string>
  /** The payer's page, below the sandbox's own address. */
  payerPath(payment: Payment<Details>): string
  /** Where the payer's browser goes back to: by default where the merchant has configured it, with what names the payment. */
  returnUrl(payment: Payment<Details>, configured: string): string
  /** What is worth knowing about how it stands: that nobody tells the shop of it, for example. @default nothing */
  note?(payment: Payment<Details>): string | null
  /** Amounts beyond what is owed and paid. @default none */
  facts?(payment: Payment<Details>): readonly AmountFact[]
}

export interface AmountFact {
  readonly name: string
  readonly amount: string
}

export function withQuery(address: string, query: Readonly<Record<string, string>>): string {
  const url = new URL(address)
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value)
  return url.href
}

export interface RetryPolicy {
  /** How long after each failed attempt the next one starts, in units of a second. */
  readonly pauses: readonly number[]
  readonly isDelivered: (status: number) => boolean
  readonly timeoutMs: number
}

/**
 * Nothing is documented about the retries of Coins.ph, CoinbarPay and CityPay. Chosen: any 2xx is success, an answer
 * may take ten seconds, and five attempts within about a quarter of an hour, so that one can watch them.
 */
export const UNDOCUMENTED_RETRY: RetryPolicy = {
  pauses: [2, 10, 60, 600],
  isDelivered: (status) => status >= 200 && status < 300,
  timeoutMs: 10_000,
}
