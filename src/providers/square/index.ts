/**
 * Square: payments, refunds and disputes.
 * Source: developer.squareup.com/docs (webhooks, disputes-api) and the official packages square 46.0.0, which signed and
 * checked the vectors of the tests, and square-legacy, whose published vectors are among them.
 */
import type { Secret } from '../../crypto/secrets.js'
import { invalidOption } from '../../lib/invalid-option.js'
import { rejectUnknown } from '../../lib/reject-unknown.js'
import { defineProvider } from '../../provider.js'
import { squareSignature } from './authentication.js'
import { interpret, SQUARE_TYPES } from './interpret.js'
import { body } from './payload.js'

export type { WebhookEvent } from '../../event.js'
export type { Lister } from '../../lister.js'
export type { Provider } from '../../provider.js'

export { squareEvents, type SquareEventsOptions } from './events.js'
export type { SquareEvent } from './payload.js'

/** Options of `square`. */
export interface SquareOptions {
  /** The signature key of the webhook subscription, as text. Give several for several subscriptions, or during a rotation. */
  readonly signatureKey: Secret
  /**
   * The notification URL, byte for byte as registered: the signature covers it, and a request does not contain it. Give
   * several for several subscriptions.
   */
  readonly url: string | readonly string[] | undefined
  /** Replaced keys. A delivery signed with one is refused, and the explanation for the operator says so. */
  readonly retired?: Secret
  /**
   * The field of a payment that names the order. The shop sets `reference_id` itself. `order_id` is Square's own, and
   * payments of checkout links have only this one. @default 'reference_id'
   */
  readonly orderField?: 'reference_id' | 'order_id' | undefined
}

const NAMES = ['signatureKey', 'url', 'retired', 'orderField']

/** Older pages require an answer within 10 seconds; the current one (webhooks/troubleshooting), as soon as possible. */
const PATIENCE_MS = 10_000

/**
 * Square, authenticated by `x-square-hmacsha256-signature`.
 *
 * @throws ConfigurationError `CONFIG_SECRET_*` for an unsafe key, `CONFIG_OPTION_UNKNOWN`, `CONFIG_OPTION_INVALID`
 * @example
 * ```ts
 * import { memoryStore, paymentWebhook } from 'express-payment-webhooks'
 * import { square } from 'express-payment-webhooks/providers/square'
 *
 * const provider = square({
 *   signatureKey: process.env.SQUARE_SIGNATURE_KEY,
 *   url: 'https://shop.example/webhooks/square',
 * })
 * app.use('/webhooks/square', paymentWebhook(provider, {
 *   store: memoryStore(),
 *   on: { 'payment.confirmed': async (event) => orders.recordPaid(event.orderId, event.received) },
 * }))
 * ```
 */
export function square(options: SquareOptions) {
  rejectUnknown('square', options, NAMES)
  const { signatureKey, url, retired, orderField = 'reference_id' } = options
  if (orderField !== 'reference_id' && orderField !== 'order_id') {
    invalidOption('square', "orderField must be 'reference_id' or 'order_id'")
  }
  return defineProvider({
    name: 'square',
    types: SQUARE_TYPES,
    authentication: squareSignature({ signatureKey, retired, url }),
    patienceMs: PATIENCE_MS,
    schema: body,
    toEvent: (event) => interpret(event, { orderField }),
  })
}
