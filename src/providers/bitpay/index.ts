/**
 * BitPay: invoices that are paid in coins, told by instant payment notifications (IPN).
 *
 * Source: developer.bitpay.com (notifications, notifications-invoices, notifications-refunds, notification-codes) and the
 * older bitpay.com/docs/invoice-callbacks; the signature by WebhookVerifier.cs of bitpay/csharp-kiosk-demo and
 * bitpay/bitpay-checkout-magento2#111, since no page of the documents describes it.
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
  /** The key of a JSON text in `posData` that names the order of an invoice without `orderId`. @default 'orderId' */
  readonly orderKey?: string
}

/** Options of `bitPay` where notifications are signed. */
export interface BitPaySignedOptions extends CommonOptions {
  /**
   * The API token that invoices are made with, which signs their notifications; several while it is changed, for as long as
   * invoices of the older one may still be told of.
   */
  readonly token: Secret
  /** Tokens that were replaced: refused, and named as such to the operator. */
  readonly retired?: Secret
  /** @default true */
  readonly signed?: true
}

/** Options of `bitPay` where notifications come without a signature, so that every invoice is read. */
export interface BitPayUnsignedOptions extends CommonOptions {
  readonly signed: false
  /** The token of the facade `pos` that invoices are made with: they are read with it. */
  readonly token?: string | undefined
  /** Which of BitPay's two systems. @default 'live' */
  readonly mode?: 'live' | 'test'
  /** Reads invoices in place of `token`. */
  readonly readBack?: BitPayReadBack
}

const SIGNED = ['signed', 'token', 'retired', 'orderKey']
const UNSIGNED = ['signed', 'token', 'mode', 'readBack', 'orderKey']

const UNPROVEN: HeaderAuthentication = { verify: () => false, sign: () => ({}) }

/**
 * BitPay, authenticated by `x-signature`; with `signed: false` by nothing, so that the event is made of the invoice that is
 * read.
 *
 * @throws ConfigurationError `CONFIG_SECRET_*` for an unsafe token, `CONFIG_OPTION_UNKNOWN`, `CONFIG_OPTION_INVALID`
 * @example
 * ```ts
 * import { memoryStore, paymentWebhook } from 'express-payment-webhooks'
 * import { bitPay } from 'express-payment-webhooks/providers/bitpay'
 *
 * app.use('/webhooks/bitpay', paymentWebhook(bitPay({ token: process.env.BITPAY_TOKEN }), {
 *   store: memoryStore(),
 *   on: { 'payment.confirmed': async (event) => orders.markPaid(event.orderId, event.received) },
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
    // A failed notification is repeated for an hour, if it is as it was (docs: the older page; the newer has no figures).
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
