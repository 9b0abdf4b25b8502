/** What signatures in headers have in common, as a provider's page tells it. */
import type { Message } from './mac.js'
import type { TimestampOptions } from './timestamp.js'

/** What a message may be made of. */
export interface MessageParts {
  /** The exact bytes received. */
  readonly body: Buffer
  /** The value of the `id` header; empty where the scheme has none. */
  readonly id: string
  /** The time stamp as it was sent; empty where the scheme has none. */
  readonly timestamp: string
  /** The configured address; empty where none is. */
  readonly url: string
  /** A header named in `headers`, which has to be there exactly once. */
  readonly header: (name: string) => string
}

/** Options of every signature in a header. */
export interface HeaderProofOptions {
  /** The header that carries the signature. */
  readonly header: string
  /** Text in front of the signature, required exactly. @default '' */
  readonly prefix?: string | undefined
  /** True where the sender may leave the prefix out. @default false */
  readonly prefixOptional?: boolean | undefined
  /**
   * Between the entries of a header that holds several. Entries without the prefix are skipped; one signature that fits
   * is enough. @default none: the header is one signature
   */
  readonly separator?: string | undefined
  /** True where the sender may send the header several times, one signature in each. @default false */
  readonly repeatable?: boolean | undefined
  /** The header that names the event; covered by the proof, and given to `toEvent`. @default none */
  readonly id?: string | undefined
  /** Where the time stamp stands, and how far it may be off. @default none */
  readonly timestamp?: TimestampOptions | undefined
  /**
   * Further headers that the message is made of, and that `toEvent` gets. They are kept with a delivery and tell it from
   * others, so name none that is secret, and none that changes from one attempt to the next. @default none
   */
  readonly headers?: readonly string[] | undefined
  /** The address registered with the provider, where it is signed; several where it is being moved. */
  readonly url?: string | readonly string[] | undefined
  /**
   * What is signed, one part after another; or several such lists, of which any may be what was signed, the first one
   * what is signed in tests. @default the body alone
   */
  readonly message?: ((parts: MessageParts) => Message | readonly Message[]) | undefined
  /**
   * False where the message does not fix the body, as with a checksum, which anybody can make another body fit. Such a
   * delivery proves that its sender knows of a payment, and no more: every event has to be read back. @default true
   */
  readonly provesBody?: boolean | undefined
  /** The clock, in milliseconds since 1970. @default Date.now */
  readonly now?: (() => number) | undefined
}

export const HEADER_PROOF_OPTIONS: readonly string[] = [
  'header',
  'prefix',
  'prefixOptional',
  'separator',
  'repeatable',
  'id',
  'timestamp',
  'headers',
  'url',
  'message',
  'provesBody',
  'now',
]
