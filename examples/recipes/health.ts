/** A health route for load balancers, and an end without losses. */
import type { Server } from 'node:http'
import type { Express } from 'express'
import type { PaymentWebhook } from 'express-payment-webhooks'

export function healthRoute(app: Express, webhooks: readonly PaymentWebhook[]): void {
  app.get('/health', async (_req, res) => {
    const health = await Promise.all(webhooks.map((webhook) => webhook.health()))
    const isOk = health.every(({ ok }) => ok)
    res.status(isOk ? 200 : 503).json(health.map(({ provider, ok, inFlight }) => ({ provider, ok, inFlight })))
  })
}

/** Resolves when nothing is under way any more; then stores and clients may be closed. */
export async function shutDown(server: Server, webhooks: readonly PaymentWebhook[]): Promise<void> {
  await Promise.all(webhooks.map((webhook) => webhook.close({ timeoutMs: 8000 })))
  server.closeIdleConnections()
  await new Promise((resolve) => server.close(resolve))
}
