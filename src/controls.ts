/** What every door offers beside taking deliveries: an orderly end, and a look at how it is doing. */
import { healthOf, type Health } from './flow/health.js'
import { shutDown } from './flow/shut-down.js'
import type { Receiver } from './receiver.js'

export interface Controls {
  /**
   * Stops taking deliveries (503 from now on), begins no further handler, and waits for what is under way and for what
   * is still to be recorded, for at most `timeoutMs` (default 10000); then gives the claims of running handlers back, so
   * that another process may go on. The store stays open.
   *
   * @example
   * ```ts
   * process.once('SIGTERM', async () => {
   *   await webhook.close()
   *   server.close()
   * })
   * ```
   */
  close(options?: { readonly timeoutMs?: number }): Promise<void>
  /** Whether the store answers, and how many deliveries are under way. Never rejects. */
  health(): Promise<Health>
}

export function controlsOf(receiver: Receiver): Controls {
  return {
    close: ({ timeoutMs = 10_000 } = {}) => shutDown(receiver, timeoutMs),
    health: () => healthOf(receiver),
  }
}
