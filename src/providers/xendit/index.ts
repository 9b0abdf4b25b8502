/**
 * Xendit: virtual accounts, e-wallets, QR codes, cards and shops in Indonesia, the Philippines and beyond: invoices,
 * payments by the Payments API in versions 2 and 3, and refunds.
 * Source: docs.xendit.co (payments-api-webhooks, delivery-attempts-and-retries, get-payment, payment-webhook-notification),
 * the types of the official package xendit-node 7.0.0, which verifies nothing, and issues named in the comments.
 */
import { checkSecrets, type Secret } from '../../crypto/secrets.js'
import { tokenHeader } from '../../crypto/token-header.js'
import { invalidOption } from '../../lib/invalid-option.js'
import { rejectUnknown } from '../../lib/reject-unknown.js'
import { defineProvider } from '../../provider.js'
import { interpret } from './interpret.js'
import { delivery } from './payload.js'
import { reader, type XenditReadBack } from './read.js'
import { XENDIT_TYPES } from './resources.js'

export type { WebhookEvent } from '../../event.js'
export type { Provider } from '../../provider.js'

export type { XenditReadBack } from './read.js'
export type { XenditNative } from './payload.js'

/** Options of `xendit`. One of `apiKey`, `readBack` and `trustBody` is required. */
export interface XenditOptions {
  /** The account's webhook verification token. Give several while it is replaced. */
  readonly token: Secret
  /** Replaced tokens. A delivery with one is refused, and the explanation for the operator says so. */
  readonly retired?: Secret
  /** A secret API key with read permission. The resource that a webhook names is read, and the event comes from that resource. */
  readonly apiKey?: string | undefined
  /** For tests against a server of your own. @default 'https://api.xendit.co' */
  readonly apiUrl?: string | undefined
  /** Reads instead of `apiKey`: your own client answers as the API does. */
  readonly readBack?: XenditReadBack | undefined
  /**
   * True trusts the body of webhooks, although nothing proves it: anyone who has seen the token once can forge the payment
   * of any order. @default false
   */
  readonly trustBody?: boolean | undefined
  /** The mode of `apiKey`; a key of the other mode stops the start. @default 'live' */
  readonly mode?: 'live' | 'test' | undefined
}

const NAMES = ['token', 'retired', 'apiKey', 'apiUrl', 'readBack', 'trustBody', 'mode']

/** How long Xendit waits for an answer, in milliseconds. A delivery that timed out is not retried (docs, help). */
const PATIENCE_MS = 30_000

/**
 * Xendit, authenticated by the token in `x-callback-token`. The token proves the sender, but not the body, so the resource
 * that a webhook names is read back.
 *
 * @throws ConfigurationError `CONFIG_SECRET_*` for an unsafe token or key, `CONFIG_OPTION_UNKNOWN`, `CONFIG_OPTION_INVALID`
 * @example
 * ```ts
 * import { memoryStore, paymentWebhook } from 'express-payment-webhooks'
 * import { xendit } from 'express-payment-webhooks/providers/xendit'
 *
 * const provider = xendit({ token: process.env.XENDIT_TOKEN, apiKey: process.env.XENDIT_API_KEY })
 * app.use('/webhooks/xendit', paymentWebhook(provider, {
 *   store: memoryStore(),
 *   on: { 'payment.confirmed': async (event) => orders.recordPaid(event.orderId, event.received) },
 * }))
 * ```
 */
export function xendit(options: XenditOptions) {
  rejectUnknown('xendit', options, NAMES)
  const { token, retired, trustBody = false, mode = 'live' } = options
  if (typeof trustBody !== 'boolean') invalidOption('xendit', 'trustBody must be true or false')
  if (mode !== 'live' && mode !== 'test') invalidOption('xendit', "mode must be 'live' or 'test'")
  if (!trustBody && !('apiKey' in options) && options.readBack === undefined) {
    invalidOption('xendit', 'give apiKey or readBack, since nothing proves a body; or trustBody: true')
  }
  checkSecrets('xendit: token', token)
  const read = trustBody ? null : reader({ ...options, mode })
  if (trustBody && (options.apiKey !== undefined || options.readBack !== undefined)) {
    invalidOption('xendit', 'give apiKey or readBack, or trustBody: true, and not both')
  }
  return defineProvider({
    name: 'xendit',
    types: XENDIT_TYPES,
    authentication: tokenHeader({
      header: 'x-callback-token',
      token,
      secretOption: 'xendit: token',
      ...(retired !== undefined && { retired }),
    }),
    patienceMs: PATIENCE_MS,
    schema: delivery,
    toEvent: (body) => interpret(body, read),
  })
}
