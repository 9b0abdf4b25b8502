/**
 * CoinPayments: payments in many coins, and deposits, told by the instant payment notifications of its older platform.
 *
 * Source: coinpayments.net/merchant-tools-ipn, in stored copies. No official code verifies for Node.js. Webhooks of the
 * newer platform are not received: the shape of their bodies is not published where we could read.
 */
import { signature } from '../../crypto/signature.js'
import type { Secret } from '../../crypto/secrets.js'
import { DeliveryError } from '../../errors.js'
import { formBody } from '../../formats/form.js'
import { invalidOption } from '../../lib/invalid-option.js'
import { rejectUnknown } from '../../lib/reject-unknown.js'
import { defineProvider } from '../../provider.js'
import { interpret, TYPES, type OrderFrom } from './interpret.js'
import { notification, type Notification } from './payload.js'

export type { WebhookEvent } from '../../event.js'
export type { Provider } from '../../provider.js'

/** A notification as it came. */
export type CoinPaymentsNotification = Notification

/** Options of `coinPayments`. */
export interface CoinPaymentsOptions {
  /** The IPN secret that you chose; several while it is changed. */
  readonly ipnSecret: Secret
  /** Secrets that were replaced: refused, and named as such to the operator. */
  readonly retired?: Secret
  /** The id of the merchant's account, since one secret may serve several. */
  readonly merchantId: string | undefined
  /** Which field names the order. @default 'invoice' */
  readonly orderFrom?: OrderFrom
}

/**
 * CoinPayments, authenticated by the header `HMAC`: an HMAC-SHA512 of the body; and by the account that the body names.
 *
 * @experimental When notifications are repeated, and all that they may say, is not documented where we could read.
 * @throws ConfigurationError `CONFIG_SECRET_*` for an unsafe secret, `CONFIG_OPTION_UNKNOWN`, `CONFIG_OPTION_INVALID`
 * @example
 * ```ts
 * import { memoryStore, paymentWebhook } from 'express-payment-webhooks'
 * import { coinPayments } from 'express-payment-webhooks/providers/coinpayments'
 *
 * const provider = coinPayments({
 *   ipnSecret: process.env.COINPAYMENTS_IPN_SECRET,
 *   merchantId: process.env.COINPAYMENTS_MERCHANT_ID,
 * })
 * app.use('/webhooks/coinpayments', paymentWebhook(provider, {
 *   store: memoryStore(),
 *   on: { 'payment.confirmed': async (event) => orders.markPaid(event.orderId, event.received) },
 * }))
 * ```
 */
export function coinPayments(options: CoinPaymentsOptions) {
  rejectUnknown('coinPayments', options, ['ipnSecret', 'retired', 'merchantId', 'orderFrom'])
  const { ipnSecret, retired, merchantId, orderFrom = 'invoice' } = options
  if (typeof merchantId !== 'string' || !/^[\w-]{4,64}$/.test(merchantId)) {
    invalidOption('coinPayments', 'merchantId must be the id of your account; is its environment variable set?')
  }
  if (!['invoice', 'custom', 'item_number'].includes(orderFrom)) {
    invalidOption('coinPayments', "orderFrom must be 'invoice', 'custom' or 'item_number'")
  }
  return defineProvider({
    name: 'coinpayments',
    types: TYPES,
    authentication: signature({
      header: 'hmac',
      algorithm: 'sha512',
      secret: ipnSecret,
      secretOption: 'coinPayments: ipnSecret',
      ...(retired !== undefined && { retired }),
    }),
    format: formBody(),
    // As its sample answers.
    answers: { accepted: { body: 'IPN OK' } },
    // Ten times at most, and nobody says when.
    unknownOrder: 'keep',
    schema: notification,
    toEvent(native) {
      if (native.merchant === merchantId) return interpret(native, orderFrom)
      throw new DeliveryError('AUTH_CLIENT_MISMATCH', 'the notification is for another account than merchantId')
    },
  })
}
