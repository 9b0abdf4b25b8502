/** Common options of signatures in headers, in the terms of a provider's documentation. */
import type { Message } from './mac.js'
import type { TimestampOptions } from './timestamp.js'

/** Parts that a message may consist of. */
export interface MessageParts {
  /** The exact bytes received. */
  readonly body: Buffer
  /** The value of the `id` header; empty if the scheme has none. */
  readonly id: string
  /** The timestamp as it was sent; empty if the scheme has none. */
  readonly timestamp: string
  /** The configured URL; empty if there is none. */
  readonly url: string
  /** Returns a header that is listed in `headers`. It has to be sent exactly once. */
  readonly header: (name: string) => string
}

/** Options of every signature in a header. */
export interface HeaderProofOptions {
  /** The header that carries the signature. */
  readonly header: string
  /** Text before the signature, which must match exactly. @default '' */
  readonly prefix?: string | undefined
  /** True if the sender may omit the prefix. @default false */
  readonly prefixOptional?: boolean | undefined
  /**
   * Separator of the entries, if the header contains several. Entries without the prefix are skipped, and one matching
   * signature is enough. @default none: the header is one signature
   */
  readonly separator?: string | undefined
  /** True if the sender may send the header several times, with one signature each. @default false */
  readonly repeatable?: boolean | undefined
  /** The header with the event's id. The proof covers it, and `toEvent` gets it. @default none */
  readonly id?: string | undefined
  /** Place of the timestamp, and its tolerance. @default none */
  readonly timestamp?: TimestampOptions | undefined
  /**
   * Further headers that are part of the message. `toEvent` gets them. They are kept with a delivery and are part of
   * its identity, so list no header that is secret or that changes between attempts. @default none
   */
  readonly headers?: readonly string[] | undefined
  /** The URL registered with the provider, if it is signed; several during a move. */
  readonly url?: string | readonly string[] | undefined
  /**
   * The signed parts, in order. If there are several possible messages, return a list of them: any of them may match,
   * and tests sign the first one. @default the body alone
   */
  readonly message?: ((parts: MessageParts) => Message | readonly Message[]) | undefined
  /**
   * False if the message does not fix the body: anyone can make another body with the same checksum, for example. Such
   * a delivery proves only that its sender knows of a payment, so every event has to be read back. @default true
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
