/**
 * Razorpay: UPI, cards, netbanking and wallets in India: orders, payments, payment links, refunds and disputes.
 *
 * Source: razorpay/markdown-docs, which razorpay.com/docs is made of (webhooks, payments/late-authorisation, api/orders;
 * April 2026), and the official package razorpay 2.9.8, which judged the vectors of the tests.
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
   * The webhook's secret, which the shop typed in for this URL: not the API key's. Several while it is changed, for at
   * least 24 hours, because retries of older events keep their old signature.
   */
  readonly secret: Secret
  /** Secrets that were replaced: refused, and named as such to the operator. */
  readonly retired?: Secret
  /**
   * Razorpay announces the same money up to three times. `order` takes it from orders, whose captured payments are their
   * transfers; `payment` takes it from payments, each by itself; `payment_link` takes it from payment links.
   * @default 'order'
   */
  readonly money?: 'order' | 'payment' | 'payment_link'
  /**
   * Where the order's name stands: as the order's `receipt` or the link's `reference_id`, and in the notes where an event
   * has neither; or in the notes alone. @default 'receipt'
   */
  readonly orderFrom?: 'receipt' | 'notes'
  /** The key of the notes that holds the order's name. @default 'order_id' */
  readonly orderKey?: string
}

const NAMES = ['secret', 'retired', 'money', 'orderFrom', 'orderKey']

/** How long Razorpay waits, in milliseconds, before it takes a delivery for failed (docs: webhooks/best-practices). */
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
 *   on: { 'payment.confirmed': async (event) => orders.markPaid(event.orderId, event.received) },
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
