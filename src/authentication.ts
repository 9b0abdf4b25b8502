/** Checks that tell a provider's genuine callbacks from forged ones. */
import type { Delivery } from './delivery.js'
import type { Awaitable } from './lib/awaitable.js'

interface CommonAuthentication {
  /**
   * Headers that the proof covers, in lower case. They are neither secret nor a signature. `toEvent` gets them, and
   * they are kept with a delivery's bytes. @default none
   */
  readonly signedHeaders?: readonly string[] | undefined
  /** True when `verify` checks the sender's address. The door then checks that the address can be trusted. */
  readonly bySourceAddress?: boolean | undefined
}

/** Proof outside the body: in headers, or the sender's address. It is verified before anything reads the body. */
export interface HeaderAuthentication extends CommonAuthentication {
  readonly inBody?: false | undefined
  /**
   * Throws a `DeliveryError` when the delivery is not authentic. Returns true when it is. Returns false when the
   * delivery may be read but proves nothing: its event then has to be confirmed with the provider.
   */
  verify(delivery: Delivery): Awaitable<boolean>
  /**
   * Headers that the provider would send with this body. For tests of the shop, and for tools.
   *
   * @param headers values of signed headers; a header that is left out gets a made-up value, the same for the same body
   */
  sign(body: Buffer, headers?: Readonly<Record<string, string>>): Record<string, string>
  /**
   * Explains, for the operator only, why a delivery did not match: the change with which it would match. Contains
   * nothing secret. Null if no change that is tried matches. Called after the answer and rate-limited, so that a flood
   * of forgeries gains nothing by it.
   */
  explain?: ((delivery: Delivery) => string | null) | undefined
}

/** Proof inside the body, which has to be parsed to be verified. */
export interface BodyAuthentication extends CommonAuthentication {
  readonly inBody: true
  /** Like `HeaderAuthentication.verify`, over the parsed body. Use the content for nothing else: it is not proven yet. */
  verify(delivery: Delivery, content: unknown): Awaitable<boolean>
  /** The payload with its proof inside, as the provider would send it. */
  sign(payload: unknown): unknown
  /** Headers that the provider sends in addition to the body, if its proof has a part there as well. @default none */
  signHeaders?: (() => Record<string, string>) | undefined
  /** The parsed body with its proof blanked. Handlers get this, and only this may be kept, logged and shown. */
  withoutProof(content: unknown): unknown
  /** Like `HeaderAuthentication.explain`, with the parsed body. */
  explain?: ((delivery: Delivery, content: unknown) => string | null) | undefined
}

export type Authentication = HeaderAuthentication | BodyAuthentication
