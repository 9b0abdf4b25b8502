/**
 * Standard Webhooks, and Svix, which uses other header names. This is only a signing scheme, so the shop defines the
 * meaning of its sender's events.
 * Source: spec/standard-webhooks.md in standard-webhooks/standard-webhooks, version 1.0.0; docs.svix.com; the packages
 * standardwebhooks 1.1.1 and svix, which signed and checked the vectors of the tests.
 */
import type { HeaderAuthentication } from '../../authentication.js'
import { ed25519PublicKey } from '../../crypto/ed25519-key.js'
import type { MessageParts } from '../../crypto/header-proof-options.js'
import { publicKeySignature } from '../../crypto/public-key-signature.js'
import { signature } from '../../crypto/signature.js'
import type { CommonEventType, EventDraft, EventOf, NativeEventType } from '../../event.js'
import { isPromise, type Awaitable } from '../../lib/awaitable.js'
import { invalidOption } from '../../lib/invalid-option.js'
import { rejectUnknown } from '../../lib/reject-unknown.js'
import { defineProvider, type Interpretation, type Provider } from '../../provider.js'
import { envelope, nativeEvents, type StandardEnvelope } from './envelope.js'
import type {
  AnyMapping,
  NativeMapping,
  OwnMapping,
  StandardDraftOf,
  StandardInterpretation,
  StandardWebhooksOptions,
} from './options.js'

export type { WebhookEvent } from '../../event.js'
export type { Provider } from '../../provider.js'

export type { StandardEnvelope } from './envelope.js'
export type { StandardDelivery, StandardWebhooksOptions } from './options.js'

const NAMES = [
  'secret',
  'publicKey',
  'retired',
  'key',
  'headers',
  'name',
  'account',
  'answers',
  'patienceMs',
  'unknownOrder',
  'blocksQueue',
  'privateKey',
  'now',
  'types',
  'schema',
  'toEvent',
]

/** Into the past and into the future, in seconds, as in the reference libraries. */
const TOLERANCE_SECONDS = 300

/**
 * A sender that signs with Standard Webhooks. The signed `webhook-id` identifies its events. Give `toEvent` to map them;
 * without it they keep their own names.
 *
 * @throws ConfigurationError `CONFIG_SECRET_*` for an unsafe secret, `CONFIG_OPTION_UNKNOWN`, `CONFIG_OPTION_INVALID`,
 * `CONFIG_PROVIDER_INVALID`
 * @example
 * ```ts
 * import { memoryStore, paymentWebhook } from 'express-payment-webhooks'
 * import { standardWebhooks } from 'express-payment-webhooks/providers/standard-webhooks'
 *
 * const provider = standardWebhooks({
 *   secret: process.env.STANDARD_WEBHOOKS_SECRET,
 *   types: ['standard-webhooks.invoice.paid'],
 * })
 * app.use('/webhooks/invoices', paymentWebhook(provider, {
 *   store: memoryStore(),
 *   on: { 'standard-webhooks.invoice.paid': async ({ native }) => console.log(native.data) },
 * }))
 * ```
 */
export function standardWebhooks<
  const Name extends string = 'standard-webhooks',
  Payload = StandardEnvelope,
  Result extends Awaitable<StandardInterpretation<Name>> = Awaitable<StandardInterpretation<Name>>,
>(
  options: StandardWebhooksOptions<Name> & OwnMapping<Payload, Result>,
): Provider<EventOf<Name, StandardDraftOf<Result>>>
export function standardWebhooks<
  const Name extends string = 'standard-webhooks',
  const Type extends NativeEventType<Name> = NativeEventType<Name>,
