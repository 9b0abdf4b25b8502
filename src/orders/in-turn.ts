/** One after the other, for what belongs together: most races for an order are between deliveries to one process. */

import { clock } from '../lib/clock.js'

/**
 * How long a turn keeps the next in line waiting, in milliseconds: half of what a sender waits by default, so that one
 * call that never answers does not put off every later event of its order.
 */
const TURN_MS = 2000

interface Turn {
  /** Resolves, to the milliseconds of this process, when its work begins. */
  readonly begun: Promise<number>
  /** Resolves when its work has settled. */
  readonly settled: Promise<unknown>
  readonly signal: () => AbortSignal | undefined
}

/**
 * A function that runs work on items of one key in the order of the calls, and everything else side by side. A turn also
 * ends, though its work may go on, when its signal aborts and after two seconds: overlap has to be harmless.
 *
 * @returns a function that takes, beside the item and its work, where to find the signal; it is looked for only when
 * somebody waits
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
    // What went wrong is for whoever asked for it; the next in line takes its turn all the same.
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
