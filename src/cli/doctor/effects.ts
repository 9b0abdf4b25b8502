/** Counts the effects of deliveries, if the shop publishes their number. Some effects come shortly after the answer. */
import type { Clock } from '../clock.js'
import { readNumber } from './read-number.js'

const POLL_MS = 50

/** An effect that comes later may belong to another delivery. */
const LATE_MS = 500

/** How long to wait for the first effect. The first delivery gets more time, so that a slow queue is noticed. */
const FIRST_MS = 3000
const LEARN_MS = 5000

/** How long to wait until the number stops changing. */
const STILL_WITHIN_MS = 3000

const LATE = 'effects come more than half a second after the answer, too late to tell to which delivery they belong'
const RESTLESS = 'the number of effects changes by itself; nothing else may use the shop during the checks'

/** A number of effects, or the reason why it is unknown. */
export type Effects = number | { readonly unclear: string }

export interface EffectCounter {
  /** Delivers, and learns whether effects come soon enough to be counted. */
  learn<T>(deliver: () => Promise<T>, hasEffect: (result: T) => boolean): Promise<T>
  /** Delivers, and counts the effects of this delivery only. */
  count<T>(deliver: () => Promise<T>): Promise<{ readonly result: T; readonly effects: Effects }>
}

/** @param url its answer is a whole number, which grows by one with each effect */
export function effectCounter(url: URL, clock: Clock): EffectCounter {
  const read = () => readNumber(url, clock)
  let isLate = false

  /** Resolves with the number as soon as it changes, or when the time is up. */
  const changed = async (before: number, withinMs = FIRST_MS): Promise<number> => {
    const startedAt = clock.now()
    for (let unchangedAt = startedAt; ; await clock.sleep(POLL_MS)) {
      const askedAt = clock.now()
      const now = await read()
      if (now !== before) {
        // The time of the last unchanged number counts, so that a slow answer of the counter does not make an effect look late.
        isLate ||= unchangedAt - startedAt > LATE_MS
        return now
      }
      unchangedAt = askedAt
      if (askedAt - startedAt > withinMs) return now
    }
  }

  /** Resolves with the number once it stops changing, or with its last value if it does not stop in time. */
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
      // An error of the counter does not matter yet: without an effect there is nothing to count.
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
      // More than one effect is too many, even if more follow.
      return { result, effects: after.isStill || effects > 1 ? effects : { unclear: RESTLESS } }
    },
  }
}
