/**
 * The statements that SQLite and Postgres share, with `?` for values. Times are milliseconds by the database's own
 * clock.
 */
import type { ClaimEnding, ClaimRequest, EventQuery, KeptEvent, QuarantinedDelivery } from '../../store.js'
import { DISMISSED } from '../../lib/dismissed.js'
import { MAX_RUNS_LENGTH, runLine } from './failed-runs.js'
import { PRUNE_SLICE } from './pruning.js'
import { claimStatement, claimValues, factValues, storedTextOrNull } from './sql-claim.js'
import { countStatement, listStatement, WHOLE_RECORD } from './sql-records.js'
import { storedText } from './stored-text.js'

export interface SqlDialect {
  /** Already quoted for use in a statement. */
  readonly table: string
  /** An expression that stays the same within one statement. */
  readonly now: string
  /** Skips rows that others have locked, if the database locks rows. */
  readonly skipLocked: string
  /** How long kept data stays, in milliseconds; undefined means until somebody removes it. */
  readonly keepForMs: number | undefined
}

/** Every statement returns rows, because clients handle statements without rows differently. */
export interface Statement<Value = string | number | Buffer | null> {
  readonly text: string
  readonly values: readonly Value[]
}

/** A kept delivery, with or without a requested replay. */
const KEPT = `('quarantined', 'replay_requested')`

const NOTHING_KEPT = 'body = NULL, headers = NULL, kept_as = NULL, due_at = NULL, accepted_at = NULL'

export type SqlStatements = ReturnType<typeof sqlStatements>

