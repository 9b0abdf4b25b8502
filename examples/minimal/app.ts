/** The smallest honest shop: one open order, one provider, and nothing else answers. */
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
  /** Money that does not settle the order: for a person to look at. */
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
  // Express's own 404 is a page that repeats the address it was asked for.
  app.use((_req, res) => void res.status(404).type('text/plain').send('not found\n'))
  return app
}

/** A confirmed transfer is not yet a paid order: it has to cover what is due, in the currency that is due. */
function settles({ orderId, received }: WebhookEvent): boolean {
  if (orderId !== ORDER.id || received?.currency !== ORDER.currency) return false
  return compareDecimals(received.amount, ORDER.amount) >= 0
}
