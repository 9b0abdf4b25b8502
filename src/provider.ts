/** The provider as the flow sees it, and `defineProvider`, which makes one. */
import type { Authentication } from './authentication.js'
import { ConfigurationError } from './errors.js'
import {
  COMMON_EVENT_TYPES,
  type CommonEventType,
  type EventDraft,
  type EventOf,
  type IgnoredDraft,
  type NativeEventType,
  type UnconfirmedDraft,
  type UnrecognisedDraft,
  type WebhookEvent,
} from './event.js'
import type { BodyFormat } from './format.js'
import { resolveAnswers, type ProviderAnswers, type ResolvedAnswers } from './provider-answers.js'
import type { Awaitable } from './lib/awaitable.js'
import { jsonFormat } from './lib/json-format.js'
import { rejectUnknown } from './lib/reject-unknown.js'
import { mixesZodVersions } from './lib/zod-versions.js'
import { validate, type PayloadSchema } from './payload.js'

/** Result of interpreting a payload. */
export type Interpretation<Draft extends EventDraft = EventDraft> =
  Draft | UnrecognisedDraft | IgnoredDraft | UnconfirmedDraft<Draft>

/** Authenticated data outside the body. */
export interface PayloadContext {
  /** The headers that the proof covers, by lower-case name. */
  readonly headers: Readonly<Record<string, string>>
  /** The address in the provider's configuration; never taken from a request. */
  readonly url: string | undefined
}

/**
 * The drafts among the results of `toEvent`. They are extracted from the whole result, because inference from
 * `Interpretation<Draft>` treats an unrecognised result as a draft and loses every type.
 */
export type DraftOf<Result> = Result extends { readonly unrecognised: string } | { readonly ignored: string }
  ? never
  : Result extends UnconfirmedDraft<infer Confirmed>
    ? Confirmed
    : Extract<Result, EventDraft>

/** A payment provider, ready to be mounted. */
export interface Provider<Event extends WebhookEvent = WebhookEvent> {
  readonly name: Event['provider']
  /** Distinguishes two accounts with one provider in a shared store. */
  readonly account: string
  /** Event types for which a handler may be registered. */
  readonly types: readonly Event['type'][]
  readonly authentication: Authentication
  readonly format: BodyFormat
  readonly answers: ResolvedAnswers
  /** How long the sender waits for an answer, in milliseconds; null if it is not known to be short. */
  readonly patienceMs: number | null
  /**
   * `keep`: a delivery about an order that the shop does not have is kept and acknowledged. `later`: the sender is
   * asked to deliver it again.
   */
  readonly unknownOrder: 'later' | 'keep'
  /** True if one failing delivery holds up all other deliveries of the sender. */
  readonly blocksQueue: boolean
  /**
   * Validates parsed content and interprets it. Throws `DeliveryError` `PAYLOAD_INVALID`.
   *
   * @param content of an authenticated delivery
   */
  interpret(
    content: unknown,
    context?: Pick<PayloadContext, 'headers'>,
  ): Awaitable<Interpretation<EventDraft<Event['type'], Event['native']>>>
  /**
   * The body and headers that the provider would send for a payload. For tests and tools.
   *
   * @param payload an object, or the exact body as bytes or text
   * @param headers values of headers that the proof covers, such as a topic; a header that is left out gets a made-up
   * value
   */
  sign(payload: unknown, headers?: Readonly<Record<string, string>>): SignedDelivery
  /** Carries the event union for inference. Never present at run time. */
  readonly '~event'?: Event
}

/** A delivery as the provider would send it. */
export interface SignedDelivery {
  readonly body: Buffer
  readonly headers: Readonly<Record<string, string>>
}

/** Argument of `defineProvider`. */
export interface ProviderDefinition<Name extends string, Payload, Result> {
  /** Lower-case words joined by hyphens, for example `"acme-pay"`. */
  readonly name: Name
  /** Every type that `toEvent` may return. The shop's handlers can be registered for these types. */
  readonly types: readonly DraftOf<Awaited<Result>>['type'][]
  readonly authentication: Authentication
  /** The format of the provider's bodies. @default strict JSON */
  readonly format?: BodyFormat | undefined
  /** Validates the parsed body. A zod schema fits. */
  readonly schema: PayloadSchema<Payload>
  /** Interprets a valid payload. Return a promise to look something up in the shop's own data before anything is read back. */
  readonly toEvent: (payload: Payload, context: PayloadContext) => Result
  /** Distinguishes two accounts with this provider in a shared store. @default '' */
  readonly account?: string | undefined
  /** The address that was registered with the provider, if its proof or its events depend on it. */
  readonly url?: string | undefined
  /** Answers that this sender requires. @default 200 with an empty text, 401 and 503 */
  readonly answers?: ProviderAnswers | undefined
  /** How long the sender waits for an answer, in milliseconds. @default null: not known to be short */
  readonly patienceMs?: number | null | undefined
  /** Treatment of a delivery about an order that the shop does not have. @default 'later' */
  readonly unknownOrder?: 'later' | 'keep' | undefined
  /** True if one failing delivery holds up all other deliveries of the sender. @default false */
  readonly blocksQueue?: boolean | undefined
}

