/** A shop behind a reverse proxy, with a provider that is recognised by its addresses. */
import express, { type Express } from 'express'
import { cityPay, paymentWebhook, type WebhookEvent, type WebhookOptions } from 'express-payment-webhooks'

export function shopBehindProxy(shop: {
  /** The addresses of your own proxies, for example `['10.0.0.0/8']`. */
  readonly proxies: string[]
  /** The addresses from which CityPay sends: ask CityPay for them. */
  readonly senders: readonly string[]
  readonly orderToken: Parameters<typeof cityPay>[0]['orderToken']
  readonly store: WebhookOptions<WebhookEvent>['store']
  readonly onDeposit: (event: WebhookEvent) => Promise<void>
}): Express {
  const app = express()
  // Addresses or a number of hops. With `true`, Express would trust any address that the sender writes.
  app.set('trust proxy', shop.proxies)
  app.use(
    '/webhooks/city-pay',
    paymentWebhook(cityPay({ orderToken: shop.orderToken, allowedIps: shop.senders }), {
      store: shop.store,
      on: { 'transaction.confirmed': shop.onDeposit },
    }),
  )
  return app
}
