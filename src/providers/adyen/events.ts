/**
 * Adyen's other webhooks, which are signed as a whole: stored payment details, terminals, platforms. They are not about the
 * money of an order.
 */
import { z } from 'zod'
import type { Secret } from '../../crypto/secrets.js'
import { signature } from '../../crypto/signature.js'
import { rejectUnknown } from '../../lib/reject-unknown.js'
import { optionalIdentifier } from '../../payload.js'
import { defineProvider } from '../../provider.js'
import { checkHmacKey } from './hmac-key.js'

/** The fields that all of them have. All other fields stay as they came. */
const payload = z.looseObject({ type: z.string().min(1).max(200), eventId: optionalIdentifier })

/** A webhook of another type than the standard one, as it came. */
export type AdyenEvent = z.output<typeof payload>

/** Options of `adyenEvents`. */
export interface AdyenEventsOptions {
  /** The HMAC key of the endpoint, 64 hex digits. Give several during a key rotation. */
  readonly hmacKey: Secret
}

/** Docs: api-explorer/Tokenization-webhooks. */
const TOKEN_EVENTS = [
  'recurring.token.created',
  'recurring.token.updated',
  'recurring.token.alreadyExisting',
  'recurring.token.disabled',
] as const

/**
 * Adyen's webhooks of other types than the standard one, authenticated by the header `HmacSignature`. All of them are
 * native: `adyen.recurring.token.created`.
 *
 * @throws ConfigurationError `CONFIG_SECRET_*` for an unsafe key, `CONFIG_OPTION_UNKNOWN`
 * @example
 * ```ts
 * import { memoryStore, paymentWebhook } from 'express-payment-webhooks'
 * import { adyenEvents } from 'express-payment-webhooks/providers/adyen'
 *
 * app.use('/webhooks/adyen-tokens', paymentWebhook(adyenEvents({ hmacKey: process.env.ADYEN_TOKENS_HMAC_KEY }), {
 *   store: memoryStore(),
 *   on: { 'adyen.recurring.token.created': (event) => console.log(event.native.eventId) },
 * }))
 * ```
 */
export function adyenEvents(options: AdyenEventsOptions) {
  rejectUnknown('adyenEvents', options, ['hmacKey'])
  const { hmacKey } = options
  checkHmacKey('adyenEvents', hmacKey)
  return defineProvider({
    name: 'adyen',
    types: TOKEN_EVENTS.map((name) => `adyen.${name}` as const),
    authentication: signature({
      header: 'hmacsignature',
      secret: hmacKey,
      secretOption: 'adyenEvents: hmacKey',
      encoding: 'base64',
      key: 'hex',
    }),
    answers: { accepted: { body: '[accepted]' } },
    patienceMs: 10_000,
    blocksQueue: true,
    schema: payload,
    toEvent(native) {
      // `eventId` is the reference of the request, and several events may share it.
      const identity = native.eventId === null ? {} : { identity: [native.type, native.eventId] }
      const name = TOKEN_EVENTS.find((one) => one === native.type)
      if (name === undefined || native.eventId === null) return { unrecognised: native.type, ...identity, native }
      return { type: `adyen.${name}` as const, identity: [native.type, native.eventId], native }
    },
  })
}
