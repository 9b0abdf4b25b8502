/** What Postgres rolled back in favour of somebody else, and asks for once more. */
import { sleep } from '../../lib/clock.js'

/** Serialization failure and deadlock (PostgreSQL documentation, appendix A): nothing of the statement has happened. */
const REPEATABLE: readonly unknown[] = ['40001', '40P01']

/** Other processes may be in the way several times. */
const ATTEMPTS = 20

/** Statements at a time while some are to be repeated: few roll one another back, and several share one flush to disk. */
const LANES = 4

/** Grows with each attempt, so that those who met do not meet again. */
const PAUSE_MS = 3

export type Repeat = <T>(call: () => Promise<T>) => Promise<T>

/**
 * Repeats statements that are transactions by themselves, at once. As long as some are to be repeated, all of this store
 * go in few lanes: where the default isolation is serializable, many at a time would roll one another back for ever.
 */
export function repeating(): Repeat {
  let waiting = 0
  let turns = 0
  const lanes: Promise<unknown>[] = Array.from({ length: LANES }, () => Promise.resolve())

  return async (call) => {
    if (waiting === 0) {
      try {
        return await call()
      } catch (error) {
        if (!isRepeatable(error)) throw error
      }
    }
    waiting++
    const lane = turns++ % LANES
    const turn = lanes[lane]!.then(() => attempts(call))
    lanes[lane] = turn.catch(() => {}).finally(() => waiting--)
    return turn
  }
}

async function attempts<T>(call: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await call()
    } catch (error) {
      if (attempt === ATTEMPTS || !isRepeatable(error)) throw error
      await sleep(Math.random() * attempt * PAUSE_MS)
    }
  }
}

function isRepeatable(error: unknown): boolean {
  return REPEATABLE.includes((error as { code?: unknown } | null)?.code)
}
