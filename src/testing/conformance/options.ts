/** The options of a provider's conformance suite. */
import type { WebhookEvent } from '../../event.js'
import type { Provider } from '../../provider.js'

/** A delivery that another program signed or spoiled, and whether it must be accepted. */
export interface ProviderVector {
  readonly name: string
  /** The exact bytes. A string stands for its UTF-8 bytes. */
  readonly body: string | Uint8Array
  /** A list for a header that is sent several times. */
  readonly headers: Readonly<Record<string, string | readonly string[]>>
  readonly valid: boolean
}

/** The options of `providerConformance`. */
export interface ProviderConformance<Event extends WebhookEvent> {
  /** The runner's `test` or `it`. */
  readonly test: (name: string, run: () => Promise<void>) => unknown
  /**
   * Makes the provider with a safe secret. If the provider reads back, its API answers what the payload says. For a vector, the
   * provider needs the vector's secret and the time of its signature. The sender's address is 127.0.0.1.
   *
   * @param name of the payload or vector that will be delivered
   */
  readonly create: (name: string) => Provider<Event>
  /** Genuine payloads by name, each of an event type that the provider lists. A string is an exact body. */
  readonly payloads: Readonly<Record<string, object | string>>
  /** Headers that the sender may send several times, one signature in each. @default none */
  readonly repeatable?: readonly string[] | undefined
  /** Deliveries that another program signed. They reach an Express app over a socket. @default none */
  readonly vectors?: readonly ProviderVector[] | undefined
}

/** One payload of the suite, and the way to deliver it. */
export interface Subject {
  readonly name: string
  readonly payload: object | string
  readonly create: () => Provider
  readonly repeatable: readonly string[]
}
