/**
 * Polar: orders, refunds and subscriptions of a merchant of record for digital goods.
 * Source: polarsource/polar (its documents, server/polar/webhook and the schemas next to it, as of August 2026; issues
 * 14102 and 14117) and the package @polar-sh/sdk 1.0.1, which checked the vectors of the tests.
 */
import type { Secret } from '../../crypto/secrets.js'
import { signature } from '../../crypto/signature.js'
import { invalidOption } from '../../lib/invalid-option.js'
import { rejectUnknown } from '../../lib/reject-unknown.js'
import { defineProvider } from '../../provider.js'
import { interpret, POLAR_TYPES, type PolarReading } from './interpret.js'
import type { PolarDecimals } from './money.js'
import { body } from './payload.js'

export type { WebhookEvent } from '../../event.js'
export type { Provider } from '../../provider.js'

export type { PolarDecimals } from './money.js'
export type { PolarEvent } from './payload.js'

/** Options of `polar`. */
export interface PolarOptions {
  /** The endpoint's secret as Polar shows it, including the prefix. Give several during a rotation. */
  readonly secret: Secret
  /** Replaced secrets. A delivery signed with one is refused, and the explanation for the operator says so. */
  readonly retired?: Secret
  /**
   * Polar reports the same money twice, at the same moment. `order.paid` takes payments from that event, and refunds from
   * `refund.created` and `refund.updated`. `order.updated` takes both from that event alone. @default 'order.paid'
   */
  readonly money?: 'order.paid' | 'order.updated' | undefined
  /** The key of the metadata that holds the order's name. @default 'order_id' */
  readonly orderKey?: string | undefined
  /**
   * The number of decimals of a currency's amounts, if it is not two. Polar documents cents, but not the unit of currencies
   * without cents. @default none: an order in such a currency is kept for the operator
   */
  readonly decimals?: PolarDecimals | undefined
  /** The clock, in milliseconds since 1970. @default Date.now */
  readonly now?: (() => number) | undefined
}

const NAMES = ['secret', 'retired', 'money', 'orderKey', 'decimals', 'now']

/** Into the past and into the future, in seconds, as in the official package. */
const TOLERANCE_SECONDS = 300

/** Docs: integrate/webhooks/delivery. */
const PATIENCE_MS = 10_000

/**
 * Polar, authenticated by `webhook-signature`.
 *
 * @throws ConfigurationError `CONFIG_SECRET_*` for an unsafe secret, `CONFIG_OPTION_UNKNOWN`, `CONFIG_OPTION_INVALID`
 * @example
 * ```ts
 * import { memoryStore, paymentWebhook } from 'express-payment-webhooks'
 * import { polar } from 'express-payment-webhooks/providers/polar'
 *
 * app.use('/webhooks/polar', paymentWebhook(polar({ secret: process.env.POLAR_WEBHOOK_SECRET }), {
 *   store: memoryStore(),
 *   on: { 'payment.confirmed': async (event) => orders.recordPaid(event.orderId, event.received) },
 * }))
 * ```
 */
export function polar(options: PolarOptions) {
  rejectUnknown('polar', options, NAMES)
  const { secret, retired, money = 'order.paid', orderKey = 'order_id', decimals = {}, now } = options
  if (money !== 'order.paid' && money !== 'order.updated') {
    invalidOption('polar', "money must be 'order.paid' or 'order.updated'")
  }
  if (typeof orderKey !== 'string' || orderKey === '') invalidOption('polar', 'orderKey must be a key of the metadata')
  checkDecimals(decimals)
  const reading: PolarReading = { money, orderKey, decimals }
  return defineProvider({
    name: 'polar',
    types: POLAR_TYPES,
    authentication: signature({
      header: 'webhook-signature',
      secret,
      secretOption: 'polar: secret',
      ...(retired !== undefined && { retired }),
      encoding: 'base64',
      separator: ' ',
      prefix: 'v1,',
      id: 'webhook-id',
      timestamp: { header: 'webhook-timestamp', toleranceSeconds: TOLERANCE_SECONDS },
      message: ({ id, timestamp, body: bytes }) => [id, '.', timestamp, '.', bytes],
      // Secrets made before 8 September 2026 sign as shown, later ones after decoding, and the text does not show which.
      key: ['whsec', 'text'],
      ...(now !== undefined && { now }),
    }),
    patienceMs: PATIENCE_MS,
    schema: body,
    toEvent: (event, { headers }) => interpret(event, headers['webhook-id'] ?? '', reading),
  })
}

function checkDecimals(decimals: unknown): void {
  const isCode = ([code, places]: readonly [string, unknown]) =>
    /^[A-Z]{3}$/.test(code) && Number.isInteger(places) && (places as number) >= 0 && (places as number) <= 4
  if (typeof decimals === 'object' && decimals !== null && Object.entries(decimals).every(isCode)) return
  invalidOption('polar', 'decimals must be a number from 0 to 4 for each code in upper case, such as { JPY: 0 }')
}
