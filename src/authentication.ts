/** How a provider's callbacks are told from forged ones. */
import type { Delivery } from './delivery.js'
import type { Awaitable } from './lib/awaitable.js'

interface CommonAuthentication {
  /**
   * The headers that the proof covers, in lower case, and that are neither secret nor a signature: `toEvent` gets
   * them, and they are kept with a delivery's bytes. @default none
   */
  readonly signedHeaders?: readonly string[]
  /** True when `verify` looks at the sender's address: the door then checks that the address can be trusted. */
  readonly bySourceAddress?: boolean
}

/** Proof that comes beside the body, in headers or by the sender's address: verified before anything looks inside. */
export interface HeaderAuthentication extends CommonAuthentication {
  readonly inBody?: false
  /**
   * Throws a `DeliveryError` when the delivery is not authentic. Answers true when it is, and false when it may be
   * looked at but proves nothing, so that its event has to be confirmed with the provider.
   */
  verify(delivery: Delivery): Awaitable<boolean>
  /**
   * The headers the provider would send with this body: for tests of the shop, and for tools.
   *
   * @param headers values of signed headers; those that are left out are made up, the same for the same body
   */
  sign(body: Buffer, headers?: Readonly<Record<string, string>>): Record<string, string>
  /**
   * What would have matched, where a delivery did not: for the operator alone, without anything secret. Null when
   * nothing does. Called after the answer, and seldom enough that a flood of forgeries gains nothing by it.
   */
  explain?(delivery: Delivery): string | null
}

/** Proof that stands inside the body, which has to be parsed to be verified. */
export interface BodyAuthentication extends CommonAuthentication {
  readonly inBody: true
  /** The same, over the parsed body: nothing in it may be used for anything else. */
  verify(delivery: Delivery, content: unknown): Awaitable<boolean>
  /** The payload with its proof inside, as the provider would send it. */
  sign(payload: unknown): unknown
  /** The headers that the provider would send beside it, where it shows something there as well. @default none */
  signHeaders?(): Record<string, string>
  /** The parsed body with its proof blanked: what handlers get, and what may be kept, logged and shown. */
  withoutProof(content: unknown): unknown
  /** What would have matched, as for a proof in headers. */
  explain?(delivery: Delivery, content: unknown): string | null
}

export type Authentication = HeaderAuthentication | BodyAuthentication
