/** Work that is repeated while the shop runs, never twice at the same time. */
import type { Log } from './log.js'

export interface Repeated {
  /** Runs it now, or once more after the current run. */
  nudge(): void
  /** Resolves when no run is in progress. */
  stop(): Promise<void>
}

export function repeat(name: string, everyMs: number, work: () => Promise<unknown>, log: Log): Repeated {
  let running: Promise<void> | null = null
  let again = false
  let stopped = false

  const run = async () => {
    do {
      again = false
      try {
        await work()
      } catch (error) {
        log('error', `${name} failed; it is tried again`, { reason: (error as Error).message })
      }
    } while (again && !stopped)
    running = null
  }
  const nudge = () => {
    if (stopped) return
    if (running === null) running = run()
    else again = true
  }
  const timer = setInterval(() => {
    if (running === null) nudge()
  }, everyMs)

  return {
    nudge,
    async stop() {
      stopped = true
      clearInterval(timer)
      await running
    },
  }
}
