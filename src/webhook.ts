/** The Express door: paths, and what Express knows about the sender. */
import type { RequestHandler } from 'express'
import { controlsOf, type Controls } from './controls.js'
import type { WebhookEvent } from './event.js'
import type { WebhookOptions } from './options.js'
import type { Provider } from './provider.js'
import { isOwnRoute } from './own-route.js'
import { openReceiver } from './receive.js'
import type { Receiver } from './receiver.js'
import { senderAddress } from './sender-address.js'
import { serve } from './serve.js'

/** What `paymentWebhook` answers: an Express handler, and what running it takes. */
export interface PaymentWebhook extends RequestHandler, Controls {}

const receivers = new WeakMap<PaymentWebhook, Receiver>()

/**
 * Receives one provider's callbacks at the path it is mounted on.
 *
 * Mount it before body parsers, or keep the bytes with `captureRawBody`. Requests to paths below the mount
 * point are passed on.
 *
 * @throws ConfigurationError when provider or options cannot be safe; the message names the fix
 * @example
 * ```ts
 * import express from 'express'
 * import { coinsPh, memoryStore, paymentWebhook } from 'express-payment-webhooks'
 *
 * const app = express()
 * app.use('/webhooks/coins-ph', paymentWebhook(coinsPh({ token: process.env.COINS_PH_TOKEN }), {
 *   store: memoryStore(),
 *   on: { 'payment.confirmed': async (event) => orders.markPaid(event.orderId, event.received) },
 * }))
 * app.use(express.json())
 * ```
 */
export function paymentWebhook<Event extends WebhookEvent, Tx = undefined>(
  provider: Provider<Event>,
  options: WebhookOptions<Event, Tx>,
): PaymentWebhook {
  const receiver = openReceiver(provider, options)
  const paymentWebhookHandler: RequestHandler = (req, res, next) => {
    // `app.use` matches everything below its path; `app.post` has matched the whole of it.
    // The URL may be an absolute one, which every server must accept (RFC 9112, section 3.2.2).
    if (req.url !== '/' && req.path !== '/' && !isOwnRoute(req, webhook)) return next()
    void serve(receiver, req, res, senderAddress)
  }
  const webhook: PaymentWebhook = Object.assign(paymentWebhookHandler, controlsOf(receiver))
  receivers.set(webhook, receiver)
  return webhook
}

/** The receiver behind a handler, so that another door can lead to the same one. */
export function receiverOf(webhook: PaymentWebhook): Receiver | undefined {
  return receivers.get(webhook)
}
