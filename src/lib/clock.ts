/** The one place that knows what time it is and sets timers; lint keeps every other source from doing so by itself. */

/** The longest a timer can wait, in milliseconds: Node fires a longer one at once. */
export const MAX_TIMER_MS = 2 ** 31 - 1

export interface Timer {
  /** Keeps no process alive. */
  unref(): this
}

export interface Clock {
  /** Milliseconds since 1970. An operator may set it, also back: for dates alone. */
  now(): number
  /** Milliseconds that only ever grow: for everything that is measured or waited for. */
  monotonic(): number
  setTimeout(callback: () => void, ms: number): Timer
  setInterval(callback: () => void, ms: number): Timer
  /** Ends a timer of either kind; undefined is none. */
  clear(timer: Timer | undefined): void
}

/** Looks its functions up at each call, so that a test may replace them. */
const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  setTimeout: (callback, ms) => setTimeout(callback, ms),
  setInterval: (callback, ms) => setInterval(callback, ms),
  clear: (timer) => clearTimeout(timer as NodeJS.Timeout | undefined),
}

export let clock: Clock = systemClock

/** A simulation owns time; without a clock the system's is used again. */
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
