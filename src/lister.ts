/** The contract between reconciling and a provider's API: what should have come, as the callback that would have brought it. */
import type { PaymentState } from './event.js'
import type { Provider } from './provider.js'

/** The time that is looked at. */
export interface ListWindow {
  readonly since: Date
  readonly until: Date
  /** Aborts when nobody waits for the list any more. */
  readonly signal: AbortSignal
}

/** One callback that came, or should have come. */
export interface Listed {
  /** The body of the callback: its exact bytes or text, or an object that is written as the provider writes bodies. */
  readonly body: Uint8Array | string | object
  /** The headers that the proof of such a callback covers, by lower-case name. @default none */
  readonly headers?: Readonly<Record<string, string>>
  /** What reading the payment back would answer, where the list says it already. @default it is read back */
  readonly state?: PaymentState
}

/** Lists what a provider has, or would have, sent in a window; the oldest first where the API can. */
export interface Lister {
  (window: ListWindow): AsyncIterable<Listed>
  /** The provider whose callbacks it lists: given to the receiver of another one, it is refused. @default any */
  readonly provider?: string
  /**
   * Answers why it is not for a provider that is configured like this one, and what to do instead; null where it is. A
   * receiver of such a provider is refused with these words. @default for all
   */
  readonly refuses?: (provider: Provider) => string | null
  /** How far back the API lists, in milliseconds. @default for ever */
  readonly maxAgeMs?: number
  /**
   * True where every run asks about everything that the shop still waits for, whatever the window: then one order that
   * cannot be settled holds up no other run. @default false
   */
  readonly asksAll?: boolean
  /**
   * The types of what it lists whose id is not that of the callback. Such an event is known by payment, type and amount; a
   * callback that comes later is a second one, so only a receiver that handles these types with `orderUpdates` is taken.
   * @default none
   */
  readonly byState?: readonly string[]
}
