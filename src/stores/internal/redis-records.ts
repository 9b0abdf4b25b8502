/** Reading Redis records back for the operator. */
import type { EventQuery, EventRecord, EventState } from '../../store.js'
import { failedRuns } from './failed-runs.js'
import { eventQuery, STATES } from './options.js'
import { storedText } from './stored-text.js'
import { isHidden } from '../../lib/take-store-path.js'

/** Every record is a member of the index of its state, and of another one when it is due some time. */
export type IndexName = EventState | 'due'

interface Source {
  readonly sendCommand: (...args: string[]) => Promise<unknown>
  readonly recordKey: (key: string) => string
  readonly index: (name: IndexName) => string
}

/** All but what is kept, which may be large. */
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

/** Members of an index looked at a time. */
const PAGE = 500

/** Due records read at a time. */
const MAX_DUE = 1000

type Wanted = ReturnType<typeof eventQuery>

export function redisRecords({ sendCommand, recordKey, index }: Source) {
  const read = async (key: string, fields: readonly string[] = FIELDS): Promise<EventRecord | null> =>
    eventRecord(key, await sendCommand('HMGET', recordKey(key), ...fields))

  const readAll = async (members: readonly string[]): Promise<EventRecord[]> => {
    const keys = members.map(keyOf).filter((key) => !isHidden(key))
    const records = await Promise.all(keys.map((key) => read(key)))
    return records.filter((record) => record !== null)
  }

  /** Newest first. An index may still name records that have expired, so it is read until there are enough. */
  const listOne = async (state: EventState, { limit, before, orderId }: Wanted): Promise<EventRecord[]> => {
    const listed: EventRecord[] = []
    for (let offset = 0; listed.length < limit; offset += PAGE) {
      const newest = before === undefined ? '+inf' : String(before.at)
      const members = texts(
        await sendCommand('ZREVRANGEBYSCORE', index(state), newest, '-inf', 'LIMIT', String(offset), String(PAGE)),
      )
      const records = await readAll(members)
      const isWanted = (record: EventRecord) =>
        record.state === state && isBehind(record, before) && isAbout(record, orderId)
      listed.push(...records.filter(isWanted))
      if (members.length < PAGE) break
    }
    return listed.slice(0, limit)
  }

  /** By Redis's own clock. Taken at once: those that are run leave the list. */
  const listDue = async ({ state, limit, before, orderId }: Wanted): Promise<EventRecord[]> => {
    const [seconds, microseconds] = texts(await sendCommand('TIME')) as [string, string]
    const now = Number(seconds) * 1000 + Math.floor(Number(microseconds) / 1000)
    const range = ['-inf', String(now), 'LIMIT', '0', String(MAX_DUE)]
    const records = await readAll(texts(await sendCommand('ZRANGEBYSCORE', index('due'), ...range)))
    const isWanted = (record: EventRecord) =>
      (state === undefined || record.state === state) && isBehind(record, before) && isAbout(record, orderId)
    return records.filter(isWanted).sort(newestFirst).slice(0, limit)
  }

  const findByEventId = async (eventId: string): Promise<EventRecord | null> => {
    for (const state of STATES) {
      const members: string[] = []
      for await (const page of membersOf(sendCommand, index(state), `* ${literalGlob(eventId)}`)) members.push(...page)
      const [newest] = (await readAll(members)).sort(newestFirst)
      if (newest !== undefined) return read(newest.key, WHOLE_RECORD)
    }
    return null
  }

  return {
    async list(query: EventQuery): Promise<EventRecord[]> {
      const wanted = eventQuery(query)
      const { state, limit, due } = wanted
      if (due === true) return listDue(wanted)
      const lists = await Promise.all((state === undefined ? STATES : [state]).map((one) => listOne(one, wanted)))
      return lists.flat().sort(newestFirst).slice(0, limit)
    },

    async get(id: string): Promise<EventRecord | null> {
      return (await read(id, WHOLE_RECORD)) ?? (await findByEventId(storedText(id)))
    },
  }
}

/** The members of an index that match, a page at a time: one that is removed on the way moves no other. */
export async function* membersOf(
  sendCommand: Source['sendCommand'],
  name: string,
  pattern = '*',
): AsyncGenerator<string[]> {
  let cursor = '0'
  do {
    const scan = ['ZSCAN', name, cursor, 'MATCH', pattern, 'COUNT', String(PAGE)]
    const [next, found] = (await sendCommand(...scan)) as [unknown, unknown]
    cursor = String(next)
    const members = texts(found).filter((_, at) => at % 2 === 0)
    if (members.length > 0) yield members
  } while (cursor !== '0')
}

/** Members of an index are the key and, behind a space, the readable id. */
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

/** The first version did not say so in the record. */
function isDelivery(state: string): boolean {
  return state === 'quarantined' || state === 'replay_requested'
}

function newestFirst(a: EventRecord, b: EventRecord): number {
  return compare(b.createdAt, a.createdAt) || compare(b.key, a.key)
}

function isBehind({ createdAt, key }: EventRecord, before: { at: number; key: string } | undefined): boolean {
  if (before === undefined) return true
  const at = Date.parse(createdAt)
  return at < before.at || (at === before.at && key < before.key)
}

function isAbout(record: EventRecord, orderId: string | undefined): boolean {
  return orderId === undefined || record.orderId === storedText(orderId)
}

function compare(a: string, b: string): number {
  if (a === b) return 0
  return a < b ? -1 : 1
}

export function texts(reply: unknown): string[] {
  return (reply as unknown[]).map(String)
}

function literalGlob(text: string): string {
  return text.replace(/[\\*?[\]^-]/g, '\\$&')
}
