/** A health route for load balancers, and a shutdown that loses nothing. */
import type { Server } from 'node:http'
import type { Express } from 'express'
import type { Receiver } from 'express-payment-webhooks'

export function healthRoute(app: Express, webhooks: readonly Receiver[]): void {
  app.get('/health', async (_req, res) => {
    const health = await Promise.all(webhooks.map((webhook) => webhook.health()))
    const isOk = health.every(({ ok }) => ok)
    res.status(isOk ? 200 : 503).json(health.map(({ provider, ok, inProgress }) => ({ provider, ok, inProgress })))
  })
}

/** Resolves when no work is in progress. After that, stores and clients may be closed. */
export async function shutDown(server: Server, webhooks: readonly Receiver[]): Promise<void> {
  await Promise.all(webhooks.map((webhook) => webhook.close({ timeoutMs: 8000 })))
  // A client that always has another request for its connection would keep the process from ending.
  const cutOff = setTimeout(() => server.closeAllConnections(), 2000)
  await new Promise((resolve) => {
    server.close(resolve)
    server.closeIdleConnections()
  })
  clearTimeout(cutOff)
}
