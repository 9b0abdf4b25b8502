/** A shop that is older than its webhooks: parsers, order routes, and now four payment providers. */
import express, { type ErrorRequestHandler, type Express } from 'express'
import {
  captureRawBody,
  paymentWebhook,
  type ErrorDetails,
  type PaymentWebhookError,
  type Store,
} from 'express-payment-webhooks'
import { orderHandlers } from './order-handlers.js'
import { orderRoutes, type RequestPayment } from './order-routes.js'
import type { Orders } from './orders.js'
import type { Providers } from './providers.js'

export interface Shop {
  readonly orders: Orders
  readonly providers: Providers
  readonly requestPayment: RequestPayment
  /** One store serves all providers: every event id begins with its provider's name. */
  readonly store: Store
  /** Logs every problem of a delivery. It never contains secrets. */
  readonly onError: (error: PaymentWebhookError, details: ErrorDetails) => void
}

export function createShop({ orders, providers, requestPayment, store, onError }: Shop): Express {
  const { verdict, transfer } = orderHandlers(orders)
  const app = express()
  app.disable('x-powered-by')

  // First way: mount the webhook before any parser. The webhook reads the body itself, and nothing else has to change.
  app.use(
    '/webhooks/coins-ph',
    paymentWebhook(providers.coinsPh, {
      store,
      onError,
      on: { 'payment.partially_paid': verdict, 'payment.detected': verdict, 'payment.confirmed': verdict },
    }),
  )

  // Second way: let the parser keep the bytes, and mount the webhook anywhere after it.
  app.use(express.json({ verify: captureRawBody }))
  app.use(orderRoutes(orders, requestPayment))

  app.use(
    '/webhooks/gateway',
    paymentWebhook(providers.cryptoGateway, {
      store,
      onError,
      on: { 'transaction.detected': transfer, 'transaction.confirmed': transfer, 'transaction.failed': transfer },
    }),
  )
  app.use(
    '/webhooks/coinbar',
    paymentWebhook(providers.coinbarPay, {
      store,
      onError,
      on: {
        'payment.detected': verdict,
        'payment.confirmed': verdict,
        'payment.failed': verdict,
        'payment.expired': verdict,
        'payment.canceled': verdict,
        'payment.refunded': verdict,
      },
    }),
  )
  app.use(
    '/webhooks/city-pay',
    paymentWebhook(providers.cityPay, {
      store,
      onError,
      on: {
        'payment.partially_paid': verdict,
        'payment.detected': verdict,
        'payment.confirmed': verdict,
        'payment.expired': verdict,
        'payment.canceled': verdict,
      },
    }),
  )

  app.use((_req, res) => void res.status(404).json({ error: 'not found' }))
  app.use(failure)
  return app
}

/** A parser's errors have a status of their own. Their messages are not for strangers. */
const failure: ErrorRequestHandler = (error: { status?: number }, _req, res, next) => {
  if (res.headersSent) return next(error)
  const status = error.status ?? 500
  if (status >= 500) console.error(error)
  res.status(status).json({ error: status >= 500 ? 'internal error' : 'bad request' })
}
