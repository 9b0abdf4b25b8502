/**
 * BitPay: invoices that are paid in coins. BitPay reports them by instant payment notifications (IPN).
 * Source: developer.bitpay.com (notifications, notifications-invoices, notifications-refunds, notification-codes) and the
 * older bitpay.com/docs/invoice-callbacks. No page of the documents describes the signature: it follows WebhookVerifier.cs
 * of bitpay/csharp-kiosk-demo and bitpay/bitpay-checkout-magento2#111.
 */
import type { HeaderAuthentication } from '../../authentication.js'
import type { Secret } from '../../crypto/secrets.js'
import { signature } from '../../crypto/signature.js'
import { invalidOption } from '../../lib/invalid-option.js'
import { rejectUnknown } from '../../lib/reject-unknown.js'
import { defineProvider } from '../../provider.js'
import { interpret, TYPES } from './interpret.js'
import { notification } from './payload.js'
import { invoiceReader, unsignedDraft, type BitPayReadBack } from './read-invoice.js'

export type { WebhookEvent } from '../../event.js'
export type { Provider } from '../../provider.js'

export type { BitPayInvoice, BitPayRefund } from './payload.js'
export type { BitPayReadBack } from './read-invoice.js'

interface CommonOptions {
  /**
   * The key in `posData`, if that is JSON, that holds the order's name. It is used for invoices without `orderId`. @default
   * 'orderId'
   */
  readonly orderKey?: string | undefined
}

/** Options of `bitPay` for signed notifications. */
export interface BitPaySignedOptions extends CommonOptions {
  /**
   * The API token that creates the invoices, which also signs their notifications. During a rotation give several, for as
   * long as notifications about invoices of the older token may arrive.
   */
  readonly token: Secret
  /** Replaced tokens. A delivery signed with one is refused, and the explanation for the operator says so. */
  readonly retired?: Secret
  /** @default true */
  readonly signed?: true | undefined
}

/** Options of `bitPay` for notifications without a signature: every invoice is read from BitPay. */
export interface BitPayUnsignedOptions extends CommonOptions {
  readonly signed: false
  /** The token of the facade `pos` that creates the invoices. They are read with it. */
  readonly token?: string | undefined
  /** The BitPay system to read from. @default 'live' */
  readonly mode?: 'live' | 'test' | undefined
  /** Reads invoices instead of `token`. */
  readonly readBack?: BitPayReadBack | undefined
}

const SIGNED = ['signed', 'token', 'retired', 'orderKey']
const UNSIGNED = ['signed', 'token', 'mode', 'readBack', 'orderKey']

const UNPROVEN: HeaderAuthentication = { verify: () => false, sign: () => ({}) }

/**
 * BitPay, authenticated by `x-signature`. With `signed: false` nothing is authenticated, and the event comes from the
 * invoice that is read.
 *
 * @throws ConfigurationError `CONFIG_SECRET_*` for an unsafe token, `CONFIG_OPTION_UNKNOWN`, `CONFIG_OPTION_INVALID`
 * @example
 * ```ts
 * import { memoryStore, paymentWebhook } from 'express-payment-webhooks'
 * import { bitPay } from 'express-payment-webhooks/providers/bitpay'
 *
 * app.use('/webhooks/bitpay', paymentWebhook(bitPay({ token: process.env.BITPAY_TOKEN }), {
 *   store: memoryStore(),
 *   on: { 'payment.confirmed': async (event) => orders.recordPaid(event.orderId, event.received) },
 * }))
 * ```
 */
export function bitPay(options: BitPaySignedOptions | BitPayUnsignedOptions) {
  const isSigned = options?.signed !== false
  rejectUnknown('bitPay', options, isSigned ? SIGNED : UNSIGNED)
  const { signed = true, orderKey = 'orderId' } = options
  if (typeof signed !== 'boolean') invalidOption('bitPay', 'signed must be true or false')
  if (typeof orderKey !== 'string' || orderKey === '') invalidOption('bitPay', 'orderKey must be a key of posData')
  const naming = { orderKey }
  const read = isSigned ? null : invoiceReader(options)
  return defineProvider({
    name: 'bitpay',
    types: TYPES,
    authentication: isSigned ? signatureOf(options) : UNPROVEN,
    // BitPay repeats a failed notification for an hour, if its older page still holds. The newer page has no figures.
    unknownOrder: 'keep',
    schema: notification,
    toEvent(body) {
      const { event = null, data } = body
      const content = data ?? body
      return read === null ? interpret(content, event, naming) : unsignedDraft(content, event, { read, naming })
    },
  })
}

function signatureOf({ token, retired }: BitPaySignedOptions): HeaderAuthentication {
  return signature({
    header: 'x-signature',
    encoding: 'base64',
    secret: token,
    secretOption: 'bitPay: token',
    ...(retired !== undefined && { retired }),
  })
}
