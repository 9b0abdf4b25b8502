/**
 * The whole flow on simulated time, in histories drawn from seeds. `npm run simulate` plays many more; these are the first seeds,
 * and each seed that once found a fault, planted or not.
 */
import { describe, expect, test } from '@jest/globals'
import { playHistory } from '../support/simulation/history.js'

const FIRST = Array.from({ length: 150 }, (_, at) => at)

/** Seeds that found planted faults, which are listed in `scripts/mutants-of-the-flow.mjs`. */
const PLANTED = [
  151, 166, 203, 668, 829, 10_001, 10_002, 10_003, 10_008, 10_010, 10_015, 10_016, 10_021, 10_040, 10_057, 10_091,
  10_693, 11_446, 13_843,
]

/** Seeds that found real faults: events with two effects, and kept events that no process took over. */
const FOUND = [
  404, 1224, 1867, 4345, 10_031_284, 10_031_337, 60_001_339, 60_009_594, 60_017_456, 60_017_763, 520_095_932,
  2_000_632_741, 3_000_208_051,
]

/**
 * Seeds that the ledger once judged wrongly: answers in time except for a rounding, a store's clock set twice at once, and
 * renewals that all failed while the lease was contested.
 */
const MISJUDGED = [
  500_638_493, 500_757_187, 500_960_713, 700_433_704, 1_000_415_814, 1_000_433_107, 1_000_519_125, 1_000_563_510,
]

async function violationsOf(seeds: readonly number[]): Promise<string[]> {
  const violations: string[] = []
  for (const seed of seeds) {
    const history = await playHistory(seed)
    violations.push(...history.violations.map((violation) => `seed ${seed}: ${violation}`))
  }
  return violations
}

describe('a simulated shop', () => {
  test('handles every event once and loses none, in its first histories', async () => {
    expect(await violationsOf(FIRST)).toEqual([])
  })

  test('does so in the histories that once found a fault', async () => {
    expect(await violationsOf([...PLANTED, ...FOUND, ...MISJUDGED])).toEqual([])
  })

  test('lives the same history again for the same seed', async () => {
    const [once, again, another] = [await playTraced(7), await playTraced(7), await playTraced(8)]
    expect(once.length).toBeGreaterThan(10)
    expect(again).toEqual(once)
    expect(another).not.toEqual(once)
  })
})

async function playTraced(seed: number): Promise<readonly string[]> {
  return (await playHistory(seed, undefined, true)).trace
}
