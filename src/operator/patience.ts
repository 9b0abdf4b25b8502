/** Limits how long one request waits for the store and the queue, so that the page can report that they do not answer. */
import type { Awaitable } from '../lib/awaitable.js'
import { clock } from '../lib/clock.js'
import { withinTime } from '../lib/within-time.js'
import type { DurableStore } from '../store.js'

/**
 * For all calls of one request, including the four seconds of a replay. A search by an index takes milliseconds, and
 * proxies give up after 30 seconds or later.
 */
export const PATIENCE_MS = 10_000

/** The page is useful without the numbers of the queue. */
export const QUEUE_PATIENCE_MS = 2000

/** The call may still take effect later. */
export class Unanswered extends Error {
  override name = 'Unanswered'
}

/** The part of a store that the page needs. */
export type PageStore = Pick<
  DurableStore<unknown>,
  'listEvents' | 'getEvent' | 'countEvents' | 'replay' | 'dismiss' | 'removeQuarantined'
>

/** Rejects with `Unanswered` if the time of the request ends first. */
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
    dismiss: (key) => within(() => store.dismiss(key)),
    removeQuarantined: (key) => within(() => store.removeQuarantined(key)),
  }
}
