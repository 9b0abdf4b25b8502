/** What a provider is to the flow, and `defineProvider`, which makes one. */
import type { Delivery } from './delivery.js'
import { ConfigurationError } from './errors.js'
import {
  COMMON_EVENT_TYPES,
  type CommonEventType,
  type EventDraft,
  type EventOf,
  type NativeEventType,
  type UnconfirmedDraft,
  type UnrecognisedDraft,
  type WebhookEvent,
} from './event.js'
import { validate, type PayloadSchema } from './payload.js'

/** How a provider's callbacks are told from forged ones. */
export interface Authentication {
  /**
   * Throws a `DeliveryError` when the delivery is not authentic. Answers false when the delivery may be
   * looked at but proves nothing, so that its event has to be confirmed with the provider.
   */
  verify(delivery: Delivery): boolean
  /**
   * What would have matched, where a delivery did not: for the operator alone, without anything secret. Null when
   * nothing does. Called after the answer, and seldom enough that a flood of forgeries gains nothing by it.
   */
  explain?(delivery: Delivery): string | null
  /** The headers the provider would send with this body: for tests of the shop, and for tools. */
  sign(body: Buffer): Record<string, string>
  /** True when `verify` looks at the sender's address: the door then checks that the address can be trusted. */
  readonly bySourceAddress?: boolean
}

/** The body of a 200, where the provider expects one. */
export interface Acknowledgement {
  readonly contentType: string
  readonly body: string
}

/** What a payload turned out to be. */
export type Interpretation<Draft extends EventDraft = EventDraft> = Draft | UnrecognisedDraft | UnconfirmedDraft<Draft>

/**
 * The drafts among what `toEvent` may answer. Taken out of the whole answer, because inferring them from
 * `Interpretation<Draft>` makes an unrecognised answer a draft as well, and loses every type with it.
 */
type DraftOf<Result> = Result extends { readonly unrecognised: string }
  ? never
  : Result extends { readonly confirm: (...context: never[]) => Promise<infer Confirmed> }
    ? DraftOf<Confirmed>
    : Extract<Result, EventDraft>

/** A payment provider, ready to be mounted. */
export interface Provider<Event extends WebhookEvent = WebhookEvent> {
  readonly name: Event['provider']
  /** Distinguishes two accounts with one provider in a shared store. */
  readonly account: string
  /** The event types a handler may be registered for. */
  readonly types: readonly Event['type'][]
  readonly authentication: Authentication
  readonly acknowledgement: Acknowledgement
  /** Validates a parsed payload and says what it means. Throws `DeliveryError` `PAYLOAD_INVALID`. */
  interpret(payload: unknown): Interpretation<EventDraft<Event['type'], Event['native']>>
  /** Carries the event union for inference; never present at run time. */
  readonly '~event'?: Event
}

/** What `defineProvider` takes. */
export interface ProviderDefinition<Name extends string, Payload, Result extends Interpretation> {
  /** Lower-case words joined by hyphens, for example `"acme-pay"`. */
  readonly name: Name
  /** Every type `toEvent` may answer with: the names the shop's handlers can be registered for. */
  readonly types: readonly DraftOf<Result>['type'][]
  readonly authentication: Authentication
  /** Validates the parsed body. A zod schema fits. */
  readonly schema: PayloadSchema<Payload>
  /** What a valid payload means. */
  readonly toEvent: (payload: Payload) => Result
  /** Distinguishes two accounts with this provider in a shared store. @default '' */
  readonly account?: string
  /** What a 200 carries. @default an empty text/plain body */
  readonly acknowledgement?: Acknowledgement
}

const NAME = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/

const TYPES: readonly string[] = COMMON_EVENT_TYPES

/**
 * Makes a provider of one's own, with the same types and guarantees as those of this package.
 *
 * @throws ConfigurationError `CONFIG_PROVIDER_INVALID` when the definition cannot work
 * @example
 * ```ts
 * import { defineProvider, hmacSignature } from 'express-payment-webhooks'
 * import { z } from 'zod'
 *
 * const acmePay = (options: { secret: string | string[] | undefined }) =>
 *   defineProvider({
 *     name: 'acme-pay',
 *     types: ['payment.confirmed', 'payment.failed'],
 *     authentication: hmacSignature({ header: 'x-acme-signature', secret: options.secret }),
 *     schema: z.object({ id: z.string(), order: z.string(), paid: z.boolean() }),
 *     toEvent: (native) => ({
 *       type: native.paid ? 'payment.confirmed' : 'payment.failed',
 *       identity: [native.id],
 *       orderId: native.order,
 *       native,
 *     }),
 *   })
 * ```
 */
export function defineProvider<
  const Name extends string,
  Payload,
  Result extends Interpretation<EventDraft<CommonEventType | NativeEventType<Name>>>,
>(definition: ProviderDefinition<Name, Payload, Result>): Provider<EventOf<Name, DraftOf<Result>>> {
  const { name, types, authentication, schema, toEvent, account = '' } = definition
  const { acknowledgement = { contentType: 'text/plain', body: '' } } = definition
  if (!NAME.test(name)) invalid(`name must be lower-case words joined by hyphens, got ${JSON.stringify(name)}`)
  if (types.length === 0) invalid(`${name}: types must list at least one event type`)
  for (const type of types) {
    if (!TYPES.includes(type) && !type.startsWith(`${name}.`)) {
      invalid(`${name}: ${JSON.stringify(type)} is neither a known event type nor one that starts with "${name}."`)
    }
  }
  if (typeof authentication?.verify !== 'function' || typeof authentication.sign !== 'function') {
    invalid(`${name}: authentication is missing; use hmacSignature() or tokenHeader(), or write { verify, sign }`)
  }
  if (typeof acknowledgement?.contentType !== 'string' || typeof acknowledgement.body !== 'string') {
    invalid(`${name}: acknowledgement must be { contentType, body }, both of them texts`)
  }
  return {
    name,
    account,
    types,
    authentication,
    acknowledgement,
    interpret: (payload) => toEvent(validate(schema, payload)),
  }
}

function invalid(message: string): never {
  throw new ConfigurationError('CONFIG_PROVIDER_INVALID', `defineProvider: ${message}`)
}
