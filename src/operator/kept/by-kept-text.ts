/**
 * Finds kept events and deliveries by any id in their content, such as the id of a refund or a charge. A record has
 * fields for its event, its order and one name of its payment; nothing else is stored about handled events. An
 * unreadable delivery has none of these fields, so only its body contains its order.
 */
import type { DurableStore, EventQuery, EventRecord, EventState } from '../../store.js'
import { newestFirst } from './records.js'

/** The newest records of each state are searched, because each is read with its body. */
const NEWEST = 100

const KEPT: readonly EventState[] = ['failed', 'quarantined', 'replay_requested']

/** @param query further conditions */
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

/** Words occur in every body, and short numbers in many. */
export function looksLikeId(text: string): boolean {
  return text.length >= 6 && /\d/.test(text)
}

/** Only as a whole, not as part of a longer id. */
function isNamedIn({ body }: EventRecord, text: string): boolean {
  const kept = body?.toString('utf8') ?? ''
  for (let at = kept.indexOf(text); at >= 0; at = kept.indexOf(text, at + 1)) {
    if (!/[\w-]/.test(`${kept[at - 1] ?? ''}${kept[at + text.length] ?? ''}`)) return true
  }
  return false
}
