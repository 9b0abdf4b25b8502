/** A bound on what a shop runs around its jobs: one that hangs would keep its job, and a place among those that run, for ever. */
import { clock, type Timer } from '../lib/clock.js'

/**
 * Settles as `around` does, and rejects where it takes longer than `ms` until it calls `run`, or after `run` has ended. While
 * `run` runs it has a bound of its own. A call that comes later runs nothing: the job may be another worker's by then.
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
        reject(new Error(`around did not go on within ${ms} ms`))
      }, ms)
    }
    const runInTime = async () => {
      if (isGivenUp) throw new Error(`around called run later than ${ms} ms, and the job was given back`)
      clock.clear(timer)
      try {
        await run()
      } finally {
        // It may not have waited for `run`, and then nobody is left whom a timer would tell.
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
