/** A time limit for a promise that may never settle. */
import { clock } from './clock.js'

/**
 * Settles as `pending` does, or rejects with the error of `tooLate`; `pending` is then ignored. A result is also late
 * if more than `ms` have passed when it comes: after the whole process stalled, it may come before the timer fires.
 *
 * @param ms counted from this call
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
