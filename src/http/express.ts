/** The Express door: matches paths, and takes the sender's address from Express. */
import type { Request, RequestHandler, Response } from 'express'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { WebhookEvent } from '../event.js'
import type { WebhookOptions } from '../options.js'
import type { Provider } from '../provider.js'
import { receiverOf, stateOf, type Receiver } from '../receiver.js'
import { isOwnRoute } from './own-route.js'
import { senderAddress } from './sender-address.js'
import { serve } from './serve.js'

/** Return value of `paymentWebhook`: an Express handler, and the receiver behind it. */
export interface PaymentWebhook extends RequestHandler, Receiver {
  /** For hosts without Express that do their own routing. Resolves once the answer is written. */
  (req: IncomingMessage, res: ServerResponse): Promise<void>
}

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
 *   on: { 'payment.confirmed': async (event) => orders.recordPaid(event.orderId, event.received) },
 * }))
 * app.use(express.json())
 * ```
 */
export function paymentWebhook<Event extends WebhookEvent, Tx = undefined>(
  provider: Provider<Event>,
  options: WebhookOptions<Event, Tx>,
): PaymentWebhook
/** Like the other overload, for a receiver that other doors share. */
export function paymentWebhook(receiver: Receiver): PaymentWebhook
export function paymentWebhook<Event extends WebhookEvent, Tx>(
  providerOrReceiver: Provider<Event> | Receiver,
  options?: WebhookOptions<Event, Tx>,
): PaymentWebhook {
  const receiver = receiverOf(providerOrReceiver, options)
  const state = stateOf(receiver)!
  const paymentWebhookHandler = (req: Request, res: Response, next?: () => void): Promise<void> | void => {
    // A host that passes no `next` does its own routing, and may await the answer.
    if (typeof next !== 'function') return serve(state, req, res, senderAddress)
    if (!isOwnRoute(req, webhook)) return next()
    void serve(state, req, res, senderAddress)
  }
  const webhook = Object.assign(paymentWebhookHandler, receiver) as PaymentWebhook
  return webhook
}
