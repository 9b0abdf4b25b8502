/** Counts the effects of deliveries, where the shop tells their number. Some come a little after the answer. */
import type { Clock } from '../clock.js'
import { readNumber } from './read-number.js'

const POLL_MS = 50

/** A later effect may be that of another delivery. */
const LATE_MS = 500

/** How long to wait for the first effect. The first delivery gets longer, so that a slow queue is noticed. */
const FIRST_MS = 3000
const LEARN_MS = 5000

/** How long to wait until the number stands still. */
const STILL_WITHIN_MS = 3000

const LATE = 'effects come more than half a second after the answer, too late to say which delivery they are of'
const RESTLESS = 'the number of effects does not stand still; nothing else may use the shop meanwhile'

/** A number of effects, or the reason why there is none. */
export type Effects = number | { readonly unclear: string }

export interface EffectCounter {
  /** Delivers, and learns from it whether effects come soon enough to be counted. */
  learn<T>(deliver: () => Promise<T>, hasEffect: (result: T) => boolean): Promise<T>
  /** Delivers, and counts the effects of this delivery alone. */
  count<T>(deliver: () => Promise<T>): Promise<{ readonly result: T; readonly effects: Effects }>
}

/** @param url answers a whole number, which grows by one with each effect */
export function effectCounter(url: URL, clock: Clock): EffectCounter {
  const read = () => readNumber(url, clock)
  let isLate = false

  /** Resolves with the number as soon as it has changed, or when the time is up. */
  const changed = async (before: number, withinMs = FIRST_MS): Promise<number> => {
    const startedAt = clock.now()
    for (let unchangedAt = startedAt; ; await clock.sleep(POLL_MS)) {
      const askedAt = clock.now()
      const now = await read()
      if (now !== before) {
        // The last unchanged number counts, so that a slow answer of the counter makes no effect late.
        isLate ||= unchangedAt - startedAt > LATE_MS
        return now
      }
      unchangedAt = askedAt
      if (askedAt - startedAt > withinMs) return now
    }
  }

  /** Resolves with the number once it has stood still, or with its last value when it does not. */
  const settled = async (): Promise<{ number: number; isStill: boolean }> => {
    const giveUpAt = clock.now() + STILL_WITHIN_MS
    let number = await read()
    let stillSince = clock.now()
    while (clock.now() < giveUpAt) {
      await clock.sleep(POLL_MS)
      const askedAt = clock.now()
      const next = await read()
      if (next !== number) stillSince = clock.now()
      else if (askedAt - stillSince >= LATE_MS) return { number, isStill: true }
      number = next
    }
    return { number, isStill: false }
  }

  return {
    async learn(deliver, hasEffect) {
      // Without an effect there is nothing to count, so an error of the counter does not matter yet.
      const before = await read().catch((error: unknown) => ({ error }))
      const result = await deliver()
      if (!hasEffect(result)) return result
      if (typeof before !== 'number') throw before.error
      await changed(before, LEARN_MS)
      return result
    },

    async count(deliver) {
      if (isLate) return { result: await deliver(), effects: { unclear: LATE } }
      const before = await settled()
      const result = await deliver()
      if (!before.isStill) return { result, effects: { unclear: RESTLESS } }
      const isUnchanged = (await changed(before.number)) === before.number
      if (isLate) return { result, effects: { unclear: LATE } }
      const after = isUnchanged ? before : await settled()
      const effects = after.number - before.number
      // More than one is too many, even if more are to come.
      return { result, effects: after.isStill || effects > 1 ? effects : { unclear: RESTLESS } }
    },
  }
}
