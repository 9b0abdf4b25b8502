/** Selects the records of a store page by page, for the operator's command and page. */
import type { DurableStore, EventQuery, EventRecord } from '../../store.js'

/** The part of a store with which an operator finds and replays events. */
export type ReplayStore = Pick<DurableStore<unknown>, 'listEvents' | 'getEvent' | 'replay'>

const PAGE = 1000

export interface Selection extends Pick<
  EventQuery,
  'state' | 'orderId' | 'paymentId' | 'eventId' | 'provider' | 'account' | 'since'
> {
  /** The reason of a quarantine: the only condition that a store cannot apply itself. */
  readonly code?: string
}

/** Yields the newest record first. */
export async function* select(
  store: ReplayStore,
  { code, ...query }: Selection,
  limit = Infinity,
): AsyncGenerator<EventRecord> {
  // If the store applies every condition, only as many records as the limit must be read.
  const size = code === undefined ? Math.min(limit, PAGE) : PAGE
  let before: EventRecord | undefined
  for (let found = 0; ;) {
    const page = await store.listEvents({ ...query, limit: size, ...(before && { before }) })
    for (const record of page) {
      if (code !== undefined && record.code !== code) continue
      yield record
      if (++found >= limit) return
    }
    if (page.length < size) return
    before = page.at(-1)
  }
}

/** The order in which a store lists records. */
export function newestFirst(a: EventRecord, b: EventRecord): number {
  if (a.createdAt !== b.createdAt) return a.createdAt < b.createdAt ? 1 : -1
  return a.key < b.key ? 1 : -1
}

/**
 * The order in which a replay is requested. Later events may depend on earlier ones, and a shop may look for what is due
 * between two requests.
 */
export function oldestFirst(records: readonly EventRecord[]): EventRecord[] {
  return [...records].sort((a, b) => newestFirst(b, a))
}

export function isKept({ state }: Pick<EventRecord, 'state'>): boolean {
  return state === 'quarantined' || state === 'replay_requested'
}

/** True if a replay can run the event again from its kept data. */
export function isRunnable({ state, keptAs }: Pick<EventRecord, 'state' | 'keptAs'>): boolean {
  return state === 'failed' && keptAs !== null
}

/** An event keeps the error of an earlier attempt while a later one is running, and after one has succeeded. */
export function hasCurrentError({ state }: Pick<EventRecord, 'state'>): boolean {
  return state !== 'done' && state !== 'processing'
}

/** The kept deliveries of one event, in addition to the event's own record. */
export async function keptUnder(store: ReplayStore, eventId: string): Promise<EventRecord[]> {
  const kept: EventRecord[] = []
  for await (const record of select(store, { eventId })) if (isKept(record)) kept.push(record)
  return kept
}

/** The name of the account, or tenant; null for the account of a provider without an account name. */
export function accountOf({ account }: Pick<EventRecord, 'account'>): string | null {
  return account === '' ? null : account
}
