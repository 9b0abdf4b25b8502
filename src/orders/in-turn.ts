/** Runs related work in sequence: most races for an order are between deliveries to one process. */

import { clock } from '../lib/clock.js'

/**
 * Longest time that a turn delays the next one, in milliseconds: half of the time that a sender waits by default. So a
 * call that never answers does not delay all later events of its order.
 */
const TURN_MS = 2000

interface Turn {
  /** Resolves when its work begins, to the time of this process's monotonic clock. */
  readonly begun: Promise<number>
  /** Resolves when its work has settled. */
  readonly settled: Promise<unknown>
  readonly signal: () => AbortSignal | undefined
}

/**
 * Returns a function that runs work on items of one key in the order of the calls, and other work in parallel. A turn
 * also ends when its signal aborts and after two seconds, although its work may go on. So overlap must be harmless.
 *
 * @returns a function that takes the item, its work, and a function that returns the signal; the latter is called only
 * if another turn waits
 */
export function inTurn<Item, Result>(
  keyOf: (item: Item) => string,
): (item: Item, work: () => Promise<Result>, signal?: () => AbortSignal | undefined) => Promise<Result> {
  const last = new Map<string, Turn>()
  return (item, work, signal = () => undefined) => {
    const key = keyOf(item)
    const before = last.get(key)
    const begun = (before === undefined ? Promise.resolve() : ended(before)).then(() => clock.monotonic())
    const result = begun.then(work)
    // The caller handles the error; the next turn begins all the same.
    const settled = result
      .catch(() => undefined)
      .then(() => {
        if (last.get(key) === turn) last.delete(key)
      })
    const turn = { begun, settled, signal }
    last.set(key, turn)
    return result
  }
}

async function ended({ begun, settled, signal }: Turn): Promise<void> {
  const beganAt = await begun
  const lost = signal()
  if (lost?.aborted === true) return
  await new Promise<void>((resolve) => {
    const end = () => {
      clock.clear(timer)
      lost?.removeEventListener('abort', end)
      resolve()
    }
    const timer = clock.setTimeout(end, beganAt + TURN_MS - clock.monotonic())
    lost?.addEventListener('abort', end)
    void settled.then(end)
  })
}
