/** While a hostile delivery is looked at, others have to be looked at too. */
import { expect } from '@jest/globals'

const TEXT = '['.repeat(48 * 1024)
const WALKS = 500

/**
 * Ten times what the dearest of these deliveries takes cold, in walks through TEXT. A reader that looks at all of such a text
 * once more for every character walks 24,000 times.
 */
const DEAR_WALKS = 4000

/** A hiccup of the machine is not there every time; work that is too dear is. */
const TRIES = 3

/**
 * Answers what `run` does, and fails the test when the process worked on it for so long that others would have waited. The
 * measure is a plain walk through a text in the same process, and not a clock, so a slow machine is slow at both.
 */
export async function responsively<Result>(run: () => Promise<Result>): Promise<Result> {
  const [result, work] = await measured(run)
  costOfWalk ??= await measureWalk()
  let least = work / costOfWalk
  for (let tries = 1; least >= DEAR_WALKS && tries < TRIES; tries++) {
    const [, again] = await measured(run)
    least = Math.min(least, again / (await measureWalk()))
  }
  expect(least).toBeLessThan(DEAR_WALKS)
  return result
}

/** Of the file that runs; it is measured again beside a delivery that seems dear. */
let costOfWalk: number | undefined

async function measureWalk(): Promise<number> {
  const [, work] = await measured(walk)
  return work / WALKS
}

/** The time that this process had a processor, not the time that passed. */
async function measured<Result>(run: () => Result | Promise<Result>): Promise<[Result, number]> {
  const before = process.cpuUsage()
  const result = await run()
  const { user, system } = process.cpuUsage(before)
  return [result, user + system]
}

function walk(): number {
  let seen = 0
  for (let times = 0; times < WALKS; times++) for (let at = 0; at < TEXT.length; at++) seen += TEXT.charCodeAt(at)
  return seen
}
