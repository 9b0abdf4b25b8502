/** Repeats statements that Postgres rolled back in favour of another transaction. */
import { sleep } from '../../lib/clock.js'

/** Serialization failure and deadlock (PostgreSQL documentation, appendix A): the statement had no effect. */
const REPEATABLE: readonly unknown[] = ['40001', '40P01']

/** Other processes may conflict several times. */
const ATTEMPTS = 20

/**
 * Statements at a time while some are being repeated: few roll one another back, and several share one flush to disk.
 */
const LANES = 4

/** Grows with each attempt, so that statements which collided do not collide again. */
const PAUSE_MS = 3

export type Repeat = <T>(call: () => Promise<T>) => Promise<T>

/**
 * Repeats statements that are transactions of their own. While some are being repeated, all statements of this store
 * use few lanes. With serializable as the default isolation, many at a time would roll one another back for ever.
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