export function sqlStatements({ table, now, skipLocked, keepForMs }: SqlDialect) {
  const keptUntil = keepForMs === undefined ? 'NULL' : `${now} + ${keepForMs}`
  const claimTexts = new Map<number, string>()
  const claimText = (contestMs: number, claims?: string) =>
    claimStatement({ table, now, acceptedUntil: keptUntil }, contestMs, claims)
  const done = `state = 'done', token = '', lease_until = ${now}, contested_at = NULL, expires_at = ${now} + retain_ms, ${NOTHING_KEPT}, updated_at = ${now}`
  const held = `WHERE key = ? AND token = ? AND state = 'processing' RETURNING key`
  const expiry = (accepted: string, otherwise: string) =>
    `CASE WHEN ${accepted} IS NULL THEN ${otherwise} ELSE ${keptUntil} END`

  return {
    /** Fails if a table of this name exists and is not ours. */
    probe: `SELECT ${WHOLE_RECORD}, token, content_hash, lease_until, lease_ms, contested_at, retain_ms, expires_at, accepted_at FROM ${table} LIMIT 0`,

    claim(request: ClaimRequest): Statement {
      const { contestMs } = request
      let text = claimTexts.get(contestMs)
      if (text === undefined) {
        text = claimText(contestMs)
        claimTexts.set(contestMs, text)
      }
      return { text, values: claimValues(request) }
    },

    /** The claim with other rows to insert than one row of placeholders. */
    claimText,

    complete: (key: string, token: string): Statement => ({
      text: `UPDATE ${table} SET ${done} ${held}`,
      values: [key, token],
    }),

    /** The columns that completing sets. */
    done,

    release(key: string, token: string, lastError: string, ending: ClaimEnding, kept?: KeptEvent): Statement {
      const accepted = kept?.isAccepted === true ? `COALESCE(accepted_at, ${now})` : 'accepted_at'
      const run = `substr(${now} || ' ' || attempt || ' ' || CAST(? AS TEXT) || COALESCE(failed_runs, ''), 1, ${MAX_RUNS_LENGTH})`
      const changes = [
        ...(ending === 'unused' ? ['attempt = attempt - 1'] : [`failed_runs = ${run}`]),
        ...(kept === undefined ? [] : [`body = ?, headers = ?, kept_as = ?, due_at = ${now} + CAST(? AS BIGINT)`]),
      ].join(', ')
      return {
        text: `UPDATE ${table} SET state = 'failed', token = '', lease_until = ${now}, contested_at = NULL, ${changes}, accepted_at = ${accepted}, expires_at = ${expiry(accepted, `${now} + retain_ms`)}, last_error = ?, updated_at = ${now} ${held}`,
        values: [
          ...(ending === 'unused' ? [] : [runLine(ending, lastError)]),
          ...(kept === undefined ? [] : keptValues(kept)),
          storedText(lastError),
          key,
          token,
        ],
      }
    },

    extend: (key: string, token: string, leaseMs: number): Statement => ({
      text: `UPDATE ${table} SET lease_until = ${now} + ?, lease_ms = ?, contested_at = NULL, expires_at = ${expiry('accepted_at', `${now} + CAST(? AS BIGINT) + retain_ms`)}, updated_at = ${now} ${held}`,
      values: [leaseMs, leaseMs, leaseMs, key, token],
    }),

    /**
     * Records a failure as `release` does, for a claim whose own row was rolled back. With `isLocked`, the claim still
     * holds the event's lock. Its failure then replaces that of a claim which lost the lock in the same attempt and
     * waited for the row.
     */
    recordFailure(
      request: ClaimRequest,
      attempt: number,
      lastError: string,
      ending: ClaimEnding = 'failed',
      kept?: KeptEvent,
      isLocked = false,
    ): Statement {
      const { key, contentHash, leaseMs, retainMs, eventId, eventType, provider, account } = request
      const isAccepted = kept?.isAccepted === true
      // Nothing is kept of a record that has expired: its content may have been different.
      const expired = `e.expires_at <= ${now}`
      const newest = (column: string, isNewer = `excluded.${column} IS NOT NULL`) =>
        `CASE WHEN ${expired} OR ${isNewer} THEN excluded.${column} ELSE e.${column} END`
      const learned = (column: string) => `${column} = ${newest(column)}`
      const ofKept = (column: string) => `${column} = ${newest(column, 'excluded.kept_as IS NOT NULL')}`
      const accepted = newest('accepted_at', 'e.accepted_at IS NULL')
      return {
        text: `INSERT INTO ${table} AS e (key, state, token, attempt, content_hash, lease_until, lease_ms, retain_ms, expires_at, event_id, event_type, provider, account, order_id, payment_id, amount, last_error, failed_runs, body, headers, kept_as, due_at, accepted_at, created_at, updated_at)
          VALUES (?, 'failed', '', ?, ?, ${now}, ?, ?, ${isAccepted ? keptUntil : `${now} + CAST(? AS BIGINT)`}, ?, ?, ?, ?, ?, ?, ?, ?, ${now} || ' ' || CAST(? AS TEXT), ?, ?, ?, ${now} + CAST(? AS BIGINT), ${isAccepted ? now : 'NULL'}, ${now}, ${now})
          ON CONFLICT (key) DO UPDATE SET state = 'failed', token = '', attempt = excluded.attempt, content_hash = excluded.content_hash,
            lease_until = excluded.lease_until, lease_ms = excluded.lease_ms, contested_at = NULL, retain_ms = excluded.retain_ms,
            event_type = excluded.event_type, ${['account', 'order_id', 'payment_id', 'amount'].map(learned).join(', ')},
            expires_at = ${expiry(accepted, 'excluded.expires_at')}, last_error = excluded.last_error,
            failed_runs = substr(excluded.failed_runs || CASE WHEN ${expired} THEN '' ELSE COALESCE(e.failed_runs, '') END, 1, ${MAX_RUNS_LENGTH}),
            ${['body', 'headers', 'due_at', 'kept_as'].map(ofKept).join(', ')}, accepted_at = ${accepted},
            code = CASE WHEN ${expired} THEN NULL ELSE e.code END, created_at = CASE WHEN ${expired} THEN excluded.created_at ELSE e.created_at END, updated_at = excluded.updated_at
          WHERE ${expired} OR (e.state <> 'done' AND e.attempt < excluded.attempt)${isLocked ? ` OR (e.state = 'failed' AND e.attempt = excluded.attempt)` : ''}
          RETURNING key`,
        values: [
          key,
          attempt,
          contentHash,
          leaseMs,
          retainMs,
          ...(isAccepted ? [] : [retainMs]),
          ...[eventId, eventType, provider, account].map(storedText),
          ...factValues(request),
          storedText(lastError),
          `${attempt} ${runLine(ending, lastError)}`,
          ...(kept === undefined ? [null, null, null, null] : keptValues(kept)),
        ],
      }
    },

    quarantine: (delivery: QuarantinedDelivery): Statement => ({
      text: `INSERT INTO ${table} AS e (key, state, token, attempt, content_hash, lease_until, retain_ms, expires_at, event_id, order_id, provider, account, code, last_error, body, headers, kept_as, created_at, updated_at)
        VALUES (?, 'quarantined', '', 1, '', 0, 0, ${keptUntil}, ?, ?, ?, ?, ?, ?, ?, ?, 'delivery', ${now}, ${now})
        ON CONFLICT (key) DO UPDATE SET state = 'quarantined', attempt = e.attempt + 1, code = CASE WHEN e.code = 'ID_CONFLICT' THEN e.code ELSE excluded.code END, last_error = excluded.last_error, due_at = NULL, expires_at = excluded.expires_at, updated_at = excluded.updated_at
        WHERE e.state IN ${KEPT}
        RETURNING key`,
      values: [
        delivery.key,
        storedTextOrNull(delivery.eventId),
        storedTextOrNull(delivery.orderId),
        ...[delivery.provider, delivery.account, delivery.code, delivery.message].map(storedText),
        delivery.body,
        JSON.stringify(delivery.headers),
      ],
    }),

    list: (query: EventQuery): Statement => listStatement(table, now, query),

    count: (upTo: number): Statement => countStatement(table, upTo),

    get: (id: string): Statement => ({
      text: `SELECT ${WHOLE_RECORD} FROM ${table} WHERE key = ? OR event_id = ?
        ORDER BY CASE WHEN key = ? THEN 0 WHEN state IN ${KEPT} THEN 2 ELSE 1 END, created_at DESC LIMIT 1`,
      values: [storedText(id), storedText(id), storedText(id)],
    }),

    replay: (key: string): Statement => ({
      text: `UPDATE ${table} SET state = CASE WHEN state IN ${KEPT} THEN 'replay_requested' ELSE state END, due_at = ${now}, updated_at = ${now} WHERE key = ? AND (kept_as IS NOT NULL OR state IN ${KEPT}) RETURNING key`,
      values: [storedText(key)],
    }),

    /**
     * A locked row is being handled in a transaction. Waiting for it would keep the watcher from all other due events.
     */
    takeDue: (key: string, forMs: number): Statement => ({
      text: `UPDATE ${table} SET due_at = ${now} + ? WHERE key = (SELECT key FROM ${table} WHERE key = ? AND due_at <= ${now} ${skipLocked}) RETURNING ${WHOLE_RECORD}`,
      values: [forMs, storedText(key)],
    }),

    removeQuarantined: (key: string): Statement => ({
      text: `DELETE FROM ${table} WHERE key = ? AND state IN ${KEPT} RETURNING key`,
      values: [storedText(key)],
    }),

    /** The row of a claim in an open transaction is locked, and is skipped. */
    dismiss: (key: string): Statement => ({
      text: `UPDATE ${table} SET ${done}, code = '${DISMISSED}' WHERE key = (SELECT key FROM ${table} WHERE key = ? AND state = 'failed' AND (expires_at IS NULL OR expires_at > ${now}) ${skipLocked}) AND state = 'failed' RETURNING key`,
      values: [storedText(key)],
    }),

    forget: (orderId: string): readonly Statement[] => [
      {
        text: `DELETE FROM ${table} WHERE order_id = ? AND state IN ${KEPT} RETURNING key`,
        values: [storedText(orderId)],
      },
      {
        text: `UPDATE ${table} SET ${NOTHING_KEPT}, last_error = NULL, failed_runs = NULL, expires_at = CASE WHEN accepted_at IS NULL THEN expires_at ELSE ${now} + retain_ms END
          WHERE order_id = ? AND (kept_as IS NOT NULL OR last_error IS NOT NULL OR failed_runs IS NOT NULL) RETURNING key`,
        values: [storedText(orderId)],
      },
    ],

    prune: {
      text: `DELETE FROM ${table} WHERE key IN (SELECT key FROM ${table} WHERE expires_at <= ${now} LIMIT ${PRUNE_SLICE} ${skipLocked}) RETURNING key`,
      values: [],
    } as Statement,
  }
}

function keptValues({ body, headers, form, retryInMs }: KeptEvent): (string | number | Buffer | null)[] {
  return [body, JSON.stringify(headers), form, retryInMs]
}
