/** The command's clock. Modules pass it on, so that a test decides how fast time runs. */
import { setTimeout } from 'node:timers/promises'

export interface Clock {
  /** Milliseconds since some moment. It never goes back. */
  now(): number
  sleep(ms: number): Promise<void>
  /** Runs a task with a signal that aborts with a `TimeoutError` after `ms`. */
  within<T>(ms: number, task: (signal: AbortSignal) => Promise<T>): Promise<T>
}

export const systemClock: Clock = {
  now: () => performance.now(),
  sleep: (ms) => setTimeout(ms),
  within: (ms, task) => task(AbortSignal.timeout(ms)),
}
