/**
 * Limits the time of the function that a shop runs around its jobs. One that hangs would hold its job and a slot for
 * ever.
 */
import { clock, type Timer } from '../lib/clock.js'

/**
 * Settles as `around` does. Rejects if `around` takes longer than `ms` before it calls `run`, or after `run` has ended;
 * `run` has a limit of its own. A call of `run` after that is refused, because another worker may have the job by then.
 */
export function surrounded(
  ms: number,
  around: (run: () => Promise<void>) => Promise<unknown>,
  run: () => Promise<void>,
): Promise<unknown> {
  let timer: Timer | undefined
  let isGivenUp = false
  let isOver = false
  return new Promise((resolve, reject) => {
    const wait = () => {
      timer = clock.setTimeout(() => {
        isGivenUp = true
        reject(new Error(`around did not call run, or did not end, within ${ms} ms`))
      }, ms)
    }
    const runInTime = async () => {
      if (isGivenUp) throw new Error(`around called run later than ${ms} ms, and the job was given back`)
      clock.clear(timer)
      try {
        await run()
      } finally {
        // `around` may have settled without waiting for `run`; then no timer is needed.
        if (!isOver) wait()
      }
    }
    wait()
    ;(async () => around(runInTime))().then(resolve, reject)
  }).finally(() => {
    isOver = true
    clock.clear(timer)
  })
}
