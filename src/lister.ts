/**
 * The contract between reconciling and a provider's API. A lister returns each callback that should have come, in the
 * form in which the provider would have sent it.
 */
import type { PaymentState } from './event.js'
import type { Provider } from './provider.js'

/** The time span to list. */
export interface ListWindow {
  readonly since: Date
  readonly until: Date
  /** Aborts when the list is no longer needed. */
  readonly signal: AbortSignal
}

/** One callback that was sent, or should have been sent. */
export interface Listed {
  /** The body of the callback: its exact bytes or text, or an object to be written in the provider's format. */
  readonly body: Uint8Array | string | object
  /** The headers that the proof of such a callback covers, by lower-case name. @default none */
  readonly headers?: Readonly<Record<string, string>> | undefined
  /** The state that reading the payment back would return, if the list already contains it. @default the payment is read back */
  readonly state?: PaymentState | undefined
}

/** Lists the callbacks that a provider has sent, or would have sent, in a time span; oldest first if the API can. */
export interface Lister {
  (window: ListWindow): AsyncIterable<Listed>
  /** Name of the provider whose callbacks are listed. A receiver of another provider rejects the lister. @default any */
  readonly provider?: string | undefined
  /**
   * Returns the reason why the lister does not work with a provider of this configuration, and a fix; null if it works.
   * The receiver of such a provider rejects the lister with this text. @default works with every configuration
   */
  readonly refuses?: ((provider: Provider) => string | null) | undefined
  /** How far back the API lists, in milliseconds. @default no limit */
  readonly maxAgeMs?: number | undefined
  /**
   * True if every run lists everything that the shop still waits for, whatever the time span. One order that cannot be
   * settled then holds up no other run. @default false
   */
  readonly asksAll?: boolean | undefined
  /**
   * Event types whose listed id differs from the callback's id. Such an event is identified by payment, type and
   * amount. A later callback is therefore a second event, so only a receiver that handles these types with
   * `orderUpdates` is accepted.
   * @default none
   */
  readonly byState?: readonly string[] | undefined
}
