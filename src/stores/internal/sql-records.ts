/** Reads SQL records for the operator, and for the shop that runs them again. */
import type { EventCounts, EventQuery, EventRecord, EventState, KeptEvent } from '../../store.js'
import { eventQuery, TEXT_CONDITIONS, type TextCondition } from './event-query.js'
import { failedRuns } from './failed-runs.js'
import { STATES } from './options.js'

const RECORD_COLUMNS =
  'key, state, event_id, event_type, provider, account, order_id, payment_id, amount, attempt, last_error, failed_runs, code, kept_as, due_at, created_at, updated_at'

/** The same columns and the kept data. */
export const WHOLE_RECORD = `${RECORD_COLUMNS}, body, headers`

const TEXT_COLUMNS: Readonly<Record<TextCondition, string>> = {
  orderId: 'order_id',
  paymentId: 'payment_id',
  eventId: 'event_id',
  provider: 'provider',
  account: 'account',
}

/** Each of these names has few records, even if its provider has many. */
const NAMES: readonly TextCondition[] = ['orderId', 'paymentId', 'eventId']

/**
 * An expression has no index. Without statistics, SQLite would choose the index that gives the order, and read all
 * events of a provider to find the one of an order.
 */
const NARROWED_BY_PROVIDER = `provider || '' = ?`

/** Leaves out the records of health checks. */
const VISIBLE = `key NOT LIKE '~%'`

export function listStatement(table: string, now: string, query: EventQuery) {
  const { state, texts, since, until, due, limit, before } = eventQuery(query)
  const conditions = [VISIBLE]
  const values: (string | number)[] = []
  const compare = (condition: string, ...compared: (string | number)[]) => {
    conditions.push(condition)
    values.push(...compared)
  }
  if (state !== undefined) conditions.push(inState(state))
  if (due === true) conditions.push(`due_at <= ${now}`)
  const isOpen = state !== undefined && state !== 'done'
  const hasNarrower = due === true || isOpen || NAMES.some((name) => texts[name] !== undefined)
  for (const name of TEXT_CONDITIONS) {
    const text = texts[name]
    if (text === undefined) continue
    const isWide = name === 'provider' && hasNarrower
    compare(isWide ? NARROWED_BY_PROVIDER : `${TEXT_COLUMNS[name]} = ?`, text)
  }
  if (since !== undefined) compare('created_at >= ?', since)
  if (until !== undefined) compare('created_at < ?', until)
  if (before !== undefined) compare('(created_at, key) < (?, ?)', before.at, before.key)
  return {
    text: `SELECT ${RECORD_COLUMNS} FROM ${table} WHERE ${conditions.join(' AND ')} ORDER BY created_at DESC, key DESC LIMIT ?`,
    values: [...values, limit],
  }
}

/** The ORDER BY makes each count read an index; the LIMIT bounds its rows. */
export function countStatement(table: string, upTo: number) {
  const one = (state: EventState) =>
    `SELECT '${state}' AS state, COUNT(*) AS records FROM (SELECT 1 FROM ${table} WHERE ${VISIBLE} AND ${inState(state)} ORDER BY created_at DESC LIMIT ?) AS ${state}_records`
  return { text: STATES.map(one).join(' UNION ALL '), values: STATES.map(() => upTo) }
}

export function eventCounts(rows: readonly unknown[]): EventCounts {
  const counted = rows as readonly { readonly state: EventState; readonly records: string | number }[]
  return Object.fromEntries(counted.map(({ state, records }) => [state, Number(records)])) as Record<EventState, number>
}

/**
 * The state is part of the text, so that a partial index over it can be used. SQLite needs the condition spelled out.
 */
function inState(state: EventState): string {
  return state === 'done' ? `state = 'done'` : `state = '${state}' AND state <> 'done'`
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
