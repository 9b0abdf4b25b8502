/** While a hostile delivery is processed, other deliveries must be processed too. */
import { expect } from '@jest/globals'

const TEXT = '['.repeat(48 * 1024)
const WALKS = 500

/**
 * Ten times the cost of the most expensive of these deliveries on a cold start, in walks through TEXT. A reader that looks at the
 * whole of such a text again for every character walks 24,000 times.
 */
const DEAR_WALKS = 4000

/** A hiccup of the machine does not happen at every attempt; work that is too expensive does. */
const TRIES = 3

/**
 * Answers the result of `run`, and fails the test if the process worked on it for so long that others would have waited. The
 * measure is a plain walk through a text in the same process, not a clock, so a slow machine is slow at both.
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

/** For the running file; it is measured again next to a delivery that seems expensive. */
let costOfWalk: number | undefined

async function measureWalk(): Promise<number> {
  const [, work] = await measured(walk)
  return work / WALKS
}

/** The processor time of this process, not the elapsed time. */
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
