/** The claim as one statement that SQLite and Postgres share. */
import type { ClaimRequest, ClaimResult, EventState } from '../../store.js'
import { storedText } from './stored-text.js'

export interface ClaimDialect {
  readonly table: string
  readonly now: string
  /** Expiry of a record that nobody will deliver again. */
  readonly acceptedUntil: string
}

/** One claim, in the order of `claimValues`. */
const ONE = (now: string) =>
  `VALUES (?, 'processing', ?, 1, ?, ${now} + ?, ?, ?, ${now} + ?, ?, ?, ?, ?, ?, ?, ?, ${now}, ${now})`

/**
 * One statement that inserts, takes over, contests, or changes nothing, and in every case returns the current record.
 * Two statements would leave a gap for another claim.
 *
 * @param contestMs is part of the text, because it is needed in many places and is the same for all claims of a shop
 * @param claims the rows to insert. @default one, of placeholders
 */
export function claimStatement(
  { table, now, acceptedUntil }: ClaimDialect,
  contestMs: number,
  claims = ONE(now),
): string {
  const expired = `e.expires_at <= ${now}`
  const sameContent = 'e.content_hash = excluded.content_hash'
  // A lease that ends later than it can last was written before the clock was set back.
  const lapsed = `(e.lease_until <= ${now} OR e.lease_until > ${now} + e.lease_ms)`
  const abandoned = `${sameContent} AND e.token <> excluded.token AND e.state = 'processing' AND ${lapsed}`
  const free = `${sameContent} AND e.token <> excluded.token AND e.state = 'failed'`
  const takenOver = `(${free}) OR (${abandoned} AND e.contested_at <= ${now} - ${contestMs})`
  const repeated = `${sameContent} AND e.token = excluded.token AND e.state = 'processing'`
  const set = (column: string, condition: string, value = `excluded.${column}`) =>
    `${column} = CASE WHEN ${condition} THEN ${value} ELSE e.${column} END`
  const won = `${expired} OR ${takenOver}`
  const wonAgain = `${won} OR (${repeated})`
  const forgotten = (column: string) => set(column, expired, 'NULL')
  const learned = (column: string) =>
    `${column} = CASE WHEN ${expired} THEN excluded.${column} WHEN ${takenOver} THEN COALESCE(excluded.${column}, e.${column}) ELSE e.${column} END`
  return `INSERT INTO ${table} AS e (key, state, token, attempt, content_hash, lease_until, lease_ms, retain_ms, expires_at, event_id, event_type, provider, account, order_id, payment_id, amount, created_at, updated_at)
    ${claims}
    ON CONFLICT (key) DO UPDATE SET
      ${set('state', won)},
      ${set('token', won)},
      attempt = CASE WHEN ${expired} THEN 1 WHEN ${takenOver} THEN e.attempt + 1 ELSE e.attempt END,
      ${set('content_hash', expired)},
      ${set('lease_until', wonAgain)},
      ${set('lease_ms', wonAgain)},
      contested_at = CASE WHEN ${wonAgain} THEN NULL
        WHEN ${abandoned} AND (e.contested_at IS NULL OR e.contested_at > ${now}) THEN ${now} ELSE e.contested_at END,
      ${set('retain_ms', wonAgain)},
      expires_at = CASE WHEN ${expired} THEN excluded.expires_at WHEN e.accepted_at IS NOT NULL THEN ${acceptedUntil}
        WHEN ${wonAgain} THEN excluded.expires_at ELSE e.expires_at END,
      ${set('event_type', won)},
      ${['account', 'order_id', 'payment_id', 'amount'].map(learned).join(',\n      ')},
      ${['last_error', 'failed_runs', 'code', 'body', 'headers', 'kept_as', 'due_at', 'accepted_at'].map(forgotten).join(',\n      ')},
      ${set('created_at', expired)},
      ${set('updated_at', wonAgain)}
    RETURNING state, token, attempt, content_hash, ${now} - accepted_at AS accepted_for_ms`
}

export function claimValues(request: ClaimRequest): readonly (string | number | null)[] {
  const { key, token, contentHash, leaseMs, retainMs, eventId, eventType, provider, account } = request
  return [
    key,
    token,
    contentHash,
    leaseMs,
    leaseMs,
    retainMs,
    leaseMs + retainMs,
    ...[eventId, eventType, provider, account].map(storedText),
    ...factValues(request),
  ]
}

/** The facts of the event: order, payment, amount. */
export function factValues({ orderId, paymentId, amount }: ClaimRequest): readonly (string | null)[] {
  return [orderId, paymentId, amount].map(storedTextOrNull)
}

export function storedTextOrNull(text: string | null): string | null {
  return text === null ? null : storedText(text)
}

/** A claim is won if the event is being processed and the token is ours. */
export function claimResult(row: unknown, { token, contentHash }: ClaimRequest): ClaimResult {
  const found = row as { state: EventState; token: string; content_hash: string } & Record<
    string,
    number | string | null
  >
  if (found.content_hash !== contentHash) return { state: 'conflict' }
  if (found.state === 'done') return { state: 'done' }
  if (found.state !== 'processing' || found.token !== token) return { state: 'busy' }
  const acceptedForMs = found['accepted_for_ms'] ?? null
  return {
    state: 'claimed',
    attempt: Number(found['attempt']),
    acceptedForMs: acceptedForMs === null ? null : Number(acceptedForMs),
    tx: undefined,
  }
}
