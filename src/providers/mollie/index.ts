/**
 * Mollie: payments, refunds and chargebacks, by classic callbacks or by signed next-gen events.
 *
 * Source: docs.mollie.com (webhooks, webhooks-new, status-changes, get-payment, place-a-hold-for-a-payment) and the official
 * packages mollie-api-php, mollie-api-typescript 1.12.28 and @mollie/api-client 4.6.0; the second signed and judged the
 * vectors of the tests.
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
  /** Payments of the other mode reach no handler of money. @default 'live' */
  readonly mode?: 'live' | 'test'
  /**
   * Which field of a payment names the order. Metadata may be an object, and then `orderKey` says under which key; a text
   * or a number is the name itself. @default 'metadata'
   */
  readonly orderFrom?: 'metadata' | 'description'
  /** The key of the metadata that holds the order's name. @default 'order_id' */
  readonly orderKey?: string
}

/** Reads payments with an API key. */
interface ByKey {
  /** The API key, or an organization's access token, that payments are read with. */
  readonly apiKey: string | undefined
  /** For tests against a server of your own. @default 'https://api.mollie.com' */
  readonly apiUrl?: string
  readonly readBack?: never
}

/** Has the shop's own client read payments. */
interface ByShop {
  /**
   * Answers a payment as Mollie's API does, best with its refunds and chargebacks embedded; null, or an error with
   * `statusCode` 404, for one that Mollie does not know. Must stop when `signal` aborts.
   */
  readonly readBack: MollieReadBack
  readonly apiKey?: never
  readonly apiUrl?: never
}

/** Options of `mollie` for classic webhooks: `webhookUrl` of a payment. */
export type MollieClassicOptions = CommonOptions & (ByKey | ByShop) & { readonly secret?: never }

/** Options of `mollie` for next-gen webhooks: subscriptions that sign their events. */
export type MollieSignedOptions = CommonOptions &
  (ByKey | ByShop | { readonly apiKey?: never; readonly apiUrl?: never; readonly readBack?: never }) & {
    /** The subscription's secret, as it was shown when it was made; several while it is rolled. */
    readonly secret: Secret
    /** Secrets that were replaced: refused, and named as such to the operator. */
    readonly retired?: Secret
  }

const NAMES = ['mode', 'orderFrom', 'orderKey', 'apiKey', 'apiUrl', 'readBack']

/**
 * Mollie. The options alone decide what is received, never a request: with `secret` signed next-gen events, else classic
 * callbacks, which prove nothing, so that every payment is read back.
 *
 * @throws ConfigurationError `CONFIG_SECRET_*` for an unsafe secret or key, `CONFIG_OPTION_UNKNOWN`, `CONFIG_OPTION_INVALID`
 * @example
 * ```ts
 * import { memoryStore, paymentWebhook } from 'express-payment-webhooks'
 * import { mollie } from 'express-payment-webhooks/providers/mollie'
 *
 * app.use('/webhooks/mollie', paymentWebhook(mollie({ apiKey: process.env.MOLLIE_API_KEY }), {
 *   store: memoryStore(),
 *   on: { 'payment.confirmed': async (event) => orders.markPaid(event.orderId, event.received) },
 * }))
 * ```
 */
export function mollie(options: MollieSignedOptions): ReturnType<typeof nextGen>
export function mollie(options: MollieClassicOptions): ReturnType<typeof classic>
export function mollie(
  options: MollieSignedOptions | MollieClassicOptions,
): ReturnType<typeof nextGen> | ReturnType<typeof classic> {
  // Also where its variable is not set: an unsigned webhook must never come of that.
  const isSigned = typeof options === 'object' && options !== null && 'secret' in options
  rejectUnknown('mollie', options, isSigned ? [...NAMES, 'secret', 'retired'] : NAMES)
  const reading = readingOf(options)
  const isReading = 'apiKey' in options || 'readBack' in options
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
