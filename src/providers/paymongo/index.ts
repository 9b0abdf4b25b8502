/**
 * PayMongo: cards, GCash, Maya, QR Ph and other methods in the Philippines: payments, checkout sessions and refunds.
 * Source: developers.paymongo.com/docs (securing-webhook, developer-tools-webhooks-*, webhook-retry-logic; 2026), the
 * official package paymongo-node 10.17.0, which checked the vectors of the tests, and a live delivery of August 2026 in the
 * issues of vgviscayno/payment-soundbox-poc.
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
  /** The webhook's own secret, `whsk_...`, shown when it was created. Give several while another webhook replaces it. */
  readonly secret: Secret
  /** Replaced secrets. A delivery signed with one is refused, and the explanation for the operator says so. */
  readonly retired?: Secret
  /** The mode whose signature counts. Events of the other mode never reach a handler for payments. @default 'live' */
  readonly mode?: 'live' | 'test' | undefined
  /**
   * PayMongo reports a payment through a checkout session twice. `payment` counts the money of payments, which every sale
   * has. `checkout_session` counts the money of sessions, which name the order. @default 'payment'
   */
  readonly money?: 'payment' | 'checkout_session' | undefined
  /** The key of the metadata that holds the order's name. @default 'order_id' */
  readonly orderKey?: string | undefined
  /**
   * How old a signature may be, in seconds; null for no limit. Retries go on for 136.5 minutes, and no document says if
   * they are signed again. @default 10800
   */
  readonly toleranceSeconds?: number | null | undefined
  /** The clock, in milliseconds since 1970. @default Date.now */
  readonly now?: (() => number) | undefined
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
 *   on: { 'payment.confirmed': async (event) => orders.recordPaid(event.orderId, event.received) },
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
    // PayMongo expects a JSON body with a success (docs: developer-tools-webhooks-key-concepts).
    answers: { accepted: { contentType: 'application/json', body: '{"received":true}' } },
    patienceMs: PATIENCE_MS,
    // PayMongo also reports sales in the dashboard and by QR codes at the counter. Three events that are never accepted
    // disable the webhook (docs: webhook-retry-logic).
    unknownOrder: 'keep',
    schema: delivery,
    toEvent: (event) => interpret(event, reading),
  })
}
