/** Options of `standardWebhooks`, and types for the shop's own mapping. */
import type { KeyObject } from 'node:crypto'
import type { KeyEncoding } from '../../crypto/keys.js'
import type { Secret } from '../../crypto/secrets.js'
import type {
  CommonEventType,
  EventDraft,
  IgnoredDraft,
  NativeEventType,
  UnconfirmedDraft,
  UnrecognisedDraft,
} from '../../event.js'
import type { Awaitable } from '../../lib/awaitable.js'
import type { PayloadSchema } from '../../payload.js'
import type { ProviderAnswers } from '../../provider-answers.js'
import type { DraftOf } from '../../provider.js'

/** Options for proving, naming and answering deliveries, whatever their content. */
export interface StandardWebhooksOptions<Name extends string> {
  /** The shared secret, `whsec_` and base64. Give several during a rotation. */
  readonly secret?: Secret
  /** The sender's public key, `whpk_` and base64, instead of a secret. Give several during a rotation. */
  readonly publicKey?: string | readonly string[] | undefined
  /** Replaced secrets. A delivery signed with one is refused, and the explanation for the operator says so. */
  readonly retired?: Secret
  /**
   * The encoding of the secret, for senders that do not decode it. Give several if its text does not show which. @default
   * 'whsec'
   */
  readonly key?: KeyEncoding | readonly KeyEncoding[] | undefined
  /** `svix`: the headers are named `svix-id` and so on. @default 'webhook' */
  readonly headers?: 'webhook' | 'svix' | undefined
  /** The sender's name, which begins its event ids: two senders need two names. @default 'standard-webhooks' */
  readonly name?: Name | undefined
  /** Distinguishes two accounts with one sender in a shared store. @default '' */
  readonly account?: string | undefined
  /** The answers that this sender needs. 410 is refused, because it disables the endpoint. @default 200, 401 and 503 */
  readonly answers?: ProviderAnswers | undefined
  /** How long this sender waits, in milliseconds. @default null: 15 to 30 seconds, if it follows the recommendation */
  readonly patienceMs?: number | null | undefined
  /** The handling of a delivery about an order that the shop does not know. @default 'later' */
  readonly unknownOrder?: 'later' | 'keep' | undefined
  /** True if one failed delivery holds up all others of the sender. @default false */
  readonly blocksQueue?: boolean | undefined
  /** The private key that belongs to `publicKey`, for signing in tests. Refused in production. */
  readonly privateKey?: string | KeyObject | undefined
  /** The clock, in milliseconds since 1970. @default Date.now */
  readonly now?: (() => number) | undefined
}

/** The proven data in addition to the body. */
export interface StandardDelivery {
  /** The value of `webhook-id`: the same in every delivery of one event. */
  readonly id: string
}

/** An event. The delivery's id identifies it, unless it has its own identity. */
export type StandardDraft<Name extends string = string> = Omit<EventDraft, 'identity' | 'type'> & {
  readonly type: CommonEventType | NativeEventType<Name>
  readonly identity?: readonly string[] | undefined
}

export type StandardInterpretation<Name extends string = string> =
  | StandardDraft<Name>
  | UnrecognisedDraft
  | IgnoredDraft
  | UnconfirmedDraft<EventDraft<CommonEventType | NativeEventType<Name>>>

interface Identified {
  readonly identity: readonly string[]
}

/** The drafts among a mapping's answers, each with its identity. */
export type StandardDraftOf<Result> = DraftOf<Awaited<Result> & Identified>

/** The shop maps the sender's events. */
export interface OwnMapping<Payload, Result> {
  /** Every type that `toEvent` may return. */
  readonly types: readonly StandardDraftOf<Result>['type'][]
  /** Validates the body. A zod schema fits. @default the recommended envelope */
  readonly schema?: PayloadSchema<Payload> | undefined
  /** Maps a valid body to an event. */
  readonly toEvent: (payload: Payload, delivery: StandardDelivery) => Result
}

/** Events keep the sender's names: `invoice.paid` becomes `standard-webhooks.invoice.paid`. */
export interface NativeMapping<Type> {
  /** The types that can have handlers. All others reach `onUnhandled`. */
  readonly types: readonly Type[]
  readonly schema?: undefined
  readonly toEvent?: undefined
}

/** Either mapping, with the fields that are used at run time. */
export interface AnyMapping {
  readonly types: readonly string[]
  readonly schema?: PayloadSchema<unknown> | undefined
  readonly toEvent?: ((payload: never, delivery: StandardDelivery) => Awaitable<StandardInterpretation>) | undefined
}
