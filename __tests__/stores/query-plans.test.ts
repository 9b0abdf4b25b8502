/** Every statement of every SQL store, on a table with many rows, as its database plans it: none reads all rows. */
import { afterAll, expect, test } from '@jest/globals'
import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import Database from 'libsql'
import { Pool } from 'pg'
import type { ClaimResult, DurableStore, EventQuery, KeptEvent } from '../../src/store.js'
import { postgresStore, type PostgresPool } from '../../src/stores/postgres.js'
import { sqliteStore } from '../../src/stores/sqlite.js'
import { claimRequest } from '../support/claim-request.js'
import { describeWith, POSTGRES } from '../support/needs.js'
import { DATABASE_URL } from '../support/services.js'

const ROWS = 20_000

/** Each record has its own order. One in a thousand is open and due, and one in a thousand has expired. */
const FILL = (numbers: string, text: (number: string) => string) => `
  INSERT INTO payment_webhook_events (key, state, token, attempt, content_hash, lease_until, retain_ms, expires_at, event_id, event_type, provider, order_id, payment_id, due_at, created_at, updated_at)
  SELECT ${text('n')}, CASE WHEN n % 1000 = 0 THEN 'failed' WHEN n % 1000 = 1 THEN 'quarantined' ELSE 'done' END, '', 1, 'content', 0, 0,
    CASE WHEN n % 1000 = 2 THEN 1 ELSE 9000000000000 END, 'acme:' || ${text('n')}, 'payment.confirmed', 'acme', 'ORDER-' || ${text('n')}, 'pay-' || ${text('n')}, CASE WHEN n % 1000 = 0 THEN 1 END, n, n FROM ${numbers}`

interface Sent {
  readonly text: string
  readonly values: readonly unknown[]
}

/** The searches of an operator. */
const SEARCHES: readonly EventQuery[] = [
  { orderId: 'ORDER-1' },
  { paymentId: 'pay-1' },
  { eventId: 'acme:1' },
  { provider: 'acme' },
  { provider: 'acme', account: 'eu', since: new Date(19_000) },
  { since: new Date(5000), until: new Date(6000) },
  { orderId: 'ORDER-1', paymentId: 'pay-1', eventId: 'acme:1', provider: 'acme', since: new Date(0) },
]

/** Each search with the one index that leaves few rows to read. Nearly all of these events belong to one provider. */
const BY_INDEX: readonly (readonly [EventQuery, index: string])[] = [
  [{ provider: 'nobody' }, 'provider'],
  [{ provider: 'nobody', state: 'done' }, 'provider'],
  [{ provider: 'nobody', since: new Date(5000), until: new Date(15_000) }, 'provider'],
  [{ provider: 'acme', account: 'eu', state: 'failed', since: new Date(5000) }, 'open'],
  [{ provider: 'acme', orderId: 'ORDER-1', since: new Date(5000), until: new Date(15_000) }, 'order'],
  [{ provider: 'acme', paymentId: 'pay-1' }, 'payment'],
  [{ provider: 'acme', eventId: 'acme:1' }, 'event'],
  [{ provider: 'acme', due: true }, 'due'],
]

const EVENT: Omit<KeptEvent, 'isAccepted'> = { form: 'event', body: Buffer.from('{}'), headers: {}, retryInMs: 1000 }

