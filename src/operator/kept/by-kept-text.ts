/**
 * Finds what is kept to run again by any id that stands in it, such as that of a refund or a charge. A record has fields for
 * its event, its order and one name of its payment, and nothing else is known of what was handled. An unreadable delivery has
 * none of these fields, so that its body alone tells of which order it is.
 */
import type { DurableStore, EventQuery, EventRecord, EventState } from '../../store.js'
import { newestFirst } from './records.js'

/** Of each state, the newest ones: each is read with its body. */
const NEWEST = 100

const KEPT: readonly EventState[] = ['failed', 'quarantined', 'replay_requested']

/** @param query what else the records have to be */
export async function byKeptText(
  store: Pick<DurableStore<unknown>, 'listEvents' | 'getEvent'>,
  text: string,
  query: EventQuery = {},
): Promise<EventRecord[]> {
  if (!looksLikeId(text)) return []
  const states = KEPT.filter((state) => query.state === undefined || query.state === state)
  const found = new Map<string, EventRecord>()
  const look = async (state: EventState) => {
    for (const { key, keptAs } of await store.listEvents({ ...query, state, limit: NEWEST })) {
      const record = keptAs === null ? null : await store.getEvent(key)
      if (record !== null && isNamedIn(record, text)) found.set(key, { ...record, body: null, headers: null })
    }
  }
  await Promise.all(states.map(look))
  return [...found.values()].sort(newestFirst)
}

/** Words stand in every body, and short numbers in many. */
export function looksLikeId(text: string): boolean {
  return text.length >= 6 && /\d/.test(text)
}

/** As a whole: no part of a longer id. */
function isNamedIn({ body }: EventRecord, text: string): boolean {
  const kept = body?.toString('utf8') ?? ''
  for (let at = kept.indexOf(text); at >= 0; at = kept.indexOf(text, at + 1)) {
    if (!/[\w-]/.test(`${kept[at - 1] ?? ''}${kept[at + text.length] ?? ''}`)) return true
  }
  return false
}
