/** The search of the form, and the records that the store has for it. */
import { clock } from '../lib/clock.js'
import type { EventQuery, EventRecord, EventState } from '../store.js'
import { STATES } from './layout.js'
import { ofPaymentsAlone } from './kept/about-order.js'
import { byKeptText } from './kept/by-kept-text.js'
import { byPartOfId } from './kept/by-part-of-id.js'
import { newestFirst } from './kept/records.js'
import { foundWith } from './kept/with-kept.js'
import type { PageStore } from './patience.js'

export interface Search {
  /** The id of an order, a payment or an event, or a key. */
  readonly text: string
  readonly provider: string
  readonly state: EventState | null
  /** One of `PERIODS`, or empty for any time. */
  readonly since: string
  readonly before: NonNullable<EventQuery['before']> | null
}

export interface FoundPage {
  readonly records: readonly EventRecord[]
  /** The record after which the next page begins; null on the last page. */
  readonly last: EventRecord | null
  /** Keys of the records that have the text in their kept body alone. */
  readonly inBody: ReadonlySet<string>
}

const HOUR = 3_600_000

export const PERIODS: Readonly<Record<string, { readonly label: string; readonly ms: number }>> = {
  '1h': { label: 'Last hour', ms: HOUR },
  '24h': { label: 'Last 24 hours', ms: 24 * HOUR },
  '7d': { label: 'Last 7 days', ms: 7 * 24 * HOUR },
  '30d': { label: 'Last 30 days', ms: 30 * 24 * HOUR },
}

const PAGE_LENGTH = 50
const MAX_TEXT = 1024

export function searchIn(query: URLSearchParams): Search {
  const field = (name: string) => (query.get(name) ?? '').trim().slice(0, MAX_TEXT)
  const [state, since] = [field('state'), field('since')]
  const [, createdAt, key] = /^(\S+) (.+)$/s.exec(field('before')) ?? []
  const isPlace = createdAt !== undefined && key !== undefined && !Number.isNaN(Date.parse(createdAt))
  return {
    text: field('q'),
    provider: field('provider'),
    state: Object.hasOwn(STATES, state) ? (state as EventState) : null,
    since: Object.hasOwn(PERIODS, since) ? since : '',
    before: isPlace ? { createdAt, key } : null,
  }
}

/** True if the search narrows by more than the state, so that numbers of the whole store are not its own. */
export function isNarrowed({ text, provider, since }: Search): boolean {
  return text !== '' || provider !== '' || since !== ''
}

/** The same search as fields of an address. */
export function fieldsOf({ text, provider, state, since }: Search): Record<string, string | null> {
  return { q: text, provider, state, since }
}

/**
 * Newest first. Looks for the text as every kind of id, because people who have an id rarely know its kind. It also searches kept
 * bodies, on every page and whatever else is found: an unreadable payment has its order nowhere else, and may be older than all
 * records of the first page.
 */
export async function find(store: PageStore, search: Search): Promise<FoundPage> {
  const { text, provider, state, since, before } = search
  const query: EventQuery = {
    limit: PAGE_LENGTH + 1,
    ...(provider !== '' && { provider }),
    ...(state !== null && { state }),
    ...(since !== '' && { since: new Date(clock.now() - PERIODS[since]!.ms) }),
    ...(before !== null && { before }),
  }
  if (text === '') return pageOf(await store.listEvents(query))
  const [orders, alone, payments, events, byKey, kept] = await Promise.all([
    store.listEvents({ ...query, orderId: text }),
    ofPaymentsAlone(store, text, query),
    store.listEvents({ ...query, paymentId: text }),
    store.listEvents({ ...query, eventId: text }),
    before === null ? store.getEvent(text) : null,
    byKeptText(store, text, query),
  ])
  const isWanted = byKey !== null && byKey.key === text && (state === null || byKey.state === state)
  const named = new Map([...orders, ...alone, ...payments, ...events].map((record) => [record.key, record]))
  if (isWanted) named.set(byKey.key, byKey)
  if (named.size === 0 && before === null)
    for (const record of await byPartOfId(store, text, query)) named.set(record.key, record)
  const { inBody } = foundWith([...named.values()], kept)
  return pageOf([...named.values(), ...inBody].sort(newestFirst), inBody)
}

function pageOf(found: readonly EventRecord[], inBody: readonly EventRecord[] = []): FoundPage {
  const records = found.slice(0, PAGE_LENGTH)
  const last = found.length > PAGE_LENGTH ? records.at(-1)! : null
  return { records, last, inBody: new Set(inBody.map(({ key }) => key)) }
}
