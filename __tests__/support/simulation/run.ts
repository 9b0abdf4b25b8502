/** Plays many histories, and reports their results. Bundled and run by scripts/simulate.mjs. */
import { FAULTS } from './faults.js'
import { playHistory } from './history.js'

export { playHistory }

export interface Totals {
  histories: number
  readonly failures: { readonly seed: number; readonly violations: readonly string[] }[]
  readonly counts: Map<string, number>
  readonly sizes: { events: number[]; deliveries: number[]; processes: number[]; faults: number[] }
}

/** Histories of consecutive seeds, until there are enough or a moment is reached. */
export async function playMany(
  firstSeed: number,
  {
    histories = Infinity,
    untilMs = Infinity,
    maxFailures = 5,
    stop = new Int32Array(1),
  }: {
    readonly histories?: number
    readonly untilMs?: number
    readonly maxFailures?: number
    /** Shared with other players; not 0 once one of them has enough failures. */
    readonly stop?: Int32Array
  },
): Promise<Totals> {
  const totals: Totals = {
    histories: 0,
    failures: [],
    counts: new Map(FAULTS.map(({ step, kind }) => [`${kind} at ${step}`, 0])),
    sizes: { events: [], deliveries: [], processes: [], faults: [] },
  }
  const isOver = () => totals.histories >= histories || Date.now() >= untilMs || Atomics.load(stop, 0) !== 0
  for (let seed = firstSeed; !isOver(); seed++) {
    const result = await playHistory(seed, totals.counts)
    totals.histories++
    for (const size of ['events', 'deliveries', 'processes', 'faults'] as const) totals.sizes[size].push(result[size])
    if (result.violations.length === 0) continue
    totals.failures.push({ seed, violations: result.violations })
    if (totals.failures.length >= maxFailures) Atomics.store(stop, 0, 1)
  }
  return totals
}
