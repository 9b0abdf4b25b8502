/** Redis forgets the records by itself; this is for the indexes that list them. */
import { PRUNE_SLICE } from './pruning.js'
import { keyOf, texts, type IndexName } from './redis-records.js'
import { SCRIPTS, type RedisScript } from './redis-scripts.js'

interface Indexes {
  readonly sendCommand: (...args: string[]) => Promise<unknown>
  readonly run: (script: RedisScript, keys: string[], args: string[]) => Promise<unknown>
  readonly recordKey: (key: string) => string
  readonly index: (state: IndexName) => string
}

/** Answers a function that takes expired members out of one index, a slice at a time, and says how many. */
export function redisTidying({ sendCommand, run, recordKey, index }: Indexes) {
  const places = new Map<IndexName, number>()

  /** How many of a slice there were, and how many of them had expired. */
  const tidySlice = async (state: IndexName, from: number) => {
    const members = texts(await sendCommand('ZRANGE', index(state), String(from), String(from + PRUNE_SLICE - 1)))
    if (members.length === 0) return { length: 0, forgotten: 0 }
    const keys = members.map((member) => recordKey(keyOf(member)))
    const forgotten = Number(await run(SCRIPTS.forgetExpired, [index(state), ...keys], members))
    return { length: members.length, forgotten }
  }

  return async (state: IndexName): Promise<number> => {
    const oldest = await tidySlice(state, 0)
    if (oldest.forgotten > 0 || oldest.length < PRUNE_SLICE) return oldest.forgotten
    // The oldest usually expire first. Where they are to be remembered for longer, others have behind them.
    const from = places.get(state) ?? PRUNE_SLICE
    const { length, forgotten } = await tidySlice(state, from)
    places.set(state, length < PRUNE_SLICE ? PRUNE_SLICE : from + length - forgotten)
    return forgotten
  }
}
