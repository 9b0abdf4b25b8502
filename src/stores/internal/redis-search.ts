/**
 * Finds records by order, payment, event id and provider. One sorted set has a member for each of these names of a
 * record. All members have the same score, so that Redis sorts them by their bytes:
 *
 *     <kind and digest of the name> <creation time, in 13 digits of milliseconds> <key>
 *
 * A range of it lists the records about one order by time. A member may outlive its record; `tidy` removes it later.
 */
import { createHash } from 'node:crypto'
import { isHidden } from '../../lib/take-store-path.js'
import type { Wanted } from './event-query.js'
import { PRUNE_SLICE } from './pruning.js'
import type { RedisScript } from './redis-script.js'
import { SCRIPTS } from './redis-scripts.js'
import { storedText } from './stored-text.js'

/** In this order: event ids have the fewest records. */
const KINDS = { eventId: 'e', paymentId: 'p', orderId: 'o', provider: 'v' } as const

type Kind = keyof typeof KINDS

/** Short enough for a member to fit into 80 bytes. If two names share a digest, their records tell them apart. */
const DIGEST_LENGTH = 11

/** The last time with thirteen digits of milliseconds, in the year 2286. */
const LATEST = 9_999_999_999_999

/** Members read at a time. */
const PAGE = 500

export interface Found {
  readonly key: string
  /**
   * Creation time of the record that this is about, in milliseconds since 1970. A newer record under its key is another
   * one.
   */
  readonly createdAt: number
}

/** The names of a record, for the scripts that write it. Records of health checks have none. */
export function namesOf(key: string, facts: Readonly<Partial<Record<Kind, string | null>>>): string {
  if (isHidden(key)) return ''
  const kinds = Object.keys(KINDS) as Kind[]
  return kinds.flatMap((kind) => (facts[kind] == null ? [] : [nameOf(kind, facts[kind])])).join(' ')
}

/** The name by which a query finds the fewest records. Undefined if it contains none, or if its state has fewer. */
export function nameWanted({ texts, state }: Pick<Wanted, 'texts' | 'state'>): string | undefined {
  const kind = (Object.keys(KINDS) as Kind[]).find((one) => texts[one] !== undefined)
  const isFewer = kind === 'provider' && state !== undefined && state !== 'done'
  return kind === undefined || isFewer ? undefined : nameOf(kind, texts[kind]!)
}

export function nameOf(kind: Kind, text: string): string {
  return KINDS[kind] + createHash('sha256').update(storedText(text)).digest('base64url').slice(0, DIGEST_LENGTH)
}

interface Place {
  readonly sendCommand: (...args: string[]) => Promise<unknown>
  readonly run: (script: RedisScript, keys: string[], args: string[]) => Promise<unknown>
  readonly recordKey: (key: string) => string
  /** The sorted set. */
  readonly search: string
}

export type RedisSearch = ReturnType<typeof redisSearch>

export function redisSearch({ sendCommand, run, recordKey, search }: Place) {
  return {
    /** Newest first, a page at a time. */
    async *find(name: string, wanted: Partial<Pick<Wanted, 'since' | 'until' | 'before'>> = {}) {
      const { since, until, before } = wanted
      const first = since === undefined ? `[${name} ` : `[${name} ${digits(since)}`
      // The exclamation mark sorts directly after the space.
      let last = until === undefined ? `(${name}!` : `(${name} ${digits(until)}`
      if (before !== undefined) last = `(${name} ${digits(before.at)} ${before.key}`
      for (;;) {
        const range = await sendCommand('ZREVRANGEBYLEX', search, last, first, 'LIMIT', '0', String(PAGE))
        const members = (range as unknown[]).map(String)
        if (members.length > 0) yield members.map(foundIn)
        if (members.length < PAGE) return
        last = `(${members.at(-1)}`
      }
    },

    /** Adds the names of records that were written without them. */
    async add(keys: readonly string[]): Promise<void> {
      await Promise.all(
        keys.map(async (key) => {
          const facts = await sendCommand('HMGET', recordKey(key), 'event_id', 'payment_id', 'order_id', 'provider')
          const [eventId = null, paymentId = null, orderId = null, provider = null] = facts as (string | null)[]
          await run(
            SCRIPTS.nameOne,
            [recordKey(key), search],
            [key, namesOf(key, { eventId, paymentId, orderId, provider })],
          )
        }),
      )
    },

    /**
     * Removes members whose records are gone from a slice at a random place, so that processes need no coordination.
     * Returns how many it removed.
     */
    async tidy(): Promise<number> {
      const behind = Number(await sendCommand('ZCARD', search)) - PRUNE_SLICE
      const from = Math.floor(Math.random() * (Math.max(0, behind) + 1))
      const slice = await sendCommand('ZRANGE', search, String(from), String(from + PRUNE_SLICE - 1))
      const members = (slice as unknown[]).map(String)
      if (members.length === 0) return 0
      const keys = members.map((member) => recordKey(foundIn(member).key))
      return Number(await run(SCRIPTS.forgetNames, [search, ...keys], members))
    },
  }
}

function foundIn(member: string): Found {
  const [, createdAt, ...key] = member.split(' ')
  return { key: key.join(' '), createdAt: Number(createdAt) }
}

function digits(ms: number): string {
  return String(Math.min(Math.max(0, ms), LATEST)).padStart(13, '0')
}
