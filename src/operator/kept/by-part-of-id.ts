/** Finds events by what people hold of their ids: the id at the provider, as its dashboard shows it. */
import type { DurableStore, EventQuery, EventRecord } from '../../store.js'

/** A store finds ids that are whole; others are looked for among so many records, the newest ones. */
const NEWEST = 500

/**
 * Event ids are the provider's name and what the provider says, with colons between them and what else would be one escaped.
 * What it says may be several words, such as a refund and its status.
 *
 * @param query what else the records have to be
 */
export async function byPartOfId(
  store: Pick<DurableStore<unknown>, 'listEvents'>,
  text: string,
  query: EventQuery = {},
): Promise<EventRecord[]> {
  const newest = await store.listEvents({ ...query, limit: NEWEST })
  const escaped = encodeURIComponent(text.toWellFormed())
  const isPart = ({ eventId }: EventRecord) => {
    const parts = `${eventId ?? ''}:`
    return [text, escaped].some((part) => parts.includes(`:${part}:`) || parts.includes(`:${part}%20`))
  }
  const found = newest.filter(isPart)
  if (found.length > 0 || newest.length < NEWEST) return found
  const providers = new Set(newest.map(({ provider }) => provider))
  const older = [...providers].map((provider) => store.listEvents({ ...query, eventId: `${provider}:${text}` }))
  return (await Promise.all(older)).flat()
}
