/** Selects the records of a store, page by page, for the operator's command and page. */
import type { DurableStore, EventQuery, EventRecord } from '../../store.js'

/** The part of a store by which an operator looks and has things run again. */
export type ReplayStore = Pick<DurableStore<unknown>, 'listEvents' | 'getEvent' | 'replay'>

const PAGE = 1000

export interface Selection extends Pick<
  EventQuery,
  'state' | 'orderId' | 'paymentId' | 'eventId' | 'provider' | 'account' | 'since'
> {
  /** The reason of a quarantine: the one thing that a store does not look for. */
  readonly code?: string
}

/** Yields the newest record first. */
export async function* select(
  store: ReplayStore,
  { code, ...query }: Selection,
  limit = Infinity,
): AsyncGenerator<EventRecord> {
  // Where the store applies every condition, no more records than the limit have to be read.
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

/** The order in which a store lists. */
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

/** Something is kept of it by which a replay runs it again. */
export function isRunnable({ state, keptAs }: Pick<EventRecord, 'state' | 'keptAs'>): boolean {
  return state === 'failed' && keptAs !== null
}

/** An event keeps the error of an earlier attempt when a later one is running, or has succeeded. */
export function hasCurrentError({ state }: Pick<EventRecord, 'state'>): boolean {
  return state !== 'done' && state !== 'processing'
}

/** The kept deliveries of one event, which has a record of its own beside them. */
export async function keptUnder(store: ReplayStore, eventId: string): Promise<EventRecord[]> {
  const kept: EventRecord[] = []
  for await (const record of select(store, { eventId })) if (isKept(record)) kept.push(record)
  return kept
}

/** The name of the account, or tenant; null for the one that a provider without a name of its own has. */
export function accountOf({ account }: Pick<EventRecord, 'account'>): string | null {
  return account === '' ? null : account
}
