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
  /** What the payer, the chain or the provider can do now. */
  actions(payment: Payment<Details>): readonly Action[]
  /** @throws Refusal when the amount or the coin makes no sense */
  act(payment: Payment<Details>, input: ActionInput): Step<Details>
  /** A callback that says "paid in full" about a payment nobody paid, with every field right. */
  forgery(payment: Payment<Details>, now: number): Callback
  /** The headers that prove a callback's origin, where the provider sends any. */
  sign(accounts: Accounts, body: string): Record<string, string>
  /** The payer's page, below the sandbox's own address. */
  payerPath(payment: Payment<Details>): string
  /** What the payer's browser takes back to the shop. */
  returnQuery(payment: Payment<Details>): Record<string, string>
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
