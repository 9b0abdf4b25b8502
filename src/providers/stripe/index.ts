/**
 * Stripe: payment intents, checkout sessions, refunds and disputes.
 * Source: docs.stripe.com (webhooks, currencies, events, changelog/endive/2026-09-30) and the official package stripe-node
 * 23.1.0, which signed and checked the vectors of the tests.
 */
import { checkApiKey } from '../../crypto/api-key.js'
import { type Secret } from '../../crypto/secrets.js'
import { signature } from '../../crypto/signature.js'
import { invalidOption } from '../../lib/invalid-option.js'
import { rejectUnknown } from '../../lib/reject-unknown.js'
import { defineProvider } from '../../provider.js'
import { interpretSnapshot, STRIPE_TYPES, type StripeReading } from './interpret.js'
import { readThin } from './thin.js'
import { body } from './payload.js'

export type { WebhookEvent } from '../../event.js'
export type { Lister } from '../../lister.js'
export type { Provider } from '../../provider.js'

export { stripeEvents, type StripeEventsOptions } from './events.js'
export type { StripeEvent } from './payload.js'

/** Options of `stripe`. */
export interface StripeOptions {
  /** The signing secret of the endpoint, including `whsec_`. Give several during a rotation. */
  readonly secret: Secret
  /** Replaced secrets. A delivery signed with one is refused, and the explanation for the operator says so. */
  readonly retired?: Secret
  /** Events of the other mode never reach a handler for payments. @default 'live' */
  readonly mode?: 'live' | 'test' | undefined
  /**
   * Stripe reports the same money twice. `payment_intent` counts the money of intents, which every payment has;
   * `checkout_session` counts that of sessions, which name the order. @default 'payment_intent'
   */
  readonly money?: 'payment_intent' | 'checkout_session' | undefined
  /** The key of the metadata that holds the order's name. @default 'order_id' */
  readonly orderKey?: string | undefined
  /** The API key for reading thin events back. @default none: thin events are kept for the operator */
  readonly apiKey?: string | undefined
  /** For tests against a server of your own. @default 'https://api.stripe.com' */
  readonly apiUrl?: string | undefined
  /** The clock, in milliseconds since 1970. @default Date.now */
  readonly now?: (() => number) | undefined
}

const NAMES = ['secret', 'retired', 'mode', 'money', 'orderKey', 'apiKey', 'apiUrl', 'now']

/** How old a timestamp may be (stripe-node). As in the official libraries, there is no limit for the future. */
const TOLERANCE_SECONDS = 300

/**
 * Stripe, authenticated by `Stripe-Signature`.
 *
 * @throws ConfigurationError `CONFIG_SECRET_*` for an unsafe secret, `CONFIG_OPTION_UNKNOWN`, `CONFIG_OPTION_INVALID`
 * @example
 * ```ts
 * import { memoryStore, paymentWebhook } from 'express-payment-webhooks'
 * import { stripe } from 'express-payment-webhooks/providers/stripe'
 *
 * app.use('/webhooks/stripe', paymentWebhook(stripe({ secret: process.env.STRIPE_WEBHOOK_SECRET }), {
 *   store: memoryStore(),
 *   on: { 'payment.confirmed': async (event) => orders.recordPaid(event.orderId, event.received) },
 * }))
 * ```
 */
export function stripe(options: StripeOptions) {
  rejectUnknown('stripe', options, NAMES)
  const { secret, retired, mode = 'live', money = 'payment_intent', orderKey = 'order_id', apiKey, now } = options
  const { apiUrl = 'https://api.stripe.com' } = options
  if (mode !== 'live' && mode !== 'test') invalidOption('stripe', "mode must be 'live' or 'test'")
  if (money !== 'payment_intent' && money !== 'checkout_session') {
    invalidOption('stripe', "money must be 'payment_intent' or 'checkout_session'")
  }
  if (typeof orderKey !== 'string' || orderKey === '') invalidOption('stripe', 'orderKey must be a key of the metadata')
  if (apiKey !== undefined) checkApiKey('stripe: apiKey', apiKey)
  const reading: StripeReading = { mode, money, orderKey }
  return defineProvider({
    name: 'stripe',
    types: STRIPE_TYPES,
    authentication: signature({
      header: 'stripe-signature',
      secret,
      secretOption: 'stripe: secret',
      ...(retired !== undefined && { retired }),
      separator: ',',
      prefix: 'v1=',
      timestamp: { entry: 't=', toleranceSeconds: TOLERANCE_SECONDS },
      message: ({ timestamp, body }) => [timestamp, '.', body],
      ...(now !== undefined && { now }),
    }),
    schema: body,
    toEvent: (event) =>
      event.object === 'v2.core.event'
        ? readThin(event, { apiKey, apiUrl }, reading)
        : interpretSnapshot(event, reading),
  })
}
