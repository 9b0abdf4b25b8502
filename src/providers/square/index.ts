/**
 * Square: payments, refunds and disputes.
 *
 * Source: developer.squareup.com/docs (webhooks, disputes-api) and the official packages square 46.0.0, which signed and
 * judged the vectors of the tests, and square-legacy, whose published vectors are among them.
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
  /** The signature key of the webhook subscription, as text; several for several subscriptions, or while it is changed. */
  readonly signatureKey: Secret
  /**
   * The notification URL, byte for byte as it is registered: it is signed, and a request does not tell it. Several for
   * several subscriptions.
   */
  readonly url: string | readonly string[] | undefined
  /** Keys that were replaced: refused, and named as such to the operator. */
  readonly retired?: Secret
  /**
   * The field of a payment that names the order: `reference_id`, which the shop gives a payment, or `order_id`, which is
   * Square's own and all that payments of checkout links have. @default 'reference_id'
   */
  readonly orderField?: 'reference_id' | 'order_id'
}

const NAMES = ['signatureKey', 'url', 'retired', 'orderField']

/** Older pages ask for an answer within 10 seconds; the current one (webhooks/troubleshooting) for one as soon as possible. */
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
 *   on: { 'payment.confirmed': async (event) => orders.markPaid(event.orderId, event.received) },
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
