/** A bound on something that may never settle. */
import { clock } from './clock.js'

/** Settles as `pending` does, or rejects with what `tooLate` makes; nobody waits for `pending` after that. */
export function withinTime<T>(pending: Promise<T>, ms: number, tooLate: () => Error): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const timer = clock.setTimeout(() => reject(tooLate()), ms)
    pending.then(
      (result) => {
        clock.clear(timer)
        resolve(result)
      },
      (error: unknown) => {
        clock.clear(timer)
        reject(error)
      },
    )
  })
}
