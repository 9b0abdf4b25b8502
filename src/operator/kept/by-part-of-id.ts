/** Finds events by the part of their ids that people have: the id at the provider, as its dashboard shows it. */
import type { DurableStore, EventQuery, EventRecord } from '../../store.js'

/** A store finds only whole ids. Other ids are searched in the newest records, up to this number. */
const NEWEST = 500

/**
 * An event id consists of the provider's name and the provider's own fields, separated by colons; other colons are
 * escaped.
 * One field may contain several words, such as a refund and its status.
 *
 * @param query further conditions
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
