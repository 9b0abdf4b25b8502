/** Reads Redis records for the operator. */
import type { EventCounts, EventQuery, EventRecord, EventState } from '../../store.js'
import { isHidden } from '../../lib/take-store-path.js'
import { eventQuery, TEXT_CONDITIONS, type Wanted } from './event-query.js'
import { failedRuns } from './failed-runs.js'
import { STATES } from './options.js'
import { nameOf, nameWanted, type Found, type RedisSearch } from './redis-search.js'
import { storedText } from './stored-text.js'

/** Every record is a member of the index of its state, and of `due` as well if it has a due time. */
export type IndexName = EventState | 'due'

interface Source {
  readonly sendCommand: (...args: string[]) => Promise<unknown>
  readonly recordKey: (key: string) => string
  readonly index: (name: IndexName) => string
  readonly search: RedisSearch
}

/** All fields except the kept ones, which may be large. */
const FIELDS = [
  'state',
  'event_id',
  'event_type',
  'provider',
  'account',
  'order_id',
  'payment_id',
  'amount',
  'attempt',
  'last_error',
  'failed_runs',
  'code',
  'kept_as',
  'due_at',
  'created_at',
  'updated_at',
] as const

export const WHOLE_RECORD = [...FIELDS, 'body', 'headers'] as const

/** Members of an index read at a time. */
const PAGE = 500

/** Due records read at a time. */
const MAX_DUE = 1000

export function redisRecords({ sendCommand, recordKey, index, search }: Source) {
  const read = async (key: string, fields: readonly string[] = FIELDS): Promise<EventRecord | null> =>
    eventRecord(key, await sendCommand('HMGET', recordKey(key), ...fields))

  const readAll = async (keys: readonly string[]): Promise<EventRecord[]> => {
    const records = await Promise.all(keys.filter((key) => !isHidden(key)).map((key) => read(key)))
    return records.filter((record) => record !== null)
  }

  /** Newest first. An index may still name records that have expired, so reading goes on until there are enough. */
  const listOne = async (state: EventState, wanted: Wanted): Promise<EventRecord[]> => {
    const { limit, before, since, until, texts: conditions } = wanted
    const newest = before === undefined ? (until === undefined ? '+inf' : `(${until}`) : String(before.at)
    const range = [newest, since === undefined ? '-inf' : String(since)]
    // If the query has further conditions, most records of a page may fail them.
    const size = Object.keys(conditions).length === 0 ? Math.min(limit, PAGE) : PAGE
    const listed: EventRecord[] = []
    for (let offset = 0; listed.length < limit; offset += size) {
      const page = ['LIMIT', String(offset), String(size)]
      const members = texts(await sendCommand('ZREVRANGEBYSCORE', index(state), ...range, ...page))
      const records = await readAll(members.map(keyOf))
      listed.push(...records.filter((record) => record.state === state && isWanted(record, wanted)))
      if (members.length < size) break
    }
    return listed.slice(0, limit)
  }

  /** Newest first, by one of the names of a record. */
  const listNamed = async (name: string, wanted: Wanted): Promise<EventRecord[]> => {
    const listed: EventRecord[] = []
    for await (const page of search.find(name, wanted)) {
      for (const record of await readFound(page)) if (isWanted(record, wanted)) listed.push(record)
      if (listed.length >= wanted.limit) break
    }
    return listed.slice(0, wanted.limit)
  }

  const readFound = async (found: readonly Found[]): Promise<EventRecord[]> => {
    // A key may have had several records; only the last one is left.
    const named = new Set(found.map(({ key, createdAt }) => `${createdAt} ${key}`))
    const records = await readAll([...new Set(found.map(({ key }) => key))])
    return records.filter(({ key, createdAt }) => named.has(`${Date.parse(createdAt)} ${key}`))
  }

  /** Compares with the clock of Redis. Reads all at once, because records that are run leave the list. */
  const listDue = async (wanted: Wanted): Promise<EventRecord[]> => {
    const [seconds, microseconds] = texts(await sendCommand('TIME')) as [string, string]
    const now = Number(seconds) * 1000 + Math.floor(Number(microseconds) / 1000)
    const range = ['-inf', String(now), 'LIMIT', '0', String(MAX_DUE)]
    const records = await readAll(texts(await sendCommand('ZRANGEBYSCORE', index('due'), ...range)).map(keyOf))
    return records
      .filter((record) => isWanted(record, wanted))
      .sort(newestFirst)
      .slice(0, wanted.limit)
  }

  /** Prefers the event itself to kept deliveries of it. */
  const findByEventId = async (eventId: string): Promise<EventRecord | null> => {
    let kept: EventRecord | undefined
    for await (const page of search.find(nameOf('eventId', eventId))) {
      const records = (await readFound(page)).filter((record) => record.eventId === eventId)
      const event = records.sort(newestFirst).find(({ state }) => !isDelivery(state))
      if (event !== undefined) return read(event.key, WHOLE_RECORD)
      kept ??= records[0]
    }
    return kept === undefined ? null : read(kept.key, WHOLE_RECORD)
  }

  return {
    async list(query: EventQuery): Promise<EventRecord[]> {
      const wanted = eventQuery(query)
      const { state, limit, due } = wanted
      if (due === true) return listDue(wanted)
      const name = nameWanted(wanted)
      if (name !== undefined) return listNamed(name, wanted)
      const lists = await Promise.all((state === undefined ? STATES : [state]).map((one) => listOne(one, wanted)))
      return lists.flat().sort(newestFirst).slice(0, limit)
    },

    async count(upTo: number): Promise<EventCounts> {
      const counts = await Promise.all(STATES.map((state) => sendCommand('ZCARD', index(state))))
      const counted = STATES.map((state, at) => [state, Math.min(Number(counts[at]), upTo)])
      return Object.fromEntries(counted) as EventCounts
    },

    async get(id: string): Promise<EventRecord | null> {
      return (await read(id, WHOLE_RECORD)) ?? (await findByEventId(storedText(id)))
    },
  }
}

