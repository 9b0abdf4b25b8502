/**
 * Razorpay: UPI, cards, netbanking and wallets in India: orders, payments, payment links, refunds and disputes.
 * Source: razorpay/markdown-docs, the source of razorpay.com/docs (webhooks, payments/late-authorisation, api/orders; April
 * 2026), and the official package razorpay 2.9.8, which checked the vectors of the tests.
 */
import { hmacSignature } from '../../crypto/hmac-signature.js'
import type { Secret } from '../../crypto/secrets.js'
import { invalidOption } from '../../lib/invalid-option.js'
import { rejectUnknown } from '../../lib/reject-unknown.js'
import { defineProvider } from '../../provider.js'
import { interpret } from './interpret.js'
import { delivery } from './payload.js'
import type { RazorpayReading } from './reading.js'
import { RAZORPAY_TYPES } from './types.js'

export type { WebhookEvent } from '../../event.js'
export type { Provider } from '../../provider.js'

export type { RazorpayEvent } from './payload.js'

/** Options of `razorpay`. */
export interface RazorpayOptions {
  /**
   * The webhook's secret, which the shop entered for this URL; it is not the API key's. During a rotation give several for
   * at least 24 hours, because retries of older events keep their old signature.
   */
  readonly secret: Secret
  /** Replaced secrets. A delivery signed with one is refused, and the explanation for the operator says so. */
  readonly retired?: Secret
  /**
   * Razorpay reports the same money up to three times. `order` counts the money of orders, and reports their captured
   * payments as transactions. `payment` counts each payment separately. `payment_link` counts the money of payment links.
   * @default 'order'
   */
  readonly money?: 'order' | 'payment' | 'payment_link' | undefined
  /**
   * The place of the order's name. `receipt`: the order's `receipt` or the link's `reference_id`; the notes if an event has
   * neither. `notes`: only the notes. @default 'receipt'
   */
  readonly orderFrom?: 'receipt' | 'notes' | undefined
  /** The key of the notes that holds the order's name. @default 'order_id' */
  readonly orderKey?: string | undefined
}

const NAMES = ['secret', 'retired', 'money', 'orderFrom', 'orderKey']

/** How long Razorpay waits, in milliseconds, before a delivery counts as failed (docs: webhooks/best-practices). */
const PATIENCE_MS = 5000

/**
 * Razorpay, authenticated by `X-Razorpay-Signature`.
 *
 * @throws ConfigurationError `CONFIG_SECRET_*` for an unsafe secret, `CONFIG_OPTION_UNKNOWN`, `CONFIG_OPTION_INVALID`
 * @example
 * ```ts
 * import { memoryStore, paymentWebhook } from 'express-payment-webhooks'
 * import { razorpay } from 'express-payment-webhooks/providers/razorpay'
 *
 * app.use('/webhooks/razorpay', paymentWebhook(razorpay({ secret: process.env.RAZORPAY_WEBHOOK_SECRET }), {
 *   store: memoryStore(),
 *   on: { 'payment.confirmed': async (event) => orders.recordPaid(event.orderId, event.received) },
 * }))
 * ```
 */
export function razorpay(options: RazorpayOptions) {
  rejectUnknown('razorpay', options, NAMES)
  const { secret, retired, money = 'order', orderFrom = 'receipt', orderKey = 'order_id' } = options
  if (money !== 'order' && money !== 'payment' && money !== 'payment_link') {
    invalidOption('razorpay', "money must be 'order', 'payment' or 'payment_link'")
  }
  if (orderFrom !== 'receipt' && orderFrom !== 'notes') {
    invalidOption('razorpay', "orderFrom must be 'receipt' or 'notes'")
  }
  if (typeof orderKey !== 'string' || orderKey === '') invalidOption('razorpay', 'orderKey must be a key of the notes')
  const reading: RazorpayReading = { money, orderFrom, orderKey }
  return defineProvider({
    name: 'razorpay',
    types: RAZORPAY_TYPES,
    authentication: hmacSignature({
      header: 'x-razorpay-signature',
      secret,
      secretOption: 'razorpay: secret',
      ...(retired !== undefined && { retired }),
    }),
    patienceMs: PATIENCE_MS,
    schema: delivery,
    toEvent: (event) => interpret(event, reading),
  })
}
