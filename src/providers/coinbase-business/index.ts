/**
 * Coinbase Business: checkouts, each paid once in USDC.
 * Source: docs.cdp.coinbase.com (coinbase-business/checkout-apis/webhooks, webhooks/verify-signatures) and hook0-client
 * 1.1.0, the library of the system that signs, which checked the vectors of the tests.
 */
import type { Secret } from '../../crypto/secrets.js'
import { invalidOption } from '../../lib/invalid-option.js'
import { rejectUnknown } from '../../lib/reject-unknown.js'
import { defineProvider } from '../../provider.js'
import { hook0Signature } from './hook0.js'
import { interpret, TYPES } from './interpret.js'
import { body } from './payload.js'

export type { WebhookEvent } from '../../event.js'
export type { Provider } from '../../provider.js'

export type { CoinbaseBusinessCheckout } from './payload.js'

/** Options of `coinbaseBusiness`. */
export interface CoinbaseBusinessOptions {
  /** The secret of the webhook subscription, as text. Give several for several subscriptions, or during a rotation. */
  readonly secret: Secret
  /** Replaced secrets. A delivery signed with one is refused, and the explanation for the operator says so. */
  readonly retired?: Secret
  /**
   * `v1` also covers headers, and `v0` then counts only if `v1` is missing. Choose `v0` only behind a proxy that rewrites a
   * covered header, such as `content-type`. Both cover the time and the body. @default 'v1'
   */
  readonly version?: 'v1' | 'v0' | undefined
  /** The key of the metadata that holds the order's name. @default 'orderId' */
  readonly orderKey?: string | undefined
  /** The clock, in milliseconds since 1970. @default Date.now */
  readonly now?: (() => number) | undefined
}

const NAMES = ['secret', 'retired', 'version', 'orderKey', 'now']

/**
 * Coinbase Business, authenticated by `X-Hook0-Signature`.
 *
 * @throws ConfigurationError `CONFIG_SECRET_*` for an unsafe secret, `CONFIG_OPTION_UNKNOWN`, `CONFIG_OPTION_INVALID`
 * @example
 * ```ts
 * import { memoryStore, paymentWebhook } from 'express-payment-webhooks'
 * import { coinbaseBusiness } from 'express-payment-webhooks/providers/coinbase-business'
 *
 * app.use('/webhooks/coinbase', paymentWebhook(coinbaseBusiness({ secret: process.env.COINBASE_WEBHOOK_SECRET }), {
 *   store: memoryStore(),
 *   on: { 'payment.confirmed': async (event) => orders.recordPaid(event.orderId, event.received) },
 * }))
 * ```
 */
export function coinbaseBusiness(options: CoinbaseBusinessOptions) {
  rejectUnknown('coinbaseBusiness', options, NAMES)
  const { secret, retired, version = 'v1', orderKey = 'orderId', now } = options
  if (version !== 'v1' && version !== 'v0') invalidOption('coinbaseBusiness', "version must be 'v1' or 'v0'")
  if (typeof orderKey !== 'string' || orderKey === '') {
    invalidOption('coinbaseBusiness', 'orderKey must be a key of the metadata')
  }
  return defineProvider({
    name: 'coinbase-business',
    types: TYPES,
    authentication: hook0Signature({ secret, retired, version, now }),
    // The answer of the documented samples.
    answers: { accepted: { body: 'OK' } },
    schema: body,
    toEvent: (event) => interpret(event, orderKey),
  })
}
