/** The statements that SQLite and Postgres share, with `?` for values. Times are milliseconds by the database's own clock. */
import type {
  ClaimRequest,
  ClaimResult,
  ClaimEnding,
  EventQuery,
  EventRecord,
  EventState,
  QuarantinedDelivery,
} from '../../store.js'
import { eventQuery } from './options.js'
import { PRUNE_SLICE } from './pruning.js'
import { storedText } from './stored-text.js'

export interface SqlDialect {
  /** Already safe to stand in a statement. */
  readonly table: string
  /** An expression that stays the same within one statement. */
  readonly now: string
  readonly binaryType: string
  /** Row locking for the prune, where the database has it. */
  readonly skipLocked: string
}

/** Every one answers rows: clients differ in what they do with one that does not. */
export interface Statement {
  readonly text: string
  readonly values: readonly (string | number | Buffer | null)[]
}

/** A kept delivery, whether or not its replay was asked for. */
const KEPT = `('quarantined', 'replay_requested')`

const RECORD_COLUMNS = 'key, state, event_id, event_type, provider, attempt, last_error, code, created_at, updated_at'

export type SqlStatements = ReturnType<typeof sqlStatements>

export function sqlStatements({ table, now, binaryType, skipLocked }: SqlDialect) {
  const claimText = claimStatement(table, now)
  const held = `WHERE key = ? AND token = ? AND state = 'processing' RETURNING key`

  return {
    createTable: `CREATE TABLE IF NOT EXISTS ${table} (
      key TEXT PRIMARY KEY,
      state TEXT NOT NULL,
      token TEXT NOT NULL,
      attempt BIGINT NOT NULL,
      deferrals BIGINT NOT NULL DEFAULT 0,
      content_hash TEXT NOT NULL,
      lease_until BIGINT NOT NULL,
      retain_ms BIGINT NOT NULL,
      expires_at BIGINT,
      event_id TEXT,
      event_type TEXT,
      provider TEXT NOT NULL,
      last_error TEXT,
      code TEXT,
      body ${binaryType},
      created_at BIGINT NOT NULL,
      updated_at BIGINT NOT NULL
    )`,

    /** Fails when a table of this name exists and is not ours. */
    probe: `SELECT ${RECORD_COLUMNS}, token, deferrals, content_hash, lease_until, retain_ms, expires_at, body FROM ${table} LIMIT 0`,

    claim: ({ key, token, contentHash, leaseMs, retainMs, eventId, eventType, provider }: ClaimRequest): Statement => ({
      text: claimText,
      values: [
        key,
        token,
        contentHash,
        leaseMs,
        retainMs,
        leaseMs + retainMs,
        storedText(eventId),
        storedText(eventType),
        storedText(provider),
      ],
    }),

    complete: (key: string, token: string): Statement => ({
      text: `UPDATE ${table} SET state = 'done', token = '', lease_until = ${now}, expires_at = ${now} + retain_ms, updated_at = ${now} ${held}`,
      values: [key, token],
    }),

    release: (key: string, token: string, lastError: string, ending: ClaimEnding): Statement => ({
      text: `UPDATE ${table} SET state = 'failed', token = '', attempt = attempt${ending === 'unused' ? ' - 1' : ''}, deferrals = deferrals${ending === 'deferred' ? ' + 1' : ''}, lease_until = ${now}, expires_at = ${now} + retain_ms, last_error = ?, updated_at = ${now} ${held}`,
      values: [storedText(lastError), key, token],
    }),

    extend: (key: string, token: string, leaseMs: number): Statement => ({
      text: `UPDATE ${table} SET lease_until = ${now} + ?, expires_at = ${now} + ? + retain_ms, updated_at = ${now} ${held}`,
      values: [leaseMs, leaseMs, key, token],
    }),

    /** What `release` leaves behind, for a claim whose own row was rolled back. */
    recordFailure: (
      request: ClaimRequest,
      { attempt, deferrals }: { readonly attempt: number; readonly deferrals: number },
      lastError: string,
    ): Statement => ({
      text: `INSERT INTO ${table} AS e (key, state, token, attempt, deferrals, content_hash, lease_until, retain_ms, expires_at, event_id, event_type, provider, last_error, created_at, updated_at)
        VALUES (?, 'failed', '', ?, ?, ?, ${now}, ?, ${now} + ?, ?, ?, ?, ?, ${now}, ${now})
        ON CONFLICT (key) DO UPDATE SET state = 'failed', token = '', attempt = excluded.attempt, deferrals = excluded.deferrals, content_hash = excluded.content_hash,
          lease_until = excluded.lease_until, retain_ms = excluded.retain_ms, expires_at = excluded.expires_at, last_error = excluded.last_error, updated_at = excluded.updated_at
        WHERE e.expires_at <= ${now} OR (e.state <> 'done' AND e.attempt < excluded.attempt) OR (e.state = 'processing' AND e.lease_until <= ${now})
        RETURNING key`,
      values: [
        request.key,
        attempt,
        deferrals,
        request.contentHash,
        request.retainMs,
        request.retainMs,
        storedText(request.eventId),
        storedText(request.eventType),
        storedText(request.provider),
        storedText(lastError),
      ],
    }),

    quarantine: ({ key, provider, eventId, code, message, body }: QuarantinedDelivery): Statement => ({
      text: `INSERT INTO ${table} AS e (key, state, token, attempt, content_hash, lease_until, retain_ms, event_id, provider, code, last_error, body, created_at, updated_at)
        VALUES (?, 'quarantined', '', 1, '', 0, 0, ?, ?, ?, ?, ?, ${now}, ${now})
        ON CONFLICT (key) DO UPDATE SET state = 'quarantined', attempt = e.attempt + 1, code = CASE WHEN e.code = 'ID_CONFLICT' THEN e.code ELSE excluded.code END, last_error = excluded.last_error, updated_at = excluded.updated_at
        WHERE e.state IN ${KEPT}
        RETURNING key`,
      values: [
        key,
        eventId === null ? null : storedText(eventId),
        storedText(provider),
        code,
        storedText(message),
        body,
      ],
    }),

    list(query: EventQuery): Statement {
      const { state, limit, before } = eventQuery(query)
      // Health checks leave records of their own.
      const conditions = [`key NOT LIKE '~%'`]
      // The state stands in the text, so that a partial index over it can be used. SQLite has to be told that it can.
      if (state !== undefined) conditions.push(`state = '${state}'`)
      if (state !== undefined && state !== 'done') conditions.push(`state <> 'done'`)
      if (before !== undefined) conditions.push('(created_at, key) < (?, ?)')
      return {
        text: `SELECT ${RECORD_COLUMNS} FROM ${table} WHERE ${conditions.join(' AND ')} ORDER BY created_at DESC, key DESC LIMIT ?`,
        values: before === undefined ? [limit] : [before.at, before.key, limit],
      }
    },

    get: (id: string): Statement => ({
      text: `SELECT ${RECORD_COLUMNS}, body FROM ${table} WHERE key = ? OR event_id = ?
        ORDER BY CASE WHEN key = ? THEN 0 WHEN state IN ${KEPT} THEN 2 ELSE 1 END, created_at DESC LIMIT 1`,
      values: [storedText(id), storedText(id), storedText(id)],
    }),

    replay: (key: string): Statement => ({
      text: `UPDATE ${table} SET state = 'replay_requested', updated_at = ${now} WHERE key = ? AND state IN ${KEPT} RETURNING key`,
      values: [storedText(key)],
    }),

    removeQuarantined: (key: string): Statement => ({
      text: `DELETE FROM ${table} WHERE key = ? AND state IN ${KEPT} RETURNING key`,
      values: [storedText(key)],
    }),

    prune: {
      text: `DELETE FROM ${table} WHERE key IN (SELECT key FROM ${table} WHERE expires_at <= ${now} LIMIT ${PRUNE_SLICE} ${skipLocked}) RETURNING key`,
      values: [],
    } as Statement,
  }
}

