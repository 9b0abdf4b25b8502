/** The door in front of Express: webhook paths are answered here, and the application never sees them. */
import type { IncomingMessage, RequestListener } from 'node:http'
import { ConfigurationError } from './errors.js'
import type { Receiver } from './receiver.js'
import { rejectUnknown } from './reject-unknown.js'
import { pathKey } from './request-path.js'
import { senderAddressBefore } from './sender-address.js'
import { serve } from './serve.js'
import { receiverOf, type PaymentWebhook } from './webhook.js'

/** Options of `toNodeListener`. */
export interface NodeListenerOptions {
  /**
   * Who sent a request, for providers with `allowedIps`. @default what the application's `trust proxy` says where it
   * is Express; otherwise the address at the other end of the connection
   */
  readonly clientAddress?: (req: IncomingMessage) => string | undefined
}

/** One path as it stands in a request: no parameters, wildcards, query or encoded characters. */
const PATH = /^\/[\w.~!$&',;=@/-]*$/

/**
 * A listener for a node:http server: answers small webhooks about twice as fast as Express would, and passes everything
 * else on to `app` untouched.
 *
 * Paths match as they do under `app.use`: whatever the case, and with or without a slash at the end; paths below
 * are passed on. Body parsers of the application cannot get in the way.
 *
 * @param routes handlers made by `paymentWebhook`, by path
 * @param app an Express application, or any other listener
 * @throws ConfigurationError `CONFIG_OPTION_INVALID`, `CONFIG_OPTION_UNKNOWN`
 * @example
 * ```ts
 * import { createServer } from 'node:http'
 * import { coinsPh, memoryStore, paymentWebhook, toNodeListener } from 'express-payment-webhooks'
 *
 * const webhook = paymentWebhook(coinsPh({ token: process.env.COINS_PH_TOKEN }), {
 *   store: memoryStore(),
 *   on: { 'payment.confirmed': (event) => orders.markPaid(event.orderId, event.received) },
 * })
 * createServer(toNodeListener({ '/webhooks/coins-ph': webhook }, app)).listen(3000)
 * ```
 */
export function toNodeListener(
  routes: Readonly<Record<string, PaymentWebhook>>,
  app: RequestListener,
  options: NodeListenerOptions = {},
): RequestListener {
  rejectUnknown('toNodeListener', options, ['clientAddress'])
  if (typeof app !== 'function') invalid('app must be an Express application or another request listener')
  const { clientAddress = senderAddressBefore(app) } = options
  const receivers = receiversByPath(routes)
  return (req, res) => {
    const receiver = receivers.get(req.url!) ?? receivers.get(pathKey(req.url!))
    if (receiver === undefined) return app(req, res)
    void serve(receiver, req, res, clientAddress)
  }
}

function receiversByPath(routes: Readonly<Record<string, PaymentWebhook>>): ReadonlyMap<string, Receiver> {
  const receivers = new Map<string, Receiver>()
  for (const [path, webhook] of Object.entries(routes)) {
    const receiver = receiverOf(webhook)
    const key = pathKey(path)
    if (receiver === undefined) invalid(`routes[${JSON.stringify(path)}] must be what paymentWebhook() answered`)
    if (!PATH.test(path)) {
      invalid(`routes: ${JSON.stringify(path)} must be one path that starts with "/", without parameters or wildcards`)
    }
    if (receivers.has(key)) invalid(`routes: ${JSON.stringify(path)} is there twice, whatever the case or last slash`)
    receivers.set(key, receiver)
  }
  return receivers
}

function invalid(message: string): never {
  throw new ConfigurationError('CONFIG_OPTION_INVALID', `toNodeListener: ${message}`)
}
