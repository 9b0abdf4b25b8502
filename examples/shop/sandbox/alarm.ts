/** One timer that can be set again and again. */

/** The maximum of setTimeout. A later alarm fires early, and is set again. */
const LONGEST_MS = 2 ** 31 - 1

export interface Alarm {
  /** Replaces the time that was set before. Null sets none. */
  set(at: number | null): void
}

export function createAlarm(ring: () => void): Alarm {
  let timer: NodeJS.Timeout | undefined
  return {
    set(at) {
      clearTimeout(timer)
      if (at !== null) timer = setTimeout(ring, Math.min(Math.max(at - Date.now(), 0), LONGEST_MS))
    },
  }
}
