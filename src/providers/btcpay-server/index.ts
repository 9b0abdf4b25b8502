/**
 * BTCPay Server: invoices that are paid in bitcoin, on chain and by Lightning, at the shop's own server.
 * Source: btcpayserver/btcpayserver, version 2.4 (its code and its OpenAPI files), issues named in the comments, and
 * btcpayserver/woocommerce-greenfield-plugin.
 */
import { hmacSignature } from '../../crypto/hmac-signature.js'
import type { Secret } from '../../crypto/secrets.js'
import { invalidOption } from '../../lib/invalid-option.js'
import { rejectUnknown } from '../../lib/reject-unknown.js'
import { defineProvider } from '../../provider.js'
import { interpret, TYPES, type BtcPayServerReading } from './interpret.js'
import { invoiceReader, type BtcPayServerReadInvoice } from './invoice.js'
import { delivery } from './payload.js'

export type { WebhookEvent } from '../../event.js'
export type { Lister } from '../../lister.js'
export type { Provider } from '../../provider.js'

export { btcPayServerDeliveries, type BtcPayServerDeliveriesOptions } from './deliveries.js'
export type { BtcPayServerInvoice, BtcPayServerReadInvoice } from './invoice.js'
export type { BtcPayServerEvent } from './payload.js'

/** Options of `btcPayServer`. */
export interface BtcPayServerOptions {
  /** The webhook's secret. Give several during a rotation. */
  readonly secret: Secret
  /** Replaced secrets. A delivery signed with one is refused, and the explanation for the operator says so. */
  readonly retired?: Secret
  /** The address of the server, for reading invoices. @default none: events then have no `received` */
  readonly url?: string | undefined
  /** An API key of the server with the permission `btcpay.store.canviewinvoices`. */
  readonly apiKey?: string | undefined
  /** Reads invoices instead of `url` and `apiKey`. */
  readonly readInvoice?: BtcPayServerReadInvoice | undefined
  /** The key of the metadata that holds the order's name. @default 'orderId' */
  readonly orderKey?: string | undefined
  /**
   * True if the address is registered twice. Two deliveries of an event then count as one if they carry the same timestamp,
   * in seconds.
   * @default false
   */
  readonly mergeRegistrations?: boolean | undefined
}

const NAMES = ['secret', 'retired', 'url', 'apiKey', 'readInvoice', 'orderKey', 'mergeRegistrations']

/**
 * BTCPay Server, authenticated by `BTCPay-Sig`.
 *
 * @throws ConfigurationError `CONFIG_SECRET_*` for an unsafe secret or key, `CONFIG_OPTION_UNKNOWN`, `CONFIG_OPTION_INVALID`
 * @example
 * ```ts
 * import { memoryStore, paymentWebhook } from 'express-payment-webhooks'
 * import { btcPayServer } from 'express-payment-webhooks/providers/btcpay-server'
 *
 * const provider = btcPayServer({
 *   secret: process.env.BTCPAY_WEBHOOK_SECRET,
 *   url: 'https://pay.example',
 *   apiKey: process.env.BTCPAY_API_KEY,
 * })
 * app.use('/webhooks/btcpay', paymentWebhook(provider, {
 *   store: memoryStore(),
 *   on: { 'payment.confirmed': async (event) => orders.recordPaid(event.orderId, event.received) },
 * }))
 * ```
 */
export function btcPayServer(options: BtcPayServerOptions) {
  rejectUnknown('btcPayServer', options, NAMES)
  const { secret, retired, orderKey = 'orderId', mergeRegistrations = false } = options
  if (typeof orderKey !== 'string' || orderKey === '') {
    invalidOption('btcPayServer', 'orderKey must be a key of the metadata')
  }
  if (typeof mergeRegistrations !== 'boolean') {
    invalidOption('btcPayServer', 'mergeRegistrations must be true or false')
  }
  const reading: BtcPayServerReading = { orderKey, mergeRegistrations, read: invoiceReader(options) }
  return defineProvider({
    name: 'btcpay-server',
    types: TYPES,
    authentication: hmacSignature({
      header: 'btcpay-sig',
      prefix: 'sha256=',
      secret,
      secretOption: 'btcPayServer: secret',
      ...(retired !== undefined && { retired }),
    }),
    // Any other 4xx is final, so a secret that was changed on one side only would lose every event (code: WebhookSender).
    answers: { notAuthentic: 429 },
    // All shops that share the server's store get all events, and a refused event holds up those behind it.
    unknownOrder: 'keep',
    blocksQueue: true,
    schema: delivery,
    toEvent: (event) => interpret(event, reading),
  })
}
