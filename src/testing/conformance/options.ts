/** What the suite of a provider is given. */
import type { WebhookEvent } from '../../event.js'
import type { Provider } from '../../provider.js'

/** A delivery that somebody else signed, or spoiled, and whether it has to be accepted. */
export interface ProviderVector {
  readonly name: string
  /** The exact bytes; a text stands for its UTF-8 bytes. */
  readonly body: string | Uint8Array
  /** A list for a header that is sent several times. */
  readonly headers: Readonly<Record<string, string | readonly string[]>>
  readonly valid: boolean
}

/** What `providerConformance` takes. */
export interface ProviderConformance<Event extends WebhookEvent> {
  /** The runner's `test` or `it`. */
  readonly test: (name: string, run: () => Promise<void>) => unknown
  /**
   * Makes the provider with a safe secret, and with an API that answers what the payload says where it is read back. For a
   * vector with the secret, and at the time, that it was signed with. A sender's address is 127.0.0.1.
   *
   * @param name of the payload or vector that will be delivered
   */
  readonly create: (name: string) => Provider<Event>
  /** Genuine payloads by name, each of an event type the provider lists; a text or bytes where the exact body matters. */
  readonly payloads: Readonly<Record<string, object | string>>
  /** Headers that the sender may send several times, one signature in each. @default none */
  readonly repeatable?: readonly string[]
  /** Deliveries that somebody else signed, delivered to an Express app over a socket. @default none */
  readonly vectors?: readonly ProviderVector[]
}

/** One payload of the suite, and how it is delivered. */
export interface Subject {
  readonly name: string
  readonly payload: object | string
  readonly create: () => Provider
  readonly repeatable: readonly string[]
}
