/** Several shops in one process, each with its own account at the same provider, and one store for all. */
import express, { type Express } from 'express'
import { coinsPh, paymentWebhook, type Secret, type WebhookEvent, type WebhookOptions } from 'express-payment-webhooks'

export interface ShopAccount {
  /** Part of the URL and of the names under which the store keeps events: never change it. */
  readonly id: string
  readonly coinsPhToken: Secret
  readonly onPaid: (event: WebhookEvent) => Promise<void>
}

export function severalShops(shops: readonly ShopAccount[], store: WebhookOptions<WebhookEvent>['store']): Express {
  const app = express()
  for (const { id, coinsPhToken, onPaid } of shops) {
    // Two shops may get events with the same id. The account keeps them apart.
    const provider = { ...coinsPh({ token: coinsPhToken }), account: id }
    app.use(`/webhooks/${id}/coins-ph`, paymentWebhook(provider, { store, on: { 'payment.confirmed': onPaid } }))
  }
  return app
}
