/** The same shop with this package, at its old address and its new one. */
import express, { type Express } from 'express'
import {
  cryptoGateway,
  paymentWebhook,
  type PaymentWebhook,
  type Secret,
  type WebhookEvent,
  type WebhookOptions,
} from 'express-payment-webhooks'
import { orderUpdates } from 'express-payment-webhooks/orders'
import type { Orders } from './sqlite-orders.js'

export interface NewShop {
  readonly secret: Secret
  readonly store: WebhookOptions<WebhookEvent>['store']
  readonly orders: Orders
}

export function newShop({ secret, store, orders }: NewShop): { app: Express; webhook: PaymentWebhook } {
  const on = orderUpdates({
    find: (event) => orders.paymentOf(event.orderId, event.paymentIds),
    save: (order, { firstConfirmed: ship, learned }) =>
      orders.saveIfVersion(order, order.version - 1, { ship, learned }),
  })
  const webhook = paymentWebhook(cryptoGateway({ secret }), { store, on })
  const app = express()
  // One handler and so one store: an event that is delivered to both addresses is handled once.
  app.use(['/gateway-callback', '/webhooks/gateway'], webhook)
  app.use(express.json())
  return { app, webhook }
}
