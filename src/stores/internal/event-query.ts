/** Checks a query of `listEvents` and converts it to the form in which records are stored. */
import type { EventQuery, EventState } from '../../store.js'
import { STATES } from './options.js'
import { storedText } from './stored-text.js'

const MAX_LIMIT = 1000

/** Texts that a query may require of a record. */
export const TEXT_CONDITIONS = ['orderId', 'paymentId', 'eventId', 'provider', 'account'] as const

export type TextCondition = (typeof TEXT_CONDITIONS)[number]

export interface Wanted {
  readonly state: EventState | undefined
  readonly texts: Readonly<Partial<Record<TextCondition, string>>>
  /** Milliseconds since 1970: `since` is the first that counts, `until` the first that does not. */
  readonly since: number | undefined
  readonly until: number | undefined
  readonly due: true | undefined
  readonly limit: number
  readonly before: { readonly at: number; readonly key: string } | undefined
}

/** @throws TypeError for a state, a limit or a time that does not exist */
export function eventQuery(query: EventQuery): Wanted {
  const { state, due, limit = 100, before } = query
  if (state !== undefined && !STATES.includes(state))
    throw new TypeError(`listEvents: state must be one of ${STATES.join(', ')}`)
  if (!Number.isInteger(limit) || limit < 1 || limit > MAX_LIMIT)
    throw new TypeError(`listEvents: limit must be a whole number from 1 to ${MAX_LIMIT}`)
  const texts: Partial<Record<TextCondition, string>> = {}
  for (const name of TEXT_CONDITIONS) {
    const text = query[name]
    if (text !== undefined) texts[name] = storedText(text)
  }
  const times = { since: timeOf('since', query.since), until: timeOf('until', query.until) }
  const common = { state, texts, ...times, due, limit }
  if (before === undefined) return { ...common, before }
  const at = Date.parse(before.createdAt)
  if (Number.isNaN(at)) throw new TypeError('listEvents: before must be a record that listEvents answered')
  return { ...common, before: { at, key: storedText(before.key) } }
}

function timeOf(name: 'since' | 'until', time: Date | string | undefined): number | undefined {
  if (time === undefined) return undefined
  const ms = typeof time === 'string' ? Date.parse(time) : time.getTime()
  if (Number.isNaN(ms)) throw new TypeError(`listEvents: ${name} must be a Date, or a time in ISO 8601`)
  return ms
}
