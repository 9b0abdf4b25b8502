/** While a hostile delivery is looked at, others have to be looked at too. */
import { expect } from '@jest/globals'

/**
 * Ten times what the dearest of these deliveries takes cold, in milliseconds of the processor. The event loop stands still
 * no longer than that; work that grows faster than its input takes seconds.
 */
const DEAR_MS = 250

/**
 * Answers what `run` does, and fails the test when the process worked on it for so long that others would have waited.
 * What is measured is the time that this process had a processor, not the time that passed: other work on the machine does
 * not count.
 */
export async function responsively<Result>(run: () => Promise<Result>): Promise<Result> {
  const before = process.cpuUsage()
  const result = await run()
  const { user, system } = process.cpuUsage(before)
  expect((user + system) / 1000).toBeLessThan(DEAR_MS)
  return result
}
