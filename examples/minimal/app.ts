/** The smallest complete shop: one open order and one provider. No other address answers. */
import express, { type Express } from 'express'
import {
  compareDecimals,
  cryptoGateway,
  memoryStore,
  paymentWebhook,
  type WebhookEvent,
} from 'express-payment-webhooks'

export const WEBHOOK_PATH = '/webhooks/gateway'

export const ORDER = { id: 'ORDER-1001', amount: '100.5', currency: 'USDT' }

export function createApp(shop: {
  readonly secret: string
  readonly onPaid: (event: WebhookEvent) => void
  /** Money that does not settle the order. A person has to look at it. */
  readonly onReview?: (event: WebhookEvent) => void
}): Express {
  const app = express()
  app.disable('x-powered-by')
  app.use(
    WEBHOOK_PATH,
    paymentWebhook(cryptoGateway({ secret: shop.secret }), {
      store: memoryStore(),
      on: {
        'transaction.confirmed': (event) => (settles(event) ? shop.onPaid(event) : shop.onReview?.(event)),
      },
    }),
  )
  // Express's own 404 page repeats the requested address.
  app.use((_req, res) => void res.status(404).type('text/plain').send('not found\n'))
  return app
}

/** A confirmed transfer does not yet mean a paid order: it has to cover the amount due, in the right currency. */
function settles({ orderId, received }: WebhookEvent): boolean {
  if (orderId !== ORDER.id || received?.currency !== ORDER.currency) return false
  return compareDecimals(received.amount, ORDER.amount) >= 0
}