/**
 * One statement that either inserts, takes over, or changes nothing, and in every case answers what stands
 * there now: two statements would leave a gap for somebody else.
 */
function claimStatement(table: string, now: string): string {
  const expired = `e.expires_at <= ${now}`
  const takenOver = `e.content_hash = excluded.content_hash AND e.token <> excluded.token AND (e.state = 'failed' OR (e.state = 'processing' AND e.lease_until <= ${now}))`
  const repeated = `e.content_hash = excluded.content_hash AND e.token = excluded.token AND e.state = 'processing'`
  const set = (column: string, condition: string, value = `excluded.${column}`) =>
    `${column} = CASE WHEN ${condition} THEN ${value} ELSE e.${column} END`
  const won = `(${expired}) OR (${takenOver})`
  const wonAgain = `${won} OR (${repeated})`
  return `INSERT INTO ${table} AS e (key, state, token, attempt, content_hash, lease_until, retain_ms, expires_at, event_id, event_type, provider, created_at, updated_at)
    VALUES (?, 'processing', ?, 1, ?, ${now} + ?, ?, ${now} + ?, ?, ?, ?, ${now}, ${now})
    ON CONFLICT (key) DO UPDATE SET
      ${set('state', won)},
      ${set('token', won)},
      attempt = CASE WHEN ${expired} THEN 1 WHEN ${takenOver} THEN e.attempt + 1 ELSE e.attempt END,
      ${set('deferrals', expired, '0')},
      ${set('content_hash', expired)},
      ${set('lease_until', wonAgain)},
      ${set('retain_ms', wonAgain)},
      ${set('expires_at', wonAgain)},
      ${set('event_type', expired)},
      ${set('last_error', expired, 'NULL')},
      ${set('created_at', expired)},
      ${set('updated_at', wonAgain)}
    RETURNING state, token, attempt, deferrals, content_hash`
}

/** Won means: it is being processed and the token is ours. */
export function claimResult(row: unknown, { token, contentHash }: ClaimRequest): ClaimResult {
  const found = row as { state: EventState; token: string; content_hash: string } & Record<string, number | string>
  if (found.content_hash !== contentHash) return { state: 'conflict' }
  if (found.state === 'done') return { state: 'done' }
  if (found.state === 'processing' && found.token === token)
    return {
      state: 'claimed',
      attempt: Number(found['attempt']),
      deferrals: Number(found['deferrals']),
      tx: undefined,
    }
  return { state: 'busy' }
}

export function eventRecord(row: unknown): EventRecord {
  const found = row as Record<string, string | null>
  const body = found['body'] as Uint8Array | null | undefined
  return {
    key: found['key']!,
    state: found['state'] as EventState,
    eventId: found['event_id']!,
    eventType: found['event_type']!,
    provider: found['provider']!,
    attempts: Number(found['attempt']),
    lastError: found['last_error']!,
    code: found['code']!,
    createdAt: new Date(Number(found['created_at'])).toISOString(),
    updatedAt: new Date(Number(found['updated_at'])).toISOString(),
    body: body == null ? null : Buffer.from(body),
    headers: null,
  }
}
