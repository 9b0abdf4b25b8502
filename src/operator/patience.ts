/** How long one request waits for the store and the queue: whoever looks at the page learns that they do not answer. */
import type { Awaitable } from '../lib/awaitable.js'
import { clock } from '../lib/clock.js'
import { withinTime } from '../lib/within-time.js'
import type { DurableStore } from '../store.js'

/**
 * For everything that one request asks, the four seconds of a replay among them. A search by an index takes milliseconds, and
 * proxies give up on an answer after 30 seconds or later.
 */
export const PATIENCE_MS = 10_000

/** Its numbers are good to know, and nothing without which an operator would not look at the page. */
export const QUEUE_PATIENCE_MS = 2000

/** Whether the call has an effect later is not known. */
export class Unanswered extends Error {
  override name = 'Unanswered'
}

/** What the page asks of a store. */
export type PageStore = Pick<
  DurableStore<unknown>,
  'listEvents' | 'getEvent' | 'countEvents' | 'replay' | 'removeQuarantined'
>

/** Rejects with `Unanswered` where the time of the request is over first. */
export type Within = <T>(call: () => Awaitable<T>, atMostMs?: number) => Promise<T>

export function patience(): Within {
  let startedAt: number | undefined
  return (call, atMostMs = PATIENCE_MS) => {
    startedAt ??= clock.monotonic()
    const left = PATIENCE_MS - (clock.monotonic() - startedAt)
    const ms = Math.max(0, Math.min(left, atMostMs))
    return withinTime((async () => call())(), ms, () => new Unanswered('no answer in time'))
  }
}

export function bounded(store: PageStore, within: Within): PageStore {
  return {
    listEvents: (query) => within(() => store.listEvents(query)),
    getEvent: (id) => within(() => store.getEvent(id)),
    countEvents: (options) => within(() => store.countEvents(options)),
    replay: (key) => within(() => store.replay(key)),
    removeQuarantined: (key) => within(() => store.removeQuarantined(key)),
  }
}
