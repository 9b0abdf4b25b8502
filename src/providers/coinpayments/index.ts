/**
 * CoinPayments: payments in many coins, and deposits, reported by the instant payment notifications of its older platform.
 * Source: coinpayments.net/merchant-tools-ipn, in stored copies. No official code verifies notifications in Node.js.
 * Webhooks of the newer platform are not received: we found no published shape of their bodies.
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
  /** The IPN secret that you chose. Give several during a rotation. */
  readonly ipnSecret: Secret
  /** Replaced secrets. A delivery signed with one is refused, and the explanation for the operator says so. */
  readonly retired?: Secret
  /** The id of the merchant's account. It is checked because several accounts may share one secret. */
  readonly merchantId: string | undefined
  /** The field that names the order. @default 'invoice' */
  readonly orderFrom?: OrderFrom | undefined
}

/**
 * CoinPayments, authenticated by the header `HMAC`, an HMAC-SHA512 of the body, and by the account that the body names.
 *
 * @experimental We found no document about when notifications are repeated, or about all the values they may contain.
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
 *   on: { 'payment.confirmed': async (event) => orders.recordPaid(event.orderId, event.received) },
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
    // The answer of CoinPayments' sample.
    answers: { accepted: { body: 'IPN OK' } },
    // CoinPayments sends a notification at most ten times, at intervals that are not documented.
    unknownOrder: 'keep',
    schema: notification,
    toEvent(native) {
      if (native.merchant === merchantId) return interpret(native, orderFrom)
      throw new DeliveryError('AUTH_CLIENT_MISMATCH', 'the notification is for another account than merchantId')
    },
  })
}
