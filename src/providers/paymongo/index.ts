/**
 * PayMongo: cards, GCash, Maya, QR Ph and other methods in the Philippines: payments, checkout sessions and refunds.
 *
 * Source: developers.paymongo.com/docs (securing-webhook, developer-tools-webhooks-*, webhook-retry-logic; 2026), the official
 * package paymongo-node 10.17.0, which judged the vectors of the tests, and a live delivery of August 2026 in the issues of
 * vgviscayno/payment-soundbox-poc.
 */
import type { Secret } from '../../crypto/secrets.js'
import { invalidOption } from '../../lib/invalid-option.js'
import { rejectUnknown } from '../../lib/reject-unknown.js'
import { defineProvider } from '../../provider.js'
import { interpret, PAYMONGO_TYPES, type PayMongoReading } from './interpret.js'
import { delivery } from './payload.js'
import { payMongoSignature } from './signature.js'

export type { WebhookEvent } from '../../event.js'
export type { Provider } from '../../provider.js'

export type { PayMongoEvent } from './payload.js'

/** Options of `payMongo`. */
export interface PayMongoOptions {
  /** The webhook's own secret, `whsk_...`, given when it was created; several while another webhook takes its place. */
  readonly secret: Secret
  /** Secrets that were replaced: refused, and named as such to the operator. */
  readonly retired?: Secret
  /** Which of the two signatures counts. Events of the other mode reach no handler of money. @default 'live' */
  readonly mode?: 'live' | 'test'
  /**
   * A payment through a checkout session is announced twice. `payment` takes the money from payments, which every sale has;
   * `checkout_session` takes it from sessions, which name the order. @default 'payment'
   */
  readonly money?: 'payment' | 'checkout_session'
  /** The key of the metadata that holds the order's name. @default 'order_id' */
  readonly orderKey?: string
  /**
   * How old a signature may be, in seconds; null for no limit. Retries go on for 136.5 minutes, and nobody says whether they
   * are signed anew. @default 10800
   */
  readonly toleranceSeconds?: number | null
  /** The clock, in milliseconds since 1970. @default Date.now */
  readonly now?: () => number
}

const NAMES = ['secret', 'retired', 'mode', 'money', 'orderKey', 'toleranceSeconds', 'now']

/** How long PayMongo waits for an answer, in milliseconds (docs: developer-tools-webhooks-key-concepts). */
const PATIENCE_MS = 30_000

/**
 * PayMongo, authenticated by `Paymongo-Signature`.
 *
 * @throws ConfigurationError `CONFIG_SECRET_*` for an unsafe secret, `CONFIG_OPTION_UNKNOWN`, `CONFIG_OPTION_INVALID`
 * @example
 * ```ts
 * import { memoryStore, paymentWebhook } from 'express-payment-webhooks'
 * import { payMongo } from 'express-payment-webhooks/providers/paymongo'
 *
 * app.use('/webhooks/paymongo', paymentWebhook(payMongo({ secret: process.env.PAYMONGO_WEBHOOK_SECRET }), {
 *   store: memoryStore(),
 *   on: { 'payment.confirmed': async (event) => orders.markPaid(event.orderId, event.received) },
 * }))
 * ```
 */
export function payMongo(options: PayMongoOptions) {
  rejectUnknown('payMongo', options, NAMES)
  const { mode = 'live', money = 'payment', orderKey = 'order_id', toleranceSeconds = null } = options
  if (mode !== 'live' && mode !== 'test') invalidOption('payMongo', "mode must be 'live' or 'test'")
  if (money !== 'payment' && money !== 'checkout_session') {
    invalidOption('payMongo', "money must be 'payment' or 'checkout_session'")
  }
  if (typeof orderKey !== 'string' || orderKey === '') {
    invalidOption('payMongo', 'orderKey must be a key of the metadata')
  }
  if (toleranceSeconds !== null && !(Number.isInteger(toleranceSeconds) && toleranceSeconds >= 0)) {
    invalidOption('payMongo', 'toleranceSeconds must be a whole number of seconds, or null for no limit')
  }
  const reading: PayMongoReading = { mode, money, orderKey }
  return defineProvider({
    name: 'paymongo',
    types: PAYMONGO_TYPES,
    authentication: payMongoSignature({ ...options, mode }),
    // A success has a JSON body (docs: developer-tools-webhooks-key-concepts).
    answers: { accepted: { contentType: 'application/json', body: '{"received":true}' } },
    patienceMs: PATIENCE_MS,
    // Sales in the dashboard and by QR codes of the counter are announced as well, and three events that were never taken
    // switch the webhook off (docs: webhook-retry-logic).
    unknownOrder: 'keep',
    schema: delivery,
    toEvent: (event) => interpret(event, reading),
  })
}
