/**
 * The timer that forgets expired records in slices. Each process has its own times, and the timer keeps no process
 * alive.
 */
import { clock, type Timer } from '../../lib/clock.js'

const INTERVAL_MS = 10 * 60 * 1000
const PAUSE_MS = 100

/** Records forgotten at a time, so that other statements do not wait long. */
export const PRUNE_SLICE = 500

export interface Pruning {
  start(): void
  stop(): void
}

export function pruning(storeName: string, prune: () => Promise<number>): Pruning {
  let timer: Timer | undefined
  let running = false
  let warned = false

  const schedule = (delay: number) => {
    timer = clock.setTimeout(() => void run(), delay).unref()
  }

  const run = async () => {
    let slice = 0
    try {
      slice = await prune()
    } catch (error) {
      if (!warned)
        process.emitWarning(
          `${storeName}: forgetting expired events failed and is tried again: ${String(error)}`,
          'PaymentWebhookWarning',
        )
      warned = true
    }
    if (running) schedule(slice > 0 ? PAUSE_MS : jittered())
  }

  return {
    start() {
      if (running) return
      running = true
      schedule(jittered())
    },
    stop() {
      running = false
      clock.clear(timer)
    },
  }
}

/** Processes that started together must not prune together. */
function jittered(): number {
  return INTERVAL_MS * (0.5 + Math.random())
}