/** The members of an index, a page at a time. A member that is removed meanwhile does not shift the others. */
export async function* membersOf(sendCommand: Source['sendCommand'], name: string): AsyncGenerator<string[]> {
  let cursor = '0'
  do {
    const [next, found] = (await sendCommand('ZSCAN', name, cursor, 'COUNT', String(PAGE))) as [unknown, unknown]
    cursor = String(next)
    const members = texts(found).filter((_, at) => at % 2 === 0)
    if (members.length > 0) yield members
  } while (cursor !== '0')
}

/** A member of an index is the key, a space and the readable id. */
export function keyOf(member: string): string {
  const space = member.indexOf(' ')
  return space < 0 ? member : member.slice(0, space)
}

/** @param reply values of `FIELDS` or of `WHOLE_RECORD` */
export function eventRecord(key: string, reply: unknown): EventRecord | null {
  const values = (reply as unknown[]).map((value) => (value === null || value === undefined ? null : String(value)))
  const found = Object.fromEntries(WHOLE_RECORD.map((name, at) => [name, values[at] ?? null])) as Fields
  const { state, body, headers } = found
  if (state === null) return null
  const time = (text: string | null) => new Date(Number(text)).toISOString()
  return {
    key,
    state: state as EventState,
    eventId: found.event_id,
    eventType: found.event_type,
    provider: found.provider ?? '',
    account: found.account,
    orderId: found.order_id,
    paymentId: found.payment_id,
    amount: found.amount,
    attempts: Number(found.attempt),
    lastError: found.last_error,
    failedRuns: failedRuns(found.failed_runs),
    code: found.code,
    keptAs: (found.kept_as ?? (isDelivery(state) ? 'delivery' : null)) as EventRecord['keptAs'],
    dueAt: found.due_at === null ? null : time(found.due_at),
    createdAt: time(found.created_at),
    updatedAt: time(found.updated_at),
    body: body === null ? null : Buffer.from(body, 'base64'),
    headers: headers === null ? null : (JSON.parse(headers) as Record<string, string>),
  }
}

type Fields = Readonly<Record<(typeof WHOLE_RECORD)[number], string | null>>

/** Records of the first version do not state this themselves. */
function isDelivery(state: string): boolean {
  return state === 'quarantined' || state === 'replay_requested'
}

function newestFirst(a: EventRecord, b: EventRecord): number {
  return compare(b.createdAt, a.createdAt) || compare(b.key, a.key)
}

function isWanted(record: EventRecord, { state, texts: conditions, since, until, before }: Wanted): boolean {
  if (state !== undefined && record.state !== state) return false
  if (TEXT_CONDITIONS.some((name) => conditions[name] !== undefined && record[name] !== conditions[name])) return false
  const at = Date.parse(record.createdAt)
  if ((since !== undefined && at < since) || (until !== undefined && at >= until)) return false
  return before === undefined || at < before.at || (at === before.at && record.key < before.key)
}

function compare(a: string, b: string): number {
  if (a === b) return 0
  return a < b ? -1 : 1
}

export function texts(reply: unknown): string[] {
  return (reply as unknown[]).map(String)
}
