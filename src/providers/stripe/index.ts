/**
 * Stripe: payment intents, checkout sessions, refunds and disputes.
 *
 * Source: docs.stripe.com (webhooks, currencies, events, changelog/endive/2026-09-30) and the official package
 * stripe-node 23.1.0, which signed and judged the vectors of the tests.
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
  /** The signing secret of the endpoint, with its `whsec_`; several while it is rolled. */
  readonly secret: Secret
  /** Secrets that were replaced: refused, and named as such to the operator. */
  readonly retired?: Secret
  /** Events of the other mode reach no handler of money. @default 'live' */
  readonly mode?: 'live' | 'test'
  /**
   * Stripe announces the same money twice. `payment_intent` takes it from intents, which every payment has;
   * `checkout_session` takes it from sessions, which name the order. @default 'payment_intent'
   */
  readonly money?: 'payment_intent' | 'checkout_session'
  /** The key of the metadata that holds the order's name. @default 'order_id' */
  readonly orderKey?: string
  /** Reads thin events back. @default none: they are kept for the operator */
  readonly apiKey?: string | undefined
  /** For tests against a server of your own. @default 'https://api.stripe.com' */
  readonly apiUrl?: string
  /** The clock, in milliseconds since 1970. @default Date.now */
  readonly now?: () => number
}

const NAMES = ['secret', 'retired', 'mode', 'money', 'orderKey', 'apiKey', 'apiUrl', 'now']

/** How old a time stamp may be (stripe-node). The official libraries set no limit to the future; here it is the same. */
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
 *   on: { 'payment.confirmed': async (event) => orders.markPaid(event.orderId, event.received) },
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
