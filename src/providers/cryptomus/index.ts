/**
 * Cryptomus: invoices and static addresses in many coins. Heleket has the same interface.
 *
 * Source: doc.cryptomus.com (business/payments/webhook, testing-webhook, payment statuses, refund) and the identical
 * doc.heleket.com. No official library for Node was found: the vectors of the tests are computed from the documented layout.
 */
import { bodyDigest } from '../../crypto/body-digest.js'
import type { Secret } from '../../crypto/secrets.js'
import { sourceAddress } from '../../crypto/source-address.js'
import type { BodyAuthentication } from '../../authentication.js'
import type { BodyFormat } from '../../format.js'
import { jsonSource } from '../../formats/json-source.js'
import { asPhpWrites } from '../../formats/php-json.js'
import { parseJson } from '../../lib/json.js'
import { rejectUnknown } from '../../lib/reject-unknown.js'
import { defineProvider } from '../../provider.js'
import { interpret, TYPES } from './interpret.js'
import { webhook } from './payload.js'

export type { WebhookEvent } from '../../event.js'
export type { Provider } from '../../provider.js'

export type { CryptomusWebhook } from './payload.js'

/** Options of `cryptomus`. */
export interface CryptomusOptions {
  /** The merchant's payment API key, not the payout key. Give several during a rotation. */
  readonly paymentKey: Secret
  /** Replaced keys. A delivery signed with one is refused, and the explanation for the operator says so. */
  readonly retired?: Secret
  /**
   * Addresses or CIDR networks that webhooks come from; all others are refused. The digest alone is weak by today's
   * standards. @default none: addresses are not checked
   */
  readonly allowedIps?: readonly string[] | undefined
}

/** Bodies as PHP writes them: the digest covers that form. */
const phpJson: BodyFormat = {
  parse: (body) => parseJson(body),
  write: (payload) => ({ body: Buffer.from(asPhpWrites(JSON.stringify(payload))), contentType: 'application/json' }),
}

/**
 * Cryptomus, authenticated by `sign` in the body. It is the MD5 of the base64 of the rest of the body, followed by the
 * payment API key.
 *
 * @throws ConfigurationError `CONFIG_SECRET_*` for an unsafe key, `CONFIG_OPTION_UNKNOWN`, `CONFIG_OPTION_INVALID`
 * @example
 * ```ts
 * import { memoryStore, paymentWebhook } from 'express-payment-webhooks'
 * import { cryptomus } from 'express-payment-webhooks/providers/cryptomus'
 *
 * app.use('/webhooks/cryptomus', paymentWebhook(cryptomus({ paymentKey: process.env.CRYPTOMUS_PAYMENT_KEY }), {
 *   store: memoryStore(),
 *   on: { 'payment.confirmed': async (event) => orders.recordPaid(event.orderId, event.received) },
 * }))
 * ```
 */
export function cryptomus(options: CryptomusOptions) {
  rejectUnknown('cryptomus', options, ['paymentKey', 'retired', 'allowedIps'])
  return defineProvider({
    name: 'cryptomus',
    types: TYPES,
    authentication: authenticationOf(options),
    format: phpJson,
    // Retries are not documented, so nothing may depend on them.
    unknownOrder: 'keep',
    schema: webhook,
    toEvent: (native) => interpret(native),
  })
}

function authenticationOf({ paymentKey, retired, allowedIps }: CryptomusOptions): BodyAuthentication {
  const proof = bodyDigest({
    field: 'sign',
    secret: paymentKey,
    secretOption: 'cryptomus: paymentKey',
    ...(retired !== undefined && { retired }),
    message: messagesOf,
  })
  if (allowedIps === undefined) return proof
  const check = sourceAddress('cryptomus: allowedIps', allowedIps)
  return {
    ...proof,
    bySourceAddress: true,
    verify: (delivery, content) => check(delivery) && proof.verify(delivery, content),
  }
}

/**
 * The body without `sign`: once as PHP would write it again, and once as it was sent. They differ if the sender escapes
 * other characters in the body than in the signed text. Without the key, nobody can sign either.
 */
function messagesOf(body: Buffer): readonly string[] {
  const source = jsonSource(body)
  const texts = [source.without('sign', (text) => asPhpWrites(JSON.stringify(text))), source.without('sign')]
  return texts.map((text) => Buffer.from(text, 'utf8').toString('base64'))
}