>(
  options: StandardWebhooksOptions<Name> & NativeMapping<Type>,
): Provider<EventOf<Name, EventDraft<Type, StandardEnvelope>>>
export function standardWebhooks(options: StandardWebhooksOptions<string> & AnyMapping): Provider {
  rejectUnknown('standardWebhooks', options, NAMES)
  const { name = 'standard-webhooks', types, schema = envelope, account, answers, patienceMs } = options
  const { unknownOrder, blocksQueue, headers: family = 'webhook' } = options
  if (family !== 'webhook' && family !== 'svix')
    invalidOption('standardWebhooks', "headers must be 'webhook' or 'svix'")
  if (options.schema !== undefined && options.toEvent === undefined) {
    invalidOption('standardWebhooks', 'schema needs toEvent, which maps the body to an event')
  }
  if (answers?.notAuthentic === 410 || answers?.later === 410) {
    invalidOption('standardWebhooks', 'answers must not be 410: the sender would switch the endpoint off')
  }
  const toEvent = (options.toEvent ?? nativeEvents(name, types)) as NonNullable<AnyMapping['toEvent']>
  return defineProvider({
    name,
    types: types as readonly (CommonEventType | NativeEventType)[],
    authentication: authenticationOf(options, family),
    schema,
    toEvent(payload, { headers }): Awaitable<Interpretation<EventDraft<CommonEventType | NativeEventType>>> {
      const id = headers[`${family}-id`] ?? ''
      // The overloads guarantee that the shop's `toEvent` takes the schema's output.
      const answer = toEvent(payload as never, { id })
      return isPromise(answer) ? answer.then((one) => identified(one, id)) : identified(answer, id)
    },
    ...(account !== undefined && { account }),
    ...(answers !== undefined && { answers }),
    ...(patienceMs !== undefined && { patienceMs }),
    ...(unknownOrder !== undefined && { unknownOrder }),
    ...(blocksQueue !== undefined && { blocksQueue }),
  })
}

/** A draft that is still to be read back has its own identity, and an ignored one needs none. */
function identified(
  answer: StandardInterpretation,
  id: string,
): Interpretation<EventDraft<CommonEventType | NativeEventType>> {
  return 'confirm' in answer || 'ignored' in answer ? answer : { ...answer, identity: answer.identity ?? [id] }
}

function authenticationOf(options: StandardWebhooksOptions<string>, family: string): HeaderAuthentication {
  const { secret, publicKey, retired, key = 'whsec', privateKey, now } = options
  const proof = {
    header: `${family}-signature`,
    separator: ' ',
    id: `${family}-id`,
    timestamp: { header: `${family}-timestamp`, toleranceSeconds: TOLERANCE_SECONDS },
    message: ({ id, timestamp, body }: MessageParts) => [id, '.', timestamp, '.', body],
    ...(now !== undefined && { now }),
  }
  if (publicKey === undefined && (secret !== undefined || !('publicKey' in options))) {
    if (privateKey !== undefined) invalidOption('standardWebhooks', 'privateKey belongs to publicKey')
    checkSymmetric(secret)
    return signature({
      ...proof,
      prefix: 'v1,',
      encoding: 'base64',
      secret,
      secretOption: 'standardWebhooks: secret',
      key,
      ...(retired !== undefined && { retired }),
    })
  }
  if (secret !== undefined || retired !== undefined || options.key !== undefined) {
    invalidOption(
      'standardWebhooks',
      'give either secret, with retired and key, or publicKey: a delivery has one proof',
    )
  }
  if (privateKey !== undefined && process.env['NODE_ENV'] === 'production') {
    invalidOption('standardWebhooks', 'privateKey is for tests: anyone who has it can sign')
  }
  const keys = [publicKey].flat().map((one) => ed25519PublicKey('publicKey', one))
  if (keys.length === 0) invalidOption('standardWebhooks', 'publicKey must be at least one key')
  return publicKeySignature({
    ...proof,
    algorithm: 'Ed25519',
    prefix: 'v1a,',
    keys,
    ...(privateKey !== undefined && { privateKey }),
  })
}

/** Both kinds of key look alike when they are pasted. */
function checkSymmetric(secret: StandardWebhooksOptions<string>['secret']): void {
  for (const one of [secret].flat() as readonly unknown[]) {
    if (typeof one !== 'string' || !/^wh[ps]k_/.test(one)) continue
    invalidOption('standardWebhooks', 'secret is a key of a pair: give the one that begins with whpk_ as publicKey')
  }
}
