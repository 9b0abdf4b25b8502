/** The definition of a provider for the sandbox. Everything here is pure: it computes steps and does not perform them. */
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
  /** A decimal; null for the amount that is still missing. */
  readonly amount: string | null
  readonly coin: string | null
  /** Milliseconds since 1970. */
  readonly now: number
}

export interface Callback {
  /** The provider's name for the event, for the log. */
  readonly event: string
  readonly payload: object
}

export interface Step<Details = unknown> {
  readonly payment: Payment<Details>
  readonly callbacks: readonly Callback[]
}

/** Methods, not properties, so that a provider with one kind of details is assignable to a provider with any. */
export interface SandboxProvider<Details = unknown> {
  readonly name: ProviderName
  readonly title: string
  readonly retry: RetryPolicy
  /** True if a payer can send more than the amount owed. */
  readonly takesMore: boolean
  /** The number of spaces by which callback bodies are indented. @default 0 */
  readonly indent?: number
  /** The actions that the payer, the chain or the provider can take now. */
  actions(payment: Payment<Details>): readonly Action[]
  /** @throws Refusal when the amount or the coin makes no sense */
  act(payment: Payment<Details>, input: ActionInput): Step<Details>
  /** A callback that claims full payment of an unpaid payment, with every field right. */
  paidInFull(payment: Payment<Details>, now: number): Callback
  /** A currency that no order of the shop has. */
  readonly otherCurrency: string
  /** A payload with the same event id that contradicts this one about money; the payload itself if it names no money. */
  otherContent(payload: object): object
  /** The headers that prove a callback's origin, if the provider sends any. */
  sign(accounts: Accounts, body: string, now: number): Record<string, string>
  /** The path of the payer's page at the sandbox. */
  payerPath(payment: Payment<Details>): string
  /** The address to which the payer's browser returns. By default the merchant's setting, with a name of the payment added. */
  returnUrl(payment: Payment<Details>, configured: string): string
  /** A note on the payment's state: for example, that nobody informs the shop of it. @default nothing */
  note?(payment: Payment<Details>): string | null
  /** Amounts in addition to the owed and the paid one. @default none */
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
  /** The pause after each failed attempt, in units of a second. */
  readonly pauses: readonly number[]
  readonly isDelivered: (status: number) => boolean
  readonly timeoutMs: number
}

/**
 * The retries of Coins.ph, CoinbarPay and CityPay are not documented. Chosen: any 2xx is success, an answer may take ten
 * seconds, and there are five attempts within about a quarter of an hour, so that a person can watch them.
 */
export const UNDOCUMENTED_RETRY: RetryPolicy = {
  pauses: [2, 10, 60, 600],
  isDelivered: (status) => status >= 200 && status < 300,
  timeoutMs: 10_000,
}
