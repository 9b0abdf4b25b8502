/** A bound on something that may never settle. */
import { clock } from './clock.js'

/**
 * Settles as `pending` does, or rejects with what `tooLate` makes; nobody waits for `pending` after that. A result counts
 * as late by the time that has passed: where the whole process stood still, it comes before the timer.
 *
 * @param ms from now on
 */
export function withinTime<T>(pending: Promise<T>, ms: number, tooLate: () => Error): Promise<T> {
  const startedAt = clock.monotonic()
  return new Promise<T>((resolve, reject) => {
    const timer = clock.setTimeout(() => reject(tooLate()), ms)
    pending.then(
      (result) => {
        clock.clear(timer)
        if (clock.monotonic() - startedAt > ms) reject(tooLate())
        else resolve(result)
      },
      (error: unknown) => {
        clock.clear(timer)
        reject(error)
      },
    )
  })
}
