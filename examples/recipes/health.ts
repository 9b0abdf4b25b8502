/** health.ts: a health route for load balancers, and a shutdown that loses nothing. */
import type { Server } from 'node:http'
import type { Express } from 'express'
import type { Receiver } from 'express-payment-webhooks'

/** Adds `GET /health` for load balancers. After `fail()` the route answers 503, although deliveries are still handled. */
export function healthRoute(app: Express, webhooks: readonly Receiver[]) {
  let hasToFail = false
  app.get('/health', async (_req, res) => {
    const health = await Promise.all(webhooks.map((webhook) => webhook.health()))
    const isOk = !hasToFail && health.every(({ ok }) => ok)
    res.status(isOk ? 200 : 503).json(health.map(({ provider, ok, inProgress }) => ({ provider, ok, inProgress })))
  })
  return { fail: () => void (hasToFail = true) }
}

export interface Shutdown {
  readonly health: { fail(): void }
  /** Resolves when the load balancer has seen that the route fails, and sends no more requests. */
  readonly noticed: () => Promise<unknown>
  readonly webhooks: readonly Receiver[]
  readonly server: Server
  /** Called last, and awaited one after another: first close stores, then their clients. */
  readonly closeLast: ReadonlyArray<() => unknown>
}

/** The whole shutdown. It takes the time of `noticed`, at most 10 seconds more, and the time of `closeLast`. */
export async function shutDown({ health, noticed, webhooks, server, closeLast }: Shutdown): Promise<void> {
  health.fail()
  await noticed()
  await Promise.all(webhooks.map((webhook) => webhook.close({ timeoutMs: 8000 })))
  // A client that always has another request for its connection would keep the process from ending.
  const cutOff = setTimeout(() => server.closeAllConnections(), 2000)
  await new Promise((resolve) => {
    server.close(resolve)
    server.closeIdleConnections()
  })
  clearTimeout(cutOff)
  for (const close of closeLast) await close()
}
