/** Repeatable chance: a failed test reports the seed that made it fail. */
import { randomInt } from 'node:crypto'

export interface Random {
  /** From 0 up to, and without, `below`. */
  below(below: number): number
  pick<T>(from: readonly T[]): T
  shuffle<T>(items: readonly T[]): T[]
}

/** Runs a test with `FAULT_SEED`, or with a new seed, and names the seed if the test fails. */
export function withSeed(run: (random: Random) => Promise<void>): () => Promise<void> {
  return async () => {
    const seed = Number(process.env['FAULT_SEED'] ?? randomInt(2 ** 31))
    try {
      await run(randomFrom(seed))
    } catch (error) {
      const reproduce = `FAULT_SEED=${seed} repeats this run's choices`
      if (!(error instanceof Error)) throw new Error(`${String(error)}\n${reproduce}`, { cause: error })
      error.message += `\n\n${reproduce}`
      throw error
    }
  }
}

/** Mulberry32: small, and the same everywhere. */
export function randomFrom(seed: number): Random {
  let state = seed | 0
  const fraction = () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const below = (limit: number) => Math.floor(fraction() * limit)
  return {
    below,
    pick: (from) => from[below(from.length)]!,
    shuffle(items) {
      const shuffled = [...items]
      for (let last = shuffled.length - 1; last > 0; last--) {
        const other = below(last + 1)
        ;[shuffled[last], shuffled[other]] = [shuffled[other]!, shuffled[last]!]
      }
      return shuffled
    },
  }
}
