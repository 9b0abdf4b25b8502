/** Sends due callbacks, retries failed ones, and sends up to ten at once for one provider. Its whole state is in the database. */
import type { Accounts, ShopUrls } from '../accounts.js'
import { createAlarm } from '../alarm.js'
import type { ProviderName } from '../payment.js'
import { providerOf } from '../providers/registry.js'
import { requestIdOf, type Delivery, type DeliveryTable } from '../storage/deliveries.js'
import { send, type Answer } from './send.js'

/** Documented for the gateway, per endpoint. The other providers get the same limit. */
const CONCURRENT = 10

export interface Dispatcher {
  /** Looks for due callbacks. Call it whenever something was queued. */
  wake(): void
  /** Resolves when nothing is in progress and nothing is due, or when the time is over. */
  settled(limitMs: number): Promise<void>
  /** Aborts the attempts in progress. They are sent again when the database is next opened. */
  stop(): Promise<void>
}

export function createDispatcher(options: {
  readonly deliveries: DeliveryTable
  readonly accounts: Accounts
  /** Null until a shop is connected. */
  readonly shop: () => ShopUrls | null
  readonly retryBaseMs: number
  readonly log: (line: string) => void
}): Dispatcher {
  const { deliveries, accounts, shop, retryBaseMs, log } = options
  const underWay = new Map<number, { readonly provider: ProviderName; readonly done: Promise<void> }>()
  const stopping = new AbortController()
  const alarm = createAlarm(wake)

  function wake(): void {
    const callbacks = shop()?.callbacks
    if (callbacks === undefined || stopping.signal.aborted) return
    // One moment for both questions, so that nothing can become due between them and be missed.
    const now = Date.now()
    for (const delivery of deliveries.due(now)) {
      if (underWay.has(delivery.id) || busy(delivery.provider) >= CONCURRENT) continue
      const done = attempt(delivery, callbacks[delivery.provider])
      underWay.set(delivery.id, { provider: delivery.provider, done })
    }
    alarm.set(deliveries.nextDueAfter(now))
  }

  function busy(provider: ProviderName): number {
    return [...underWay.values()].filter((other) => other.provider === provider).length
  }

  async function attempt(delivery: Delivery, url: string): Promise<void> {
    const at = Date.now()
    const requestId = requestIdOf(delivery, delivery.attempts + 1)
    const answer = await send(delivery, { url, accounts, at, requestId, signal: stopping.signal })
    underWay.delete(delivery.id)
    if (stopping.signal.aborted) return
    finish(delivery, at, answer)
    wake()
  }

  function finish(delivery: Delivery, at: number, answer: Answer): void {
    const number = delivery.attempts + 1
    const { pauses, isDelivered } = providerOf(delivery).retry
    const pause = delivery.forged ? undefined : pauses[number - 1]
    const delivered = answer.status !== null && isDelivered(answer.status)
    const state = delivered ? 'delivered' : pause === undefined ? 'given up' : 'waiting'
    const next = state === 'waiting' ? Date.now() + pause! * retryBaseMs : null
    deliveries.finishAttempt(delivery, { number, at, ...answer }, state, next)
    log(`${delivery.provider} ${delivery.event}, attempt ${number}: ${answer.status ?? answer.error} (${state})`)
  }

  return {
    wake,
    async settled(limitMs) {
      const limit = AbortSignal.timeout(limitMs)
      const over = new Promise<void>((resolve) => limit.addEventListener('abort', () => resolve(), { once: true }))
      while (underWay.size > 0 && !limit.aborted) {
        await Promise.race([over, ...[...underWay.values()].map(({ done }) => done)])
      }
    },
    async stop() {
      stopping.abort()
      alarm.set(null)
      await Promise.all([...underWay.values()].map(({ done }) => done))
    },
  }
}
