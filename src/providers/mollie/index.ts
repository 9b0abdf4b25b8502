/**
 * Mollie: payments, refunds and chargebacks, by classic callbacks or by signed next-gen events.
 * Source: docs.mollie.com (webhooks, webhooks-new, status-changes, get-payment, place-a-hold-for-a-payment) and the
 * official packages mollie-api-php, mollie-api-typescript 1.12.28 and @mollie/api-client 4.6.0. The second package signed
 * and checked the vectors of the tests.
 */
import type { Secret } from '../../crypto/secrets.js'
import { invalidOption } from '../../lib/invalid-option.js'
import { rejectUnknown } from '../../lib/reject-unknown.js'
import { classic } from './classic.js'
import { nextGen } from './next-gen.js'
import { paymentReader, type MollieReadBack } from './read-payment.js'
import type { MollieReading } from './reading.js'

export type { WebhookEvent } from '../../event.js'
export type { Lister } from '../../lister.js'
export type { Provider } from '../../provider.js'

export { molliePayments, type MolliePaymentsOptions } from './payments.js'
export type { MollieEvent, MolliePayment } from './payload.js'
export type { MollieReadBack } from './read-payment.js'

interface CommonOptions {
  /** Payments of the other mode never reach a handler for payments. @default 'live' */
  readonly mode?: 'live' | 'test' | undefined
  /**
   * The field of a payment that names the order. If metadata is an object, `orderKey` is the key in it; a text or a number
   * is the name itself. @default 'metadata'
   */
  readonly orderFrom?: 'metadata' | 'description' | undefined
  /** The key of the metadata that holds the order's name. @default 'order_id' */
  readonly orderKey?: string | undefined
}

/** Reads payments with an API key. */
interface ByKey {
  /** The API key for reading payments, or an organization's access token. */
  readonly apiKey: string | undefined
  /** For tests against a server of your own. @default 'https://api.mollie.com' */
  readonly apiUrl?: string | undefined
  readonly readBack?: undefined
}

/** The shop's own client reads payments. */
interface ByShop {
  /**
   * Resolves to a payment as Mollie's API answers it, best with its refunds and chargebacks embedded. For a payment that
   * Mollie does not know: null, or an error with `statusCode` 404. Must stop when `signal` aborts.
   */
  readonly readBack: MollieReadBack
  readonly apiKey?: undefined
  readonly apiUrl?: undefined
}

/** Options of `mollie` for classic webhooks: the `webhookUrl` of a payment. */
export type MollieClassicOptions = CommonOptions & (ByKey | ByShop) & { readonly secret?: never }

/** Options of `mollie` for next-gen webhooks: subscriptions that sign their events. */
export type MollieSignedOptions = CommonOptions &
  (ByKey | ByShop | { readonly apiKey?: never; readonly apiUrl?: undefined; readonly readBack?: undefined }) & {
    /** The subscription's secret, as shown when the subscription was created. Give several during a rotation. */
    readonly secret: Secret
    /** Replaced secrets. A delivery signed with one is refused, and the explanation for the operator says so. */
    readonly retired?: Secret
  }

const NAMES = ['mode', 'orderFrom', 'orderKey', 'apiKey', 'apiUrl', 'readBack']

/**
 * Mollie. Only the options decide which webhooks are received, never a request. With `secret`, these are signed next-gen
 * events. Without it they are classic callbacks, which prove nothing, so every payment is read back.
 *
 * @throws ConfigurationError `CONFIG_SECRET_*` for an unsafe secret or key, `CONFIG_OPTION_UNKNOWN`, `CONFIG_OPTION_INVALID`
 * @example
 * ```ts
 * import { memoryStore, paymentWebhook } from 'express-payment-webhooks'
 * import { mollie } from 'express-payment-webhooks/providers/mollie'
 *
 * app.use('/webhooks/mollie', paymentWebhook(mollie({ apiKey: process.env.MOLLIE_API_KEY }), {
 *   store: memoryStore(),
 *   on: { 'payment.confirmed': async (event) => orders.recordPaid(event.orderId, event.received) },
 * }))
 * ```
 */
export function mollie(options: MollieSignedOptions): ReturnType<typeof nextGen>
export function mollie(options: MollieClassicOptions): ReturnType<typeof classic>
export function mollie(
  options: MollieSignedOptions | MollieClassicOptions,
): ReturnType<typeof nextGen> | ReturnType<typeof classic> {
  // Even if the secret's variable is not set: a missing variable must never make the webhook unsigned.
  const isSigned = typeof options === 'object' && options !== null && 'secret' in options
  rejectUnknown('mollie', options, isSigned ? [...NAMES, 'secret', 'retired'] : NAMES)
  const reading = readingOf(options)
  const isReading = 'apiKey' in options || options.readBack !== undefined
  const read = isReading ? paymentReader({ ...options, mode: reading.mode }) : null
  if (isSigned) return nextGen(options as MollieSignedOptions, read, reading)
  if (read !== null) return classic(read, reading)
  return invalidOption('mollie', 'give apiKey or readBack for classic webhooks, or secret for signed ones')
}

function readingOf({ mode = 'live', orderFrom = 'metadata', orderKey = 'order_id' }: CommonOptions): MollieReading {
  if (mode !== 'live' && mode !== 'test') invalidOption('mollie', "mode must be 'live' or 'test'")
  if (orderFrom !== 'metadata' && orderFrom !== 'description') {
    invalidOption('mollie', "orderFrom must be 'metadata' or 'description'")
  }
  if (typeof orderKey !== 'string' || orderKey === '') invalidOption('mollie', 'orderKey must be a key of the metadata')
  return { mode, orderFrom, orderKey }
}
