/** The only file that reads the time and sets timers. A lint rule enforces this for all other files. */

/** The longest delay of a timer, in milliseconds: Node fires a longer one at once. */
export const MAX_TIMER_MS = 2 ** 31 - 1

export interface Timer {
  /** Does not keep the process alive. */
  unref(): this
}

export interface Clock {
  /** Milliseconds since 1970. An operator may change this clock, also backwards, so use it for dates only. */
  now(): number
  /** Milliseconds that never go back. Use them to measure and to wait. */
  monotonic(): number
  setTimeout(callback: () => void, ms: number): Timer
  setInterval(callback: () => void, ms: number): Timer
  /** Stops a timer of either kind. Does nothing for undefined. */
  clear(timer: Timer | undefined): void
}

/** Looks up its functions at each call, so that a test may replace them. */
const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  setTimeout: (callback, ms) => setTimeout(callback, ms),
  setInterval: (callback, ms) => setInterval(callback, ms),
  clear: (timer) => clearTimeout(timer as NodeJS.Timeout | undefined),
}

export let clock: Clock = systemClock

/** Lets a simulation replace the clock. Without an argument the system's clock is restored. */
export function setClock(replacement: Clock = systemClock): void {
  clock = replacement
}

/** Resolves after so many milliseconds. */
export function sleep(ms: number, { ref = true }: { readonly ref?: boolean } = {}): Promise<void> {
  return new Promise((resolve) => {
    const timer = clock.setTimeout(resolve, ms)
    if (!ref) timer.unref()
  })
}