/** Calls every method of a store. The store's client notes the statements. */
async function useAll(store: DurableStore<any>): Promise<void> {
  const together = [claimRequest(), claimRequest()]
  await Promise.all(together.map(async (request) => store.claim(request)))
  await Promise.all(together.map(async ({ key, token }) => store.complete(key, token)))
  for (const ending of ['complete', 'failed', 'deferred', 'unused', 'kept', 'accepted'] as const) {
    const request = claimRequest()
    const { state }: ClaimResult<unknown> = await store.claim(request)
    expect(state).toBe('claimed')
    await store.extend(request.key, request.token, 1000)
    if (ending === 'complete') await store.complete(request.key, request.token)
    else if (ending === 'kept' || ending === 'accepted')
      await store.release(request.key, request.token, 'why', 'failed', { ...EVENT, isAccepted: ending === 'accepted' })
    else await store.release(request.key, request.token, 'why', ending)
    await store.getEvent(request.eventId)
  }
  const kept = {
    provider: 'acme',
    account: '',
    eventId: null,
    orderId: null,
    code: 'JSON_INVALID',
    message: '',
    body: Buffer.from('{'),
    headers: {},
  }
  await store.quarantine({ key: 'kept', ...kept })
  await store.replay('kept')
  await store.takeDue('kept', 1000)
  await store.listEvents({ due: true })
  const now = new Date()
  for (const query of SEARCHES) {
    await store.listEvents(query)
    await store.listEvents({ ...query, state: 'failed' })
    await store.listEvents({ ...query, before: { key: 'x', createdAt: now.toISOString() } })
  }
  await store.countEvents()
  await store.forget({ orderId: 'ORDER-1' })
  await store.removeQuarantined('kept')
  const states = [undefined, 'processing', 'done', 'failed', 'quarantined', 'replay_requested'] as const
  for (const state of states) {
    const query = { limit: 2, ...(state !== undefined && { state }) }
    const page = await store.listEvents(query)
    await store.listEvents({ ...query, before: page.at(-1) ?? { key: 'x', createdAt: new Date().toISOString() } })
  }
  await store.prune()
}

/** The index of each query, from the plan that `planOf` reads. */
async function indexesOf(
  store: DurableStore<any>,
  sent: Sent[],
  planOf: (one: Sent) => Promise<string>,
): Promise<(readonly [EventQuery, index: string | undefined])[]> {
  const found: (readonly [EventQuery, string | undefined])[] = []
  for (const [query] of BY_INDEX) {
    sent.length = 0
    await store.listEvents(query)
    const listing = sent.find(({ text }) => text.includes('ORDER BY'))!
    found.push([query, /payment_webhook_events_([a-z]+)/.exec(await planOf(listing))?.[1]])
  }
  return found
}

/** Distinct statements on the table, without regard to their values. */
function distinct(sent: readonly Sent[]): Sent[] {
  const known = new Map(sent.map((one) => [one.text.replace(/'[0-9a-f]*', 'hex'/g, ''), one]))
  return [...known.values()].filter(
    ({ text }) => text.includes('payment_webhook_events') && !/CREATE|LIMIT 0/.test(text),
  )
}

/** One pattern for each statement about kept events: a plan that was never made must not count as a good one. */
const ABOUT_KEPT = [
  /kept_as = (\?|\$\d+|CASE)/,
  /SET due_at = .* RETURNING/,
  /SELECT .* WHERE .*due_at <= /,
  /SELECT .* WHERE .*order_id = /,
  /SELECT .* WHERE .*payment_id = /,
  /SELECT .* WHERE .*event_id = .* ORDER BY created_at/,
  /SELECT .* WHERE .*created_at >= .* created_at < /,
  /COUNT\(\*\)/,
  /DELETE .* order_id = /,
  /UPDATE .*\s+WHERE order_id = /,
]

function expectAllAboutKept(statements: readonly Sent[]): void {
  expect(ABOUT_KEPT.filter((pattern) => !statements.some(({ text }) => pattern.test(text)))).toEqual([])
}

