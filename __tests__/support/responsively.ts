/** While a hostile delivery is looked at, others have to be looked at too. */
import { expect } from '@jest/globals'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setTimeout as pause } from 'node:timers/promises'

/**
 * Five times what the event loop may stand still for, in milliseconds: a busy machine holds up a process as well, and
 * what is looked for here, work that grows faster than its input, takes seconds.
 */
const UNRESPONSIVE_MS = 250

/** Answers what `run` does, and fails the test when the event loop stood still meanwhile. */
export async function responsively<Result>(run: () => Promise<Result>): Promise<Result> {
  const delay = monitorEventLoopDelay({ resolution: 1 })
  delay.enable()
  const result = await run()
  // A delay is noted when it is over; on a busy machine the first note may be some milliseconds late.
  do await pause(5)
  while (delay.max === 0)
  delay.disable()
  expect(delay.max / 1e6).toBeLessThan(UNRESPONSIVE_MS)
  return result
}
