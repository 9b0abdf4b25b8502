/** Reading Redis records back for the operator. */
import type { EventQuery, EventRecord, EventState } from '../../store.js'
import { eventQuery, STATES } from './options.js'
import { storedText } from './stored-text.js'
import { isHidden } from '../../lib/take-store-path.js'

interface Source {
  readonly sendCommand: (...args: string[]) => Promise<unknown>
  readonly recordKey: (key: string) => string
  readonly index: (state: EventState) => string
}

/** All but the body, which may be large. */
const FIELDS = [
  'state',
  'event_id',
  'event_type',
  'provider',
  'attempt',
  'last_error',
  'code',
  'created_at',
  'updated_at',
] as const

/** Members of an index looked at a time. */
const PAGE = 500

export function redisRecords({ sendCommand, recordKey, index }: Source) {
  const read = async (key: string, ...more: 'body'[]): Promise<EventRecord | null> =>
    eventRecord(key, await sendCommand('HMGET', recordKey(key), ...FIELDS, ...more))

  const readAll = async (members: readonly string[]): Promise<EventRecord[]> => {
    const keys = members.map(keyOf).filter((key) => !isHidden(key))
    const records = await Promise.all(keys.map((key) => read(key)))
    return records.filter((record) => record !== null)
  }

  /** Newest first. An index may still name records that have expired, so it is read until there are enough. */
  const listOne = async (
    state: EventState,
    limit: number,
    before: { at: number; key: string } | undefined,
  ): Promise<EventRecord[]> => {
    const listed: EventRecord[] = []
    for (let offset = 0; listed.length < limit; offset += PAGE) {
      const newest = before === undefined ? '+inf' : String(before.at)
      const members = texts(
        await sendCommand('ZREVRANGEBYSCORE', index(state), newest, '-inf', 'LIMIT', String(offset), String(PAGE)),
      )
      const records = await readAll(members)
      listed.push(...records.filter((record) => record.state === state && isBehind(record, before)))
      if (members.length < PAGE) break
    }
    return listed.slice(0, limit)
  }

  const findByEventId = async (eventId: string): Promise<EventRecord | null> => {
    for (const state of STATES) {
      const members: string[] = []
      let cursor = '0'
      do {
        const reply = (await sendCommand(
          'ZSCAN',
          index(state),
          cursor,
          'MATCH',
          `* ${literalGlob(eventId)}`,
          'COUNT',
          String(PAGE),
        )) as [unknown, unknown]
        cursor = String(reply[0])
        members.push(...texts(reply[1]).filter((_, at) => at % 2 === 0))
      } while (cursor !== '0')
      const [newest] = (await readAll(members)).sort(newestFirst)
      if (newest !== undefined) return read(newest.key, 'body')
    }
    return null
  }

  return {
    async list(query: EventQuery): Promise<EventRecord[]> {
      const { state, limit, before } = eventQuery(query)
      const lists = await Promise.all(
        (state === undefined ? STATES : [state]).map((one) => listOne(one, limit, before)),
      )
      return lists.flat().sort(newestFirst).slice(0, limit)
    },

    async get(id: string): Promise<EventRecord | null> {
      return (await read(id, 'body')) ?? (await findByEventId(storedText(id)))
    },
  }
}

/** Members of an index are the key and, behind a space, the readable id. */
export function keyOf(member: string): string {
  const space = member.indexOf(' ')
  return space < 0 ? member : member.slice(0, space)
}

function eventRecord(key: string, reply: unknown): EventRecord | null {
  const values = (reply as unknown[]).map((value) => (value === null || value === undefined ? null : String(value)))
  const [state, eventId, eventType, provider, attempt, lastError, code, createdAt, updatedAt, body] = values as [
    string,
    ...(string | null)[],
  ]
  if (state === null) return null
  return {
    key,
    state: state as EventState,
    eventId: eventId ?? null,
    eventType: eventType ?? null,
    provider: provider ?? '',
    attempts: Number(attempt),
    lastError: lastError ?? null,
    code: code ?? null,
    createdAt: new Date(Number(createdAt)).toISOString(),
    updatedAt: new Date(Number(updatedAt)).toISOString(),
    body: body == null ? null : Buffer.from(body, 'base64'),
    headers: null,
  }
}

function newestFirst(a: EventRecord, b: EventRecord): number {
  return compare(b.createdAt, a.createdAt) || compare(b.key, a.key)
}

function isBehind({ createdAt, key }: EventRecord, before: { at: number; key: string } | undefined): boolean {
  if (before === undefined) return true
  const at = Date.parse(createdAt)
  return at < before.at || (at === before.at && key < before.key)
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