test('SQLite', async () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'plans-'))
  const db = new Database(path.join(folder, 'events.db'))
  const sent: Sent[] = []
  const store = sqliteStore({
    exec: (text) => db.exec(text),
    prepare(text) {
      const statement = db.prepare(text)
      return {
        all(...values) {
          sent.push({ text, values })
          return statement.all(...values)
        },
      }
    },
  })
  await store.init()
  db.exec(
    `WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < ${ROWS})
     ${FILL('numbers', (number) => `CAST(${number} AS TEXT)`)}`.replace(
      /(WITH[^]*?\))\s+(INSERT[^]*?)(SELECT CAST)/,
      '$2 $1 $3',
    ),
  )
  sent.length = 0
  await useAll(store)
  const statements = distinct(sent)
  expect(statements.length).toBeGreaterThan(10)
  expectAllAboutKept(statements)
  const scans = statements.flatMap(({ text, values }) => {
    // The result of a count is not a table.
    const plan = db.prepare(`EXPLAIN QUERY PLAN ${text}`).all(...values) as { detail: string }[]
    const bad = plan
      .map(({ detail }) => detail)
      .filter((detail) => /^SCAN (?!.*USING|\w+_records$)|TEMP B-TREE FOR ORDER BY/.test(detail))
    // An event, an order, a payment, and the due records are few records, which may be sorted.
    return /(event_id|order_id|payment_id) = \?|due_at <=/.test(text)
      ? bad.filter((detail) => detail.startsWith('SCAN')).map((detail) => [text, detail])
      : bad.map((detail) => [text, detail])
  })
  expect(scans).toEqual([])
  const planOf = async ({ text, values }: Sent) =>
    JSON.stringify(db.prepare(`EXPLAIN QUERY PLAN ${text}`).all(...values))
  expect(await indexesOf(store, sent, planOf)).toEqual(BY_INDEX)
  await store.close()
  db.close()
  rmSync(folder, { recursive: true })
})

describeWith(POSTGRES, 'Postgres', () => {
  const schema = `plans_${randomUUID().replaceAll('-', '').slice(0, 12)}`
  const pool = new Pool({ connectionString: DATABASE_URL, max: 3, options: `-c search_path=${schema}` })

  afterAll(async () => {
    await pool.query(`DROP SCHEMA IF EXISTS ${schema} CASCADE`)
    await pool.end()
  })

  test.each([false, true])('transactional: %p', async (transactional) => {
    const sent: Sent[] = []
    const note =
      (query: (...args: any[]) => any) =>
      (text: string, values: unknown[] = []): any => {
        sent.push({ text, values })
        return query(text, values.length === 0 ? undefined : values)
      }
    const noting: PostgresPool = {
      query: note(pool.query.bind(pool)),
      async connect() {
        const client = await pool.connect()
        return Object.assign(Object.create(client), {
          query: note(client.query.bind(client)),
          release: (error?: Error) => client.release(error),
        })
      },
    }
    await pool.query(`CREATE SCHEMA IF NOT EXISTS ${schema}; DROP TABLE IF EXISTS payment_webhook_events`)
    const store: DurableStore<any> = transactional ? postgresStore(noting, { transactional }) : postgresStore(noting)
    await store.init()
    await pool.query(FILL(`generate_series(1, ${ROWS}) AS n`, (number) => `${number}::text`))
    await pool.query('ANALYZE payment_webhook_events')
    sent.length = 0
    await useAll(store)
    const scans: unknown[] = []
    const statements = distinct(sent).flatMap(({ text, values }) =>
      // Several statements in one text have no values.
      text.split(';\n').map((one) => ({ text: one, values })),
    )
    const planOf = async ({ text, values }: Sent) => {
      const { rows } = await pool.query<{ 'QUERY PLAN': string }>(`EXPLAIN ${text}`, [...values])
      return rows.map((row) => row['QUERY PLAN']).join('\n')
    }
    for (const { text, values } of statements) {
      if (!/^\s*(SELECT|INSERT|UPDATE|DELETE)/.test(text)) continue
      const plan = await planOf({ text, values })
      if (/Seq Scan on payment_webhook_events/.test(plan)) scans.push([text, plan])
    }
    expect(statements.length).toBeGreaterThan(10)
    expectAllAboutKept(statements)
    expect(scans).toEqual([])
    expect(await indexesOf(store, sent, planOf)).toEqual(BY_INDEX)
    await store.close()
  })
})
