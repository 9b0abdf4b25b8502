/** Redis forgets expired records itself; this removes them from the indexes that list them. */
import { PRUNE_SLICE } from './pruning.js'
import { keyOf, texts, type IndexName } from './redis-records.js'
import type { RedisScript } from './redis-script.js'
import { SCRIPTS } from './redis-scripts.js'

interface Indexes {
  readonly sendCommand: (...args: string[]) => Promise<unknown>
  readonly run: (script: RedisScript, keys: string[], args: string[]) => Promise<unknown>
  readonly recordKey: (key: string) => string
  readonly index: (state: IndexName) => string
}

/** Returns a function that removes expired members from one index, a slice at a time, and returns how many. */
export function redisTidying({ sendCommand, run, recordKey, index }: Indexes) {
  const places = new Map<IndexName, number>()

  /** The number of members in a slice, and how many of them had expired. */
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
    // The oldest members usually expire first. If they are kept for longer, expired ones may follow behind them.
    const from = places.get(state) ?? PRUNE_SLICE
    const { length, forgotten } = await tidySlice(state, from)
    places.set(state, length < PRUNE_SLICE ? PRUNE_SLICE : from + length - forgotten)
    return forgotten
  }
}
