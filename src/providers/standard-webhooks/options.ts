/** What `standardWebhooks` takes, and what it makes of the shop's own mapping. */
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

/** How deliveries are proven, named and answered, whatever they say. */
export interface StandardWebhooksOptions<Name extends string> {
  /** The shared secret, `whsec_` and base64; several while it is changed. */
  readonly secret?: Secret
  /** In place of a secret the sender's public key, `whpk_` and base64; several while it is changed. */
  readonly publicKey?: string | readonly string[] | undefined
  /** Secrets that were replaced: refused, and named as such to the operator. */
  readonly retired?: Secret
  /** How a secret is read, for senders that do not decode it; several where its text does not tell. @default 'whsec' */
  readonly key?: KeyEncoding | readonly KeyEncoding[]
  /** `svix`: the headers are called `svix-id` and so on. @default 'webhook' */
  readonly headers?: 'webhook' | 'svix'
  /** The sender's name, with which its event ids begin: two senders need two. @default 'standard-webhooks' */
  readonly name?: Name
  /** Distinguishes two accounts with one sender in a shared store. @default '' */
  readonly account?: string
  /** What this sender needs to be answered. 410 is refused: it has the endpoint switched off. @default 200, 401 and 503 */
  readonly answers?: ProviderAnswers
  /** How long this sender waits, in milliseconds. @default null: 15 to 30 seconds, if it does as recommended */
  readonly patienceMs?: number | null
  /** What becomes of a delivery about an order that the shop does not know. @default 'later' */
  readonly unknownOrder?: 'later' | 'keep'
  /** True where one delivery that fails holds up all others of the sender. @default false */
  readonly blocksQueue?: boolean
  /** The private key that belongs to `publicKey`, with which tests sign. Refused in production. */
  readonly privateKey?: string | KeyObject
  /** The clock, in milliseconds since 1970. @default Date.now */
  readonly now?: () => number
}

/** What is proven beside the body. */
export interface StandardDelivery {
  /** The value of `webhook-id`: the same in every delivery of one event. */
  readonly id: string
}

/** An event known by the delivery's id, unless it brings an identity of its own. */
export type StandardDraft<Name extends string = string> = Omit<EventDraft, 'identity' | 'type'> & {
  readonly type: CommonEventType | NativeEventType<Name>
  readonly identity?: readonly string[]
}

export type StandardInterpretation<Name extends string = string> =
  | StandardDraft<Name>
  | UnrecognisedDraft
  | IgnoredDraft
  | UnconfirmedDraft<EventDraft<CommonEventType | NativeEventType<Name>>>

interface Identified {
  readonly identity: readonly string[]
}

/** The drafts among what a mapping answers, each with the identity that it gets. */
export type StandardDraftOf<Result> = DraftOf<Awaited<Result> & Identified>

/** The sender's events are mapped by the shop. */
export interface OwnMapping<Payload, Result> {
  /** Every type that `toEvent` may answer with. */
  readonly types: readonly StandardDraftOf<Result>['type'][]
  /** Validates the body. A zod schema fits. @default the recommended envelope */
  readonly schema?: PayloadSchema<Payload>
  /** What a valid body means. */
  readonly toEvent: (payload: Payload, delivery: StandardDelivery) => Result
}

/** Its events keep their names: `invoice.paid` becomes `standard-webhooks.invoice.paid`. */
export interface NativeMapping<Type> {
  /** The types that can have handlers; any other reaches `onUnhandled`. */
  readonly types: readonly Type[]
  readonly schema?: undefined
  readonly toEvent?: undefined
}

/** Both, as far as they are looked at when the provider runs. */
export interface AnyMapping {
  readonly types: readonly string[]
  readonly schema?: PayloadSchema<unknown> | undefined
  readonly toEvent?: ((payload: never, delivery: StandardDelivery) => Awaitable<StandardInterpretation>) | undefined
}