const NAMES = [
  'name',
  'types',
  'authentication',
  'format',
  'schema',
  'toEvent',
  'account',
  'url',
  'answers',
  'patienceMs',
  'unknownOrder',
  'blocksQueue',
]

const NO_HEADERS = { headers: {} }

const NAME = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/

const TYPES: readonly string[] = COMMON_EVENT_TYPES

/** The shortest time limit of a sender, in milliseconds, in which a delivery can be handled. */
const MIN_PATIENCE_MS = 1000

/**
 * Makes a provider that this package does not have, with the same types and guarantees as the built-in providers.
 *
 * @throws ConfigurationError `CONFIG_PROVIDER_INVALID` when the definition cannot work, `CONFIG_OPTION_UNKNOWN`
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
  Result extends Awaitable<Interpretation<EventDraft<CommonEventType | NativeEventType<Name>>>>,
>(definition: ProviderDefinition<Name, Payload, Result>): Provider<EventOf<Name, DraftOf<Awaited<Result>>>> {
  checkDefinition(definition)
  const { name, types, authentication, schema, toEvent, account = '', url, patienceMs = null } = definition
  const { format = jsonFormat, unknownOrder = 'later', blocksQueue = false } = definition
  return {
    name,
    account,
    types,
    authentication,
    format,
    answers: resolveAnswers(name, definition.answers),
    patienceMs,
    unknownOrder,
    blocksQueue,
    interpret: (content, { headers } = NO_HEADERS) => toEvent(validate(schema, content), { headers, url }),
    sign: (payload, headers) => sign(authentication, format, payload, headers),
  }
}

function sign(
  authentication: Authentication,
  format: BodyFormat,
  payload: unknown,
  chosen?: Readonly<Record<string, string>>,
): SignedDelivery {
  if (authentication.inBody === true) {
    const content = isBody(payload) ? format.parse(toBytes(payload), { headers: {} }) : payload
    const { body, contentType } = format.write(authentication.sign(content))
    return { body, headers: { 'content-type': contentType, ...authentication.signHeaders?.() } }
  }
  const { body, contentType } = isBody(payload)
    ? { body: toBytes(payload), contentType: format.write({}).contentType }
    : format.write(payload)
  return { body, headers: { 'content-type': contentType, ...authentication.sign(body, chosen) } }
}

function isBody(payload: unknown): payload is string | Uint8Array {
  return typeof payload === 'string' || payload instanceof Uint8Array
}

function toBytes(body: string | Uint8Array): Buffer {
  return Buffer.from(body as string)
}

function checkDefinition<Name extends string, Payload, Result>(
  definition: ProviderDefinition<Name, Payload, Result>,
): void {
  rejectUnknown('defineProvider', definition, NAMES)
  const { name, types, authentication, format, patienceMs, unknownOrder } = definition
  if (!NAME.test(name)) invalid(`name must be lower-case words joined by hyphens, got ${JSON.stringify(name)}`)
  if (types.length === 0) invalid(`${name}: types must list at least one event type`)
  for (const type of types as readonly string[]) {
    if (!TYPES.includes(type) && !type.startsWith(`${name}.`)) {
      invalid(`${name}: ${JSON.stringify(type)} is neither a known event type nor one that starts with "${name}."`)
    }
  }
  checkAuthentication(name, authentication)
  checkSchema(name, definition.schema)
  if (typeof definition.toEvent !== 'function') invalid(`${name}: toEvent must be a function`)
  if (format !== undefined && (typeof format?.parse !== 'function' || typeof format.write !== 'function')) {
    invalid(`${name}: format must be { parse, write }; see the formats of express-payment-webhooks/formats`)
  }
  if (patienceMs != null && !(Number.isSafeInteger(patienceMs) && patienceMs >= MIN_PATIENCE_MS)) {
    invalid(`${name}: patienceMs must be a whole number of milliseconds, at least ${MIN_PATIENCE_MS}`)
  }
  if (unknownOrder !== undefined && unknownOrder !== 'later' && unknownOrder !== 'keep') {
    invalid(`${name}: unknownOrder must be 'later' or 'keep'`)
  }
}

function checkAuthentication(name: string, authentication: Authentication): void {
  if (typeof authentication?.verify !== 'function' || typeof authentication.sign !== 'function') {
    invalid(`${name}: authentication is missing; use signature() or tokenHeader(), or write { verify, sign }`)
  }
  if (authentication.inBody === true && typeof authentication.withoutProof !== 'function') {
    invalid(`${name}: authentication inside the body needs withoutProof(content), so that no proof is ever kept`)
  }
}

function checkSchema(name: string, schema: PayloadSchema<unknown>): void {
  if (typeof schema?.safeParse !== 'function') {
    invalid(`${name}: schema must have safeParse(), as a zod schema does; z.unknown() accepts any body`)
  }
  if (mixesZodVersions(schema)) {
    invalid(`${name}: schema was made with zod 3 around fields of this package, which are zod 4: import zod 4 for it`)
  }
}

function invalid(message: string): never {
  throw new ConfigurationError('CONFIG_PROVIDER_INVALID', `defineProvider: ${message}`)
}
