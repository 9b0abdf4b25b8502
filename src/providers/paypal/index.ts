/**
 * PayPal: orders, captures, authorizations, refunds and disputes, by REST webhooks (not by IPN).
 * Source: developer.paypal.com (webhooks/rest, webhooks/event-names, payment-methods),
 * paypal/paypal-rest-api-specifications, woocommerce/woocommerce-paypal-payments, and the retired official SDKs for Java,
 * Python and Node.js: no other code verifies offline. A published sandbox delivery checks the layout of the signed text in
 * the tests.
 */
import { AcceptedOnce } from '../../crypto/accepted-once.js'
import { invalidOption } from '../../lib/invalid-option.js'
import { rejectUnknown } from '../../lib/reject-unknown.js'
import { defineProvider } from '../../provider.js'
import { payPalReader, type PayPalReadBack } from './api.js'
import { TYPES } from './drafts.js'
import { interpret, type PayPalReading } from './interpret.js'
import { event } from './payload.js'
import { payPalProof, type PayPalTestKeys } from './proof.js'

export type { WebhookEvent } from '../../event.js'
export type { Lister } from '../../lister.js'
export type { Provider } from '../../provider.js'

export { paypalEvents, type PayPalEventsOptions } from './events.js'
export type { PayPalReadBack } from './api.js'
export type { PayPalCapture, PayPalEvent, PayPalRefund } from './payload.js'
export type { PayPalTestKeys } from './proof.js'

interface CommonOptions {
  /** The id that PayPal gave the webhook's address at registration. Give several while the address is moved. */
  readonly webhookId: string | readonly string[] | undefined
  /** The PayPal hosts that serve certificates and answer reads. @default 'live' */
  readonly mode?: 'live' | 'sandbox' | undefined
  /** The field of a payment that names the order. @default 'custom_id' */
  readonly orderFrom?: 'custom_id' | 'invoice_id' | undefined
  /**
   * How old a transmission may be, in seconds; null for no limit. PayPal retries for three days, and does not say if a
   * retry gets a new time. @default four days
   */
  readonly toleranceSeconds?: number | null | undefined
  /**
   * Certificates, in PEM, of the authorities that may have issued PayPal's. @default none: a certificate counts if one of
   * PayPal's hosts serves it, which TLS proves
   */
  readonly issuers?: string | readonly string[] | undefined
  /** From `payPalTestKeys` of the testing kit, so that tests can sign. Refused if NODE_ENV is `production`. */
  readonly testKeys?: PayPalTestKeys | undefined
  /** The clock, in milliseconds since 1970. @default Date.now */
  readonly now?: (() => number) | undefined
}

/** Reads with the credentials of the REST app that the webhook belongs to. */
interface ByApp {
  readonly clientId: string | undefined
  readonly clientSecret: string | undefined
  /** For tests against a server of your own. @default 'https://api-m.paypal.com', or the sandbox's */
  readonly apiUrl?: string | undefined
  readonly readBack?: undefined
}

/** The shop's own client reads. */
interface ByShop {
  /**
   * Resolves to PayPal's answer at a path, parsed, or as bytes or text; null if PayPal has nothing there. Must stop when
   * `signal` aborts.
   */
  readonly readBack: PayPalReadBack
  readonly clientId?: undefined
  readonly clientSecret?: undefined
  readonly apiUrl?: undefined
}

/** Options of `paypal`. */
export type PayPalOptions = CommonOptions & (ByApp | ByShop)

const NAMES = [
  'webhookId',
  'mode',
  'orderFrom',
  'toleranceSeconds',
  'issuers',
  'testKeys',
  'now',
  'clientId',
  'clientSecret',
  'apiUrl',
  'readBack',
]

/** One day longer than PayPal retries (docs: webhooks/rest). */
const TOLERANCE_SECONDS = 4 * 24 * 60 * 60

/**
 * PayPal. The signature of a delivery covers only a checksum of its body, and a checksum can be forged. Therefore every
 * delivery is verified, but its event comes from PayPal's API.
 *
 * @throws ConfigurationError `CONFIG_OPTION_INVALID`, `CONFIG_SECRET_*` for an unsafe client secret, `CONFIG_OPTION_UNKNOWN`
 * @example
 * ```ts
 * import { memoryStore, paymentWebhook } from 'express-payment-webhooks'
 * import { paypal } from 'express-payment-webhooks/providers/paypal'
 *
 * const provider = paypal({
 *   webhookId: process.env.PAYPAL_WEBHOOK_ID,
 *   clientId: process.env.PAYPAL_CLIENT_ID,
 *   clientSecret: process.env.PAYPAL_CLIENT_SECRET,
 * })
 * app.use('/webhooks/paypal', paymentWebhook(provider, {
 *   store: memoryStore(),
 *   on: { 'payment.confirmed': async (event) => orders.recordPaid(event.orderId, event.received) },
 * }))
 * ```
 */
export function paypal(options: PayPalOptions) {
  rejectUnknown('paypal', options, NAMES)
  const {
    mode = 'live',
    orderFrom = 'custom_id',
    toleranceSeconds = TOLERANCE_SECONDS,
    issuers,
    testKeys,
    now,
  } = options
  if (mode !== 'live' && mode !== 'sandbox') invalidOption('paypal', "mode must be 'live' or 'sandbox'")
  if (orderFrom !== 'custom_id' && orderFrom !== 'invoice_id') {
    invalidOption('paypal', "orderFrom must be 'custom_id' or 'invoice_id'")
  }
  const webhookIds = webhookIdsOf(options.webhookId)
  const read = payPalReader({ ...options, mode })
  const reading: PayPalReading = { orderFrom, read, accepted: new AcceptedOnce() }
  return defineProvider({
    name: 'paypal',
    types: TYPES,
    authentication: payPalProof({ webhookIds, mode, issuers, toleranceSeconds, testKeys, now }),
    schema: event,
    toEvent: (native, context) => interpret(native, context, reading),
  })
}

function webhookIdsOf(given: PayPalOptions['webhookId']): readonly string[] {
  const ids: readonly unknown[] = [given].flat()
  const isId = (id: unknown): id is string => typeof id === 'string' && /^[A-Za-z0-9]{1,50}$/.test(id)
  if (ids.length > 0 && ids.every(isId)) return ids
  return invalidOption(
    'paypal',
    'webhookId must be the id that PayPal shows beside the webhook, letters and digits; is its environment variable set?',
  )
}
