/** How many effects deliveries have, where the shop counts them: some come a little after the answer. */
import { setTimeout } from 'node:timers/promises'
import { readNumber } from './read-number.js'

const POLL_MS = 50

/** An effect that comes later than this cannot be told from the effect of another delivery. */
const LATE_MS = 500

/** How long a first effect is waited for; of the first delivery longer, to find a queue that is slow. */
const FIRST_MS = 3000
const LEARN_MS = 5000

/** How long a number is given to stand still. */
const STILL_WITHIN_MS = 3000

const LATE = 'effects come more than half a second after the answer, too late to say which delivery they are of'
const RESTLESS = 'the number of effects does not stand still; nothing else may use the shop meanwhile'

/** A number of effects, or why there is none. */
export type Effects = number | { readonly unclear: string }

export interface EffectCounter {
  /** Delivers, and learns from it whether effects come soon enough to be counted. */
  learn<T>(deliver: () => Promise<T>, hasEffect: (result: T) => boolean): Promise<T>
  /** Delivers, and counts the effects of that alone. */
  count<T>(deliver: () => Promise<T>): Promise<{ readonly result: T; readonly effects: Effects }>
}

/** @param url answers a whole number, which every effect raises by one */
export function effectCounter(url: URL): EffectCounter {
  const read = () => readNumber(url)
  let isLate = false

  /** The first number after a change, as soon as there is one. */
  const changed = async (before: number, withinMs = FIRST_MS): Promise<number> => {
    const startedAt = performance.now()
    for (let unchangedAt = startedAt; ; await setTimeout(POLL_MS)) {
      const askedAt = performance.now()
      const now = await read()
      if (now !== before) {
        // Counted up to where it was seen unchanged, so that a slow answer of the counter is not held against the shop.
        isLate ||= unchangedAt - startedAt > LATE_MS
        return now
      }
      unchangedAt = askedAt
      if (askedAt - startedAt > withinMs) return now
    }
  }

  return {
    async learn(deliver, hasEffect) {
      // Without an effect there is nothing to count, and what is wrong with the counter does not matter yet.
      const before = await read().catch((error: unknown) => ({ error }))
      const result = await deliver()
      if (!hasEffect(result)) return result
      if (typeof before !== 'number') throw before.error
      await changed(before, LEARN_MS)
      return result
    },
    async count(deliver) {
      if (isLate) return { result: await deliver(), effects: { unclear: LATE } }
      const before = await settled(read)
      const result = await deliver()
      if (!before.isStill) return { result, effects: { unclear: RESTLESS } }
      const isUnchanged = (await changed(before.number)) === before.number
      if (isLate) return { result, effects: { unclear: LATE } }
      const after = isUnchanged ? before : await settled(read)
      const effects = after.number - before.number
      // More than one is one too many, whatever is still to come.
      return { result, effects: after.isStill || effects > 1 ? effects : { unclear: RESTLESS } }
    },
  }
}

/** The number once it has stood still, or its last value when it does not. */
async function settled(read: () => Promise<number>): Promise<{ number: number; isStill: boolean }> {
  const giveUpAt = performance.now() + STILL_WITHIN_MS
  let number = await read()
  let stillSince = performance.now()
  while (performance.now() < giveUpAt) {
    await setTimeout(POLL_MS)
    const askedAt = performance.now()
    const next = await read()
    if (next !== number) stillSince = performance.now()
    else if (askedAt - stillSince >= LATE_MS) return { number, isStill: true }
    number = next
  }
  return { number, isStill: false }
}
