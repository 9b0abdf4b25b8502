/** Reading SQL records back for the operator, and for the shop that runs them again. */
import type { EventQuery, EventRecord, EventState, KeptEvent } from '../../store.js'
import { failedRuns } from './failed-runs.js'
import { eventQuery } from './options.js'
import { storedText } from './stored-text.js'

const RECORD_COLUMNS =
  'key, state, event_id, event_type, provider, account, order_id, payment_id, amount, attempt, last_error, failed_runs, code, kept_as, due_at, created_at, updated_at'

/** The same with what is kept. */
export const WHOLE_RECORD = `${RECORD_COLUMNS}, body, headers`

export function listStatement(table: string, now: string, query: EventQuery) {
  const { state, orderId, due, limit, before } = eventQuery(query)
  // Health checks leave records of their own.
  const conditions = [`key NOT LIKE '~%'`]
  const values: (string | number)[] = []
  // The state stands in the text, so that a partial index over it can be used. SQLite has to be told that it can.
  if (state !== undefined) conditions.push(`state = '${state}'`)
  if (state !== undefined && state !== 'done') conditions.push(`state <> 'done'`)
  if (due === true) conditions.push(`due_at <= ${now}`)
  if (orderId !== undefined) {
    conditions.push('order_id = ?')
    values.push(storedText(orderId))
  }
  if (before !== undefined) {
    conditions.push('(created_at, key) < (?, ?)')
    values.push(before.at, before.key)
  }
  return {
    text: `SELECT ${RECORD_COLUMNS} FROM ${table} WHERE ${conditions.join(' AND ')} ORDER BY created_at DESC, key DESC LIMIT ?`,
    values: [...values, limit],
  }
}

export function eventRecord(row: unknown): EventRecord {
  const found = row as Record<string, string | number | Uint8Array | null>
  const text = (column: string) => (found[column] ?? null) as string | null
  const time = (column: string) => new Date(Number(found[column])).toISOString()
  const body = (found['body'] ?? null) as Uint8Array | null
  const headers = text('headers')
  return {
    key: text('key')!,
    state: text('state') as EventState,
    eventId: text('event_id'),
    eventType: text('event_type'),
    provider: text('provider')!,
    account: text('account'),
    orderId: text('order_id'),
    paymentId: text('payment_id'),
    amount: text('amount'),
    attempts: Number(found['attempt']),
    lastError: text('last_error'),
    failedRuns: failedRuns(text('failed_runs')),
    code: text('code'),
    keptAs: text('kept_as') as KeptEvent['form'] | null,
    dueAt: found['due_at'] == null ? null : time('due_at'),
    createdAt: time('created_at'),
    updatedAt: time('updated_at'),
    body: body === null ? null : Buffer.from(body),
    headers: headers === null ? null : (JSON.parse(headers) as Record<string, string>),
  }
}
