/** docs/migrate.md for a shop with Postgres and Stripe: from its existing table to the new handler, and the reads in between. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import Stripe from 'stripe'
import type { Pool, PoolClient } from 'pg'
import { createReceiver, memoryStore, type DurableStore, type WebhookEvent } from 'express-payment-webhooks'
import {
  cancel,
  decide,
  importPayment,
  markPaid,
  reopen,
  settle,
  type OrderPayment,
  type Settlement,
} from 'express-payment-webhooks/orders'
import { stripe } from 'express-payment-webhooks/providers/stripe'
import { deliver, sampleAbout, signedRequest } from 'express-payment-webhooks/testing'
import { describeWith, POSTGRES } from '../support/needs.js'
import { DATABASE_URL } from '../support/services.js'
import { runBlock } from './run-block.js'
import { codeOf } from './runs/run.js'
import { shipmentStatements } from './runs/shipments.js'
import { newScene } from './scene.js'

type Orders = typeof import('../../examples/recipes/migrate/postgres-orders.js')

const SECRET = `whsec_${randomUUID().replaceAll('-', '')}`
const provider = stripe({ secret: SECRET })
const schema = `migrate_${randomUUID().replaceAll('-', '').slice(0, 12)}`
const paid = (orderId: string) => sampleAbout(orderId, 'stripe', 'payment.confirmed')
const refund = (orderId: string, id: string, amount: number) =>
  sampleAbout({ orderId, refund: id }, 'stripe', 'refund.confirmed', {
    data: { object: { id, amount, payment_intent: paid(orderId).data.object.id, metadata: {} } },
  })

/** Every status of an order, by the name of the order; `canceled` once with money and once without. */
const IN_STATUS = {
  ...everyStatus({
    awaiting_payment: '0',
    payment_authorized: '0',
    payment_detected: '0',
    payment_insufficient: '20',
    confirmed: '49.9',
    partially_refunded: '40',
    refunded: '0',
    disputed: '0',
    payment_failed: '0',
    expired: '0',
    canceled: '49.9',
    needs_review: '40',
  }),
  // An order that the shop gave up after it was paid was recorded, unlike one whose payment was canceled.
  canceled: { status: 'canceled', received: '49.9', confirmedAt: '2026-03-05T14:03:20Z' },
  'canceled without money': { status: 'canceled', received: '0' },
}
function everyStatus(
  received: Record<OrderPayment['status'], string>,
): Record<string, { status: string; received: string }> {
  return Object.fromEntries(Object.entries(received).map(([status, amount]) => [status, { status, received: amount }]))
}
/** The two queries for orders that fell between the handlers. */
const fellBetween = () => codeOf('docs/migrate.md > Orders that were paid before (2)').split(';') as [string, string]

/** The printed module with other values for constants at its top. */
function withConstants(values: Record<string, string>): string {
  const code = codeOf('docs/migrate.md > Step 1 in Postgres')
  const end = code.indexOf('const KEYS')
  const top = Object.entries(values).reduce(
    (text, [before, after]) => {
      expect(text).toContain(before)
      return text.replace(before, after)
    },
    code.slice(0, end),
  )
  return top + code.slice(end)
}

/** What packers use while the old handler works. */
const meantime = () => codeOf('docs/migrate.md > Pack in the meantime').split(';') as [string, string]

const environment = { DATABASE_URL: process.env.DATABASE_URL, STRIPE_WEBHOOK_SECRET: process.env.STRIPE_WEBHOOK_SECRET }
// Failures of the example's pool and of its webhook are printed.
beforeAll(() => void jest.spyOn(console, 'error').mockImplementation(() => {}))
afterAll(() => {
  for (const [name, value] of Object.entries(environment)) {
    if (value === undefined) delete process.env[name]
    else process.env[name] = value
  }
})

describeWith(POSTGRES, 'a shop with a table of orders', () => {
  let orders: Orders
  let pool: Pool
  let store: DurableStore
  const scene = newScene()
  const statuses = async () =>
    Object.fromEntries(
      (await pool.query<{ id: string; status: string }>('SELECT id, status FROM orders')).rows.map((row) => [
        row.id,
        row.status,
      ]),
    )
  const toShip = async () =>
    (
      await pool.query<{ order_id: string }>(
        'SELECT order_id FROM shipments WHERE shipped_at IS NULL ORDER BY order_id',
      )
    ).rows.map((row) => row.order_id)
  const send = async (payload: object) =>
    (await deliver(scene.app, provider, payload as ReturnType<typeof paid>).to('/webhook')).status

  /** Runs something whose changes no other test may see. */
  async function rolledBack(run: (client: PoolClient) => Promise<void>): Promise<void> {
    const client = await pool.connect()
    try {
      await client.query('BEGIN')
      await run(client)
    } finally {
      await client.query('ROLLBACK')
      client.release()
    }
  }

  beforeAll(async () => {
    process.env.DATABASE_URL = `${DATABASE_URL}?options=${encodeURIComponent(`-c search_path=${schema}`)}`
    process.env.STRIPE_WEBHOOK_SECRET = SECRET
    orders = await import('../../examples/recipes/migrate/postgres-orders.js')
    pool = orders.pool
    await pool.query(`
      CREATE SCHEMA ${schema};
      CREATE TABLE orders (
        id TEXT PRIMARY KEY, total NUMERIC(12, 2) NOT NULL, currency TEXT NOT NULL, status TEXT NOT NULL,
        -- A shop has columns of its own, which may have the names of columns in the tables beside it.
        created_at TIMESTAMPTZ DEFAULT now(), paid_at TIMESTAMPTZ, shipped_at DATE, order_id TEXT, payment_id TEXT, provider TEXT
      );
      INSERT INTO orders VALUES ('OLD-PAID', 49.90, 'eur', 'paid'), ('OLD-PARTLY', 49.90, 'eur', 'paid'),
        ('OLD-CASH', 49.90, 'eur', 'paid'), ('OPEN', 49.90, 'eur', 'open');
      INSERT INTO orders SELECT 'MANY-' || n, 49.90, 'eur', 'open' FROM generate_series(1, 12) AS n;
    `)
    for (let times = 0; times < 2; times++) await orders.prepareOrders()
    const on = await runBlock(codeOf('docs/migrate.md > 3. Switch over'), {
      globals: scene.globals,
      modules: { './postgres-orders.js': orders },
      results: ['store'],
    })
    store = on.store as DurableStore
  })

  afterAll(async () => {
    await store.close()
    await pool.query(`DROP SCHEMA ${schema} CASCADE`)
    await pool.end()
  })

  test('has what was paid as shipped, and everything else as it was', async () => {
    expect(await statuses()).toMatchObject({ 'OLD-PAID': 'paid', 'OLD-PARTLY': 'paid', OPEN: 'open' })
    const { rows } = await pool.query('SELECT order_id, shipped_at FROM shipments ORDER BY order_id')
    const shipped = { shipped_at: expect.any(Date) }
    expect(rows).toEqual([
      { order_id: 'OLD-CASH', ...shipped },
      { order_id: 'OLD-PAID', ...shipped },
      { order_id: 'OLD-PARTLY', ...shipped },
    ])
    expect(await orders.paymentOf('OPEN')).toMatchObject({ status: 'awaiting_payment', version: 0 })
  })

  test('gets what the old handler took from the list of the provider, refunds too, and ships none of it', async () => {
    const old = ['OLD-PAID', 'OLD-PARTLY'].map((orderId) => paid(orderId).data.object)
    const back = refund('OLD-PARTLY', 're_before', 1500).data.object
    class Listed {
      readonly paymentIntents = { list: () => old }
      readonly checkout = { sessions: { list: () => [] } }
      readonly refunds = {
        list: ({ payment_intent }: { payment_intent: string }) => (payment_intent === old[1]!.id ? [back] : []),
      }
    }
    const given = {
      globals: { ...scene.globals, orders },
      modules: { stripe: { default: Listed, __esModule: true } },
    }
    for (let times = 0; times < 2; times++) {
      await runBlock(codeOf('docs/migrate.md > Orders that were paid before'), given)
    }
    expect(await orders.paymentOf('OLD-PAID')).toMatchObject({ status: 'confirmed', version: 1 })
    const partly = { status: 'partially_refunded', refunded: '15', version: 1 }
    expect(await orders.paymentOf('OLD-PARTLY')).toMatchObject(partly)
    for (const payload of [paid('OLD-PAID'), refund('OLD-PARTLY', 're_before', 1500)]) {
      expect(await send(payload)).toBe(200)
    }
    expect(await orders.paymentOf('OLD-PARTLY')).toMatchObject({ status: 'partially_refunded', refunded: '15' })
    expect(await send(refund('OLD-PARTLY', 're_rest', 3490))).toBe(200)
    expect(await statuses()).toMatchObject({ 'OLD-PAID': 'paid', 'OLD-PARTLY': 'refunded' })
    expect([await toShip(), await orders.inReview()]).toEqual([[], []])
  })

  test('finds orders by their checkout sessions in the real list of Stripe, and names the payments without one', async () => {
    const { data: event } = paid('OLD-CASH')
    const intentOf = (id: string, more: object = {}) => ({ ...event.object, id, metadata: {}, ...more })
    const sessions: Record<string, object> = {
      pi_session: { metadata: { order_id: 'BY-METADATA' }, client_reference_id: 'customer 7' },
      pi_reference: { metadata: null, client_reference_id: 'BY-REFERENCE' },
      pi_foreign: { metadata: {}, client_reference_id: null },
    }
    const intents = [
      ...['pi_session', 'pi_reference', 'pi_foreign', 'pi_alone'].map((id) => intentOf(id)),
      intentOf('pi_open', { status: 'requires_payment_method', amount_received: 0 }),
    ]
    const asked: string[] = []
    const server = createServer((req, res) => {
      const { pathname, searchParams } = new URL(req.url!, 'http://127.0.0.1')
      const intent = searchParams.get('payment_intent') ?? ''
      asked.push(`${req.method} ${pathname} ${intent}`)
      const data = {
        '/v1/payment_intents': intents,
        '/v1/refunds': [],
        '/v1/checkout/sessions':
          intent in sessions ? [{ id: `cs_${intent}`, payment_intent: intent, ...sessions[intent] }] : [],
      }[pathname]
      res.setHeader('content-type', 'application/json')
      res.end(JSON.stringify({ object: 'list', has_more: false, data }))
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    class Local extends Stripe {
      constructor() {
        super('sk_test_of_the_shop', { host: '127.0.0.1', port, protocol: 'http', maxNetworkRetries: 0 })
      }
    }
    await pool.query(
      `INSERT INTO orders VALUES ('BY-METADATA', 49.90, 'eur', 'paid'), ('BY-REFERENCE', 49.90, 'eur', 'paid')`,
    )
    await orders.prepareOrders()
    const logged: object[] = []
    const log = { info: (line: object) => logged.push(line), warn: (line: object) => logged.push(line) }
    await runBlock(codeOf('docs/migrate.md > Orders that were paid before'), {
      globals: { ...scene.globals, orders, log },
      modules: { stripe: { default: Local, __esModule: true } },
    })
    server.close()
    expect(logged).toEqual([{ imported: 2 }, { withoutOrder: 2, first: ['pi_foreign', 'pi_alone'] }])
    for (const [id, intent] of [
      ['BY-METADATA', 'pi_session'],
      ['BY-REFERENCE', 'pi_reference'],
    ] as const) {
      expect(await orders.paymentOf(null, [intent])).toMatchObject({ orderId: id, status: 'confirmed' })
    }
    expect(asked).not.toContain('GET /v1/checkout/sessions pi_open')
    await pool.query(`DELETE FROM orders WHERE id LIKE 'BY-%'; DELETE FROM shipments WHERE order_id LIKE 'BY-%'`)
    await pool.query(`DELETE FROM payment_names WHERE order_id LIKE 'BY-%'`)
  })

  test('records an import of what an event has settled once, without more money', async () => {
    await pool.query(`INSERT INTO orders VALUES ('SETTLED', 49.90, 'eur', 'open')`)
    await orders.open(orders.paymentFor({ id: 'SETTLED', total: '49.90', currency: 'eur' }))
    expect(await send(paid('SETTLED'))).toBe(200)
    const old = paid('SETTLED').data.object
    class Listed {
      readonly paymentIntents = { list: () => [old] }
      readonly refunds = { list: () => [] }
      readonly checkout = { sessions: { list: () => [] } }
    }
    const given = { globals: { ...scene.globals, orders }, modules: { stripe: { default: Listed, __esModule: true } } }
    expect(await orders.paymentOf('SETTLED')).toMatchObject({ version: 1, actions: [] })
    for (let times = 0; times < 2; times++) {
      await runBlock(codeOf('docs/migrate.md > Orders that were paid before'), given)
      expect(await orders.paymentOf('SETTLED')).toMatchObject({
        ...{ version: 2, status: 'confirmed', received: '49.9', excess: '0', reasons: [] },
        actions: [{ action: 'imported' }],
      })
    }
    await pool.query(`DELETE FROM orders WHERE id = 'SETTLED'; DELETE FROM shipments WHERE order_id = 'SETTLED'`)
    await pool.query(`DELETE FROM payment_names WHERE order_id = 'SETTLED'`)
  })

  test('finds orders that the list did not have', async () => {
    const [query] = fellBetween()
    expect((await pool.query(query)).rows).toEqual([{ id: 'OLD-CASH' }])
    await pool.query(`INSERT INTO orders VALUES ('UNPREPARED', 49.90, 'eur', 'paid'), ('FREE', 0, 'eur', 'paid')`)
    expect((await pool.query(query)).rows).toEqual([{ id: 'OLD-CASH' }, { id: 'UNPREPARED' }])
    await pool.query(`DELETE FROM orders WHERE id IN ('UNPREPARED', 'FREE')`)
  })

  test('finds paid orders that nobody ships', async () => {
    const [, unshipped] = fellBetween()
    expect((await pool.query(unshipped)).rows).toEqual([])
    await pool.query(`DELETE FROM shipments WHERE order_id = 'OLD-PAID'`)
    expect((await pool.query(unshipped)).rows).toEqual([{ id: 'OLD-PAID', status: 'confirmed' }])
    await orders.shipOnce('OLD-PAID')
    await pool.query('UPDATE shipments SET shipped_at = now()')
    expect((await pool.query(unshipped)).rows).toEqual([])
  })

  test('forgets an order in none of the twelve statuses', () =>
    rolledBack(async (client) => {
      await client.query('DELETE FROM shipments; DELETE FROM orders')
      const idsOf = async (query: string) =>
        (await client.query<{ id?: string; order_id?: string }>(query)).rows.map((row) => row.id ?? row.order_id).sort()
      for (const [id, status] of Object.entries(IN_STATUS)) {
        const payment = { ...orders.paymentFor({ id, total: '49.90', currency: 'eur' }), ...status }
        await client.query(
          `INSERT INTO orders (id, total, currency, status, payment) VALUES ($1, 49.9, 'eur', 'paid', $2)`,
          [id, JSON.stringify(payment)],
        )
      }
      const moneyCame = ['canceled', 'confirmed', 'disputed', 'needs_review', 'partially_refunded', 'refunded']
      const [notRecorded, unshipped] = fellBetween()
      expect(await idsOf(unshipped)).toEqual(moneyCame)
      const noMoneyYet = Object.keys(IN_STATUS).filter((id) => !moneyCame.includes(id))
      expect(await idsOf(notRecorded)).toEqual([...noMoneyYet].sort())

      for (const id of Object.keys(IN_STATUS)) await orders.shipOnce(id, client)
      expect(await idsOf(unshipped)).toEqual([])
      const [toPack, ship, toDecide] = shipmentStatements()
      expect(await idsOf(toPack)).toEqual(['confirmed'])
      expect(await idsOf(toDecide)).toEqual(
        Object.keys(IN_STATUS)
          .filter((id) => id !== 'confirmed')
          .sort(),
      )
      // Without money, an order that the old handler has marked as paid was paid with the old handler.
      const [interim, shipMeanwhile] = meantime()
      const paidWithTheOld = noMoneyYet.filter((id) => id !== 'canceled without money')
      expect(await idsOf(interim)).toEqual(['confirmed', ...paidWithTheOld].sort())
      for (const id of Object.keys(IN_STATUS)) {
        await client.query('SAVEPOINT before')
        const rowCount = paidWithTheOld.includes(id) || id === 'confirmed' ? 1 : 0
        expect(await client.query(shipMeanwhile.replace('ORDER-1001', id))).toMatchObject({ rowCount })
        await client.query('ROLLBACK TO before')
      }
      expect(await client.query(ship.replace('ORDER-1001', 'disputed'))).toMatchObject({ rowCount: 0 })
      expect(await client.query(ship.replace('ORDER-1001', 'confirmed'))).toMatchObject({ rowCount: 1 })
      expect(await idsOf(toPack)).toEqual([])
      await client.query(`UPDATE orders SET status = 'refunded'`)
      expect(await idsOf(interim)).toEqual([])
    }))

  test('packs what the old handler ships before its payment is imported, and nothing that was refunded', async () => {
    const [query, ship] = meantime()
    await pool.query(`UPDATE shipments SET shipped_at = NULL WHERE order_id IN ('OLD-PARTLY', 'OLD-CASH')`)
    expect((await pool.query(query)).rows).toEqual([{ order_id: 'OLD-CASH' }])
    expect(await pool.query(ship.replace('ORDER-1001', 'OLD-PARTLY'))).toMatchObject({ rowCount: 0 })
    for (const rowCount of [1, 0]) {
      expect(await pool.query(ship.replace('ORDER-1001', 'OLD-CASH'))).toMatchObject({ rowCount })
    }
    await pool.query('UPDATE shipments SET shipped_at = now()')
  })

  test.each([
    ['a column for that', 'ifColumnShipped', 'ALTER TABLE orders ADD COLUMN shipped BOOLEAN', 'shipped = true'],
    ['the date of the shipment', 'ifColumnShippedAt', 'SELECT 1', `shipped_at = '2026-03-05'`],
    ['a word for that', 'ifWordSent', 'SELECT 1', `status = 'sent'`],
  ])('takes paid orders that are not shipped as such, if the shop has %s', (_name, value, before, sent) =>
    rolledBack(async (client) => {
      const values = await runBlock(codeOf('docs/migrate.md > If packers ship later'), { results: [value] })
      await client.query(`${before}; DELETE FROM shipments`)
      await client.query(`UPDATE orders SET ${sent} WHERE id = 'OLD-PAID'; UPDATE orders SET version = 0`)
      const code = codeOf('docs/migrate.md > Step 1 in Postgres')
      const names = { ID: 'id', SHIPPED_AT: values[value] as string, ORDERS: 'orders', STATUS: 'status' }
      const statement = Object.entries(names).reduce(
        (text, [name, sql]) => text.replace(`\${${name}}`, sql),
        /ADD_PAID_BEFORE = `([^`]*)`/.exec(code)![1]!,
      )
      const words = [['paid', 'sent', 'refunded']]
      await client.query(statement, words)
      await client.query(`INSERT INTO orders VALUES ('MEANWHILE', 49.90, 'eur', 'paid')`)
      await client.query(statement, words)
      const { rows } = await client.query(
        'SELECT order_id, shipped_at IS NULL AS waits FROM shipments ORDER BY order_id',
      )
      expect(rows).toEqual([
        { order_id: 'MEANWHILE', waits: true },
        { order_id: 'OLD-CASH', waits: true },
        { order_id: 'OLD-PAID', waits: false },
        { order_id: 'OLD-PARTLY', waits: false },
      ])
    }),
  )

  test('adds what the old handler has marked as paid since, as shipped, and nothing that was imported', async () => {
    const rowsOf = async (id: string) =>
      (await pool.query('SELECT shipped_at IS NULL AS waits FROM shipments WHERE order_id = $1', [id])).rows
    await pool.query(
      `INSERT INTO orders VALUES ('MEANWHILE', 49.90, 'eur', 'paid'), ('SHIPPED-ONCE', 49.90, 'eur', 'paid')`,
    )
    await orders.shipOnce('SHIPPED-ONCE')
    await pool.query(`DELETE FROM shipments WHERE order_id = 'OLD-PAID'`)
    for (let times = 0; times < 2; times++) await orders.prepareOrders()
    expect(await rowsOf('MEANWHILE')).toEqual([{ waits: false }])
    expect(await rowsOf('SHIPPED-ONCE')).toEqual([{ waits: true }])
    expect(await rowsOf('OLD-PAID')).toEqual([])
    await pool.query(`DELETE FROM orders WHERE id IN ('MEANWHILE', 'SHIPPED-ONCE')`)
    await pool.query('DELETE FROM shipments')
  })

  test('prepares many orders, on a connection without the limits of the pool, and goes on after it was interrupted', async () => {
    await pool.query(`
      INSERT INTO orders SELECT 'BULK-' || n, 49.90, 'eur', 'open' FROM generate_series(1, 2500) AS n;
      INSERT INTO orders VALUES ('FREE', 0, 'eur', 'open');
      CREATE FUNCTION cut_off() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NEW;
      END $$;
      CREATE TRIGGER cut_off BEFORE UPDATE ON orders FOR EACH ROW WHEN (NEW.id = 'BULK-1500') EXECUTE FUNCTION cut_off();
    `)
    const unopened = async () =>
      Number((await pool.query(`SELECT count(*) FROM orders WHERE id LIKE 'BULK-%' AND payment IS NULL`)).rows[0].count)
    await expect(orders.prepareOrders()).rejects.toThrow('terminating connection')
    const left = await unopened()
    expect(left).toBeLessThan(2500)
    expect(left).toBeGreaterThanOrEqual(1000)
    const opened = await pool.query(
      `SELECT id, payment, xmin FROM orders WHERE id LIKE 'BULK-%' AND payment IS NOT NULL`,
    )
    // Slower than the limit of the pool, as a statement about a large table is.
    await pool.query(`
      DROP TRIGGER cut_off ON orders;
      CREATE OR REPLACE FUNCTION cut_off() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(2); RETURN NEW; END $$;
      CREATE TRIGGER slow BEFORE UPDATE ON orders FOR EACH ROW WHEN (NEW.id = 'BULK-1500') EXECUTE FUNCTION cut_off();
    `)
    await orders.prepareOrders()
    expect(await unopened()).toBe(0)
    const again = await pool.query(`SELECT id, payment, xmin FROM orders WHERE id = ANY($1)`, [
      opened.rows.map(({ id }) => id),
    ])
    const byId = (rows: readonly { id: string }[]) => [...rows].sort((one, other) => one.id.localeCompare(other.id))
    expect(byId(again.rows)).toEqual(byId(opened.rows))
    expect(await orders.paymentOf('BULK-2500')).toMatchObject({
      status: 'awaiting_payment',
      expected: { amount: '49.9' },
    })
    expect(await orders.paymentOf('FREE')).toBeNull()
    await pool.query(
      `DROP TRIGGER slow ON orders; DROP FUNCTION cut_off; DELETE FROM orders WHERE id LIKE 'BULK-%' OR id = 'FREE'`,
    )
  })

  test('does not keep the checkout waiting while another transaction uses the table', async () => {
    await rolledBack(async (client) => {
      await client.query('SELECT count(*) FROM orders')
      await expect(orders.prepareOrders()).rejects.toThrow('lock timeout')
    })
    await orders.prepareOrders()
  })

  test('opens an order under the ids that are known before the buyer pays', async () => {
    await pool.query(`INSERT INTO orders VALUES ('WITH-ID', 49.90, 'eur', 'open')`)
    const order = orders.paymentFor({ id: 'WITH-ID', total: '49.90', currency: 'eur' })
    for (const paymentId of ['pi_first', 'pi_second']) {
      await orders.open({ ...order, payments: [{ provider: 'stripe', paymentId }] })
    }
    expect(await orders.paymentOf(null, ['pi_first'])).toMatchObject({ orderId: 'WITH-ID' })
    expect(await orders.paymentOf(null, ['pi_second'])).toBeNull()
    await pool.query(`DELETE FROM payment_names WHERE order_id = 'WITH-ID'; DELETE FROM orders WHERE id = 'WITH-ID'`)
  })

  test('survives that a connection in use ends', async () => {
    const order = orders.paymentFor({ id: 'OPEN', total: '49.90', currency: 'eur' })
    await pool.query(`
      CREATE FUNCTION cut_off() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NEW;
      END $$;
      CREATE TRIGGER cut_off BEFORE UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION cut_off();
    `)
    await expect(orders.saveIfVersion({ ...order, version: 1 }, 0)).rejects.toThrow('terminating connection')
    await pool.query('DROP TRIGGER cut_off ON orders; DROP FUNCTION cut_off')
    expect(await orders.paymentOf('OPEN')).toMatchObject({ version: 0 })
  })

  test('writes further columns of the old handler at the marked line', async () => {
    const code = codeOf('docs/migrate.md > Step 1 in Postgres')
    const lines = /^( +)\/\/ (const .* = order|const cents = .*|await client\.query\(.*)(?: \/\/ and import .*)?$/gm
    expect(code.match(lines)).toHaveLength(3)
    const withImport = `import { toMinorUnits } from 'express-payment-webhooks'\n${code.replace(lines, '$1$2')}`
    const own = (await runBlock(withImport)) as unknown as Orders
    await pool.query('ALTER TABLE orders ADD COLUMN refunded_cents INTEGER')
    await pool.query(`INSERT INTO orders VALUES ('DATED', 49.90, 'eur', 'open')`)
    const order = own.paymentFor({ id: 'DATED', total: '49.90', currency: 'eur' })
    await own.open(order)
    const paidAt = async () => (await pool.query(`SELECT paid_at FROM orders WHERE id = 'DATED'`)).rows
    const { order: next } = markPaid(order, { at: '2026-03-05T14:03:20Z' })
    expect(await own.saveIfVersion(next, order.version)).toBe(true)
    const first = [{ paid_at: new Date('2026-03-05T14:03:20Z') }]
    expect(await paidAt()).toEqual(first)
    await own.saveIfVersion({ ...next, version: 2, confirmedAt: '2026-03-06T00:00:00Z', refunded: '9.9' }, 1)
    expect(await paidAt()).toEqual(first)
    expect((await pool.query(`SELECT refunded_cents FROM orders WHERE id = 'DATED'`)).rows).toEqual([
      { refunded_cents: 990 },
    ])
    await pool.query('ALTER TABLE orders DROP COLUMN refunded_cents')
    await own.pool.end()
    await pool.query(`DELETE FROM orders WHERE id = 'DATED'`)
  })

  test('fits a shop with cents and with packers, changed only where the page says so', async () => {
    const cents = `${schema}_cents`
    await pool.query(`
      CREATE SCHEMA ${cents};
      CREATE TABLE ${cents}.orders (
        id TEXT PRIMARY KEY, amount_cents INTEGER NOT NULL, currency TEXT NOT NULL, status TEXT NOT NULL,
        paid_at TIMESTAMPTZ, shipped_at TIMESTAMPTZ
      );
      INSERT INTO ${cents}.orders VALUES ('SENT', 4990, 'eur', 'paid', now(), now()), ('PAID', 4990, 'eur', 'paid', now(), NULL),
        ('OPEN', 4990, 'eur', 'open', NULL, NULL);
    `)
    const before = process.env.DATABASE_URL!
    process.env.DATABASE_URL = before.replace(schema, cents)
    const block = (name: string) => codeOf(`docs/migrate.md > ${name}`)
    const { ifColumnShippedAt } = await runBlock(block('If packers ship later'), { results: ['ifColumnShippedAt'] })
    const changed = withConstants({ "'total'": "'amount_cents'", "'CURRENT_TIMESTAMP'": `\`${ifColumnShippedAt}\`` })
      .replace(/^interface OrderRow[\s\S]*?^}\n/m, '')
      .replace(/^export function paymentFor[\s\S]*?^}\n/m, '')
    const own = (await runBlock(
      `${changed}\n${block('Amounts in cents').replace(/import .*openOrder.*/, '')}`,
    )) as unknown as Orders
    process.env.DATABASE_URL = before
    const [toPack, ship] = meantime()
    const waiting = async () => (await own.pool.query(toPack)).rows.map(({ order_id }) => order_id).sort()
    try {
      await own.prepareOrders()
      expect(await waiting()).toEqual(['PAID'])
      await own.pool.query(`UPDATE orders SET status = 'paid' WHERE id = 'OPEN'`)
      expect(await waiting()).toEqual(['PAID'])
      await own.prepareOrders()
      expect(await waiting()).toEqual(['OPEN', 'PAID'])
      expect(await own.pool.query(ship.replace('ORDER-1001', 'PAID'))).toMatchObject({ rowCount: 1 })
      expect(await waiting()).toEqual(['OPEN'])
      expect(await own.paymentOf('OPEN')).toMatchObject({ expected: { amount: '49.9', currency: 'EUR' } })
      const notRecorded = fellBetween()[0].replace('total', 'amount_cents')
      expect((await own.pool.query(notRecorded)).rows).toHaveLength(3)
    } finally {
      await own.pool.query(`DROP SCHEMA ${cents} CASCADE`)
      await own.pool.end()
    }
  })

  test('has an order with a later word as shipped, and keeps the word until all money goes back', async () => {
    await pool.query(`INSERT INTO orders VALUES ('LATER', 49.90, 'eur', 'sent')`)
    await orders.prepareOrders()
    const { rows } = await pool.query(`SELECT shipped_at IS NULL AS waits FROM shipments WHERE order_id = 'LATER'`)
    expect(rows).toEqual([{ waits: false }])
    expect((await pool.query(fellBetween()[0])).rows).toContainEqual({ id: 'LATER' })
    const order = (await orders.paymentOf('LATER'))!
    const paymentIds = [paid('LATER').data.object.id]
    const { order: imported } = importPayment(order, { provider: 'stripe', paymentIds })
    expect(await orders.saveIfVersion(imported, order.version)).toBe(true)
    expect((await statuses()).LATER).toBe('sent')
    for (const [id, amount, word] of [
      ['re_part', 1500, 'sent'],
      ['re_rest', 3490, 'refunded'],
    ] as const) {
      expect(await send(refund('LATER', id, amount))).toBe(200)
      expect((await statuses()).LATER).toBe(word)
    }
    await pool.query(`DELETE FROM orders WHERE id = 'LATER'; DELETE FROM payment_names WHERE order_id = 'LATER'`)
    await pool.query(`DELETE FROM shipments WHERE order_id = 'LATER'`)
  })

  test('ships what a button marks as paid, and nothing that one cancels', async () => {
    await pool.query(`INSERT INTO orders VALUES ('CASH', 49.90, 'eur', 'open'), ('GIVEN-UP', 49.90, 'eur', 'open')`)
    for (const id of ['CASH', 'GIVEN-UP']) await orders.open(orders.paymentFor({ id, total: '49.90', currency: 'eur' }))
    const cash = (order: OrderPayment) => markPaid(order, { by: 'maria', note: 'cash' })
    const { change } = await runBlock(codeOf('docs/migrate.md > Buttons that change an order'), {
      globals: { ...scene.globals, orders },
      results: ['change'],
    })
    for (let times = 0; times < 2; times++) await change('CASH', cash)
    await change('GIVEN-UP', (order: OrderPayment) => cancel(order, { by: 'maria', note: 'on the phone' }))
    await expect(change('NONE', cash)).rejects.toThrow('NONE has no payment')
    const changedMeanwhile = { ...orders, saveIfVersion: async () => false }
    const late = await runBlock(codeOf('docs/migrate.md > Buttons that change an order'), {
      globals: { ...scene.globals, orders: changedMeanwhile },
      results: ['change'],
    })
    await expect(late.change('GIVEN-UP', cash)).rejects.toThrow('GIVEN-UP has changed')
    expect(await statuses()).toMatchObject({ CASH: 'paid', 'GIVEN-UP': 'canceled' })
    expect(await orders.paymentOf('GIVEN-UP')).toMatchObject({ status: 'canceled' })
    const [toPack] = shipmentStatements()
    expect((await pool.query(toPack)).rows).toEqual([{ order_id: 'CASH' }])
    await pool.query(`DELETE FROM orders WHERE id IN ('CASH', 'GIVEN-UP'); DELETE FROM shipments`)
  })

  test('lists free orders by the statements for the meantime alone', async () => {
    await pool.query(`INSERT INTO orders VALUES ('FREE', 0, 'eur', 'paid')`)
    await orders.shipOnce('FREE')
    await orders.prepareOrders()
    const [toPack, ship] = meantime()
    expect((await pool.query(shipmentStatements()[0])).rows).toEqual([])
    expect((await pool.query(`${toPack} AND orders.total = 0`)).rows).toEqual([{ order_id: 'FREE' }])
    for (const rowCount of [1, 0])
      expect(await pool.query(ship.replace('ORDER-1001', 'FREE'))).toMatchObject({ rowCount })
    expect((await pool.query(toPack)).rows).toEqual([])
    await pool.query(`DELETE FROM orders WHERE id = 'FREE'; DELETE FROM shipments`)
  })

  test('fits a shop with a numeric key and with words of its own, changed only in the constants', async () => {
    const numeric = `${schema}_numeric`
    await pool.query(`
      CREATE SCHEMA ${numeric};
      CREATE TABLE ${numeric}.orders (id BIGINT PRIMARY KEY, total NUMERIC(12, 2) NOT NULL, state TEXT NOT NULL);
      INSERT INTO ${numeric}.orders VALUES (1, 49.90, 'settled'), (2, 49.90, 'sent'), (3, 49.90, 'part_refunded'),
        (4, 49.90, 'new'), (5, 49.90, 'refunded'), (6, 49.90, 'settled');
    `)
    const before = process.env.DATABASE_URL!
    process.env.DATABASE_URL = before.replace(schema, numeric)
    const own = (await runBlock(
      withConstants({
        "'status', 'total', 'currency'": "'state', 'total', `'EUR'`",
        "= 'TEXT'": "= 'BIGINT'",
        "confirmed: 'paid'": "confirmed: 'settled'",
        "partially_refunded: 'paid'": "partially_refunded: 'part_refunded'",
        "'paid', 'sent', 'refunded'": "'settled', 'sent', 'part_refunded', 'refunded'",
        "'CURRENT_TIMESTAMP'": "`CASE WHEN state IN ('sent', 'refunded') THEN CURRENT_TIMESTAMP END`",
      }),
    )) as unknown as Orders
    process.env.DATABASE_URL = before
    const inItsWords = (query: string) =>
      query
        .replaceAll('orders.status', 'orders.state')
        .replace("status IN ('paid', 'sent')", "state IN ('settled', 'sent', 'part_refunded')")
        .replace("NOT IN ('refunded', 'canceled')", "NOT IN ('refunded', 'part_refunded')")
        .replace(/\bstatus NOT IN \('refunded'/, "state NOT IN ('refunded'")
    const waiting = async (query: string) =>
      (await own.pool.query(inItsWords(query))).rows.map((row) => row.order_id ?? row.id).sort()
    const stateOf = async (id: string) =>
      (await own.pool.query('SELECT state FROM orders WHERE id = $1', [id])).rows[0].state
    try {
      for (let times = 0; times < 2; times++) await own.prepareOrders()
      const { rows } = await own.pool.query(
        'SELECT order_id, shipped_at IS NULL AS waits FROM shipments ORDER BY order_id',
      )
      expect(rows).toEqual(
        [true, false, true, false, true].map((waits, n) => ({ order_id: ['1', '2', '3', '5', '6'][n], waits })),
      )
      expect(await waiting(meantime()[0])).toEqual(['1', '6'])
      for (const id of ['LOOK-ON-1', '', '99999999999999999999', '7']) expect(await own.paymentOf(id)).toBeNull()
      for (const id of ['1', '2']) {
        const order = (await own.paymentOf(id))!
        expect(order).toMatchObject({ orderId: id, expected: { amount: '49.9', currency: 'EUR' } })
        const { order: next, update } = importPayment(order, { provider: 'stripe', paymentIds: [`pi_${id}`] })
        expect(await own.saveIfVersion(next, order.version, { learned: update.learned })).toBe(true)
        expect(await own.paymentOf(null, [`pi_${id}`])).toMatchObject({ orderId: id, status: 'confirmed' })
      }
      expect([await stateOf('1'), await stateOf('2')]).toEqual(['settled', 'sent'])
      expect(await waiting(fellBetween()[0])).toEqual(['3', '6'])
      expect(await waiting(fellBetween()[1])).toEqual([])
      expect(await waiting(shipmentStatements()[0])).toEqual(['1'])
      const order = (await own.paymentOf('4'))!
      const { order: partly } = importPayment(order, {
        provider: 'stripe',
        paymentIds: ['pi_4'],
        refunds: [{ id: 're_4', amount: '9.9' }],
      })
      expect(await own.saveIfVersion(partly, order.version, { ship: true })).toBe(true)
      expect(await stateOf('4')).toBe('part_refunded')
      const asked = jest.spyOn(own.pool, 'query')
      await own.paymentOf('4', ['pi_1'])
      const [text, values] = asked.mock.calls[0] as unknown as [string, unknown[]]
      asked.mockRestore()
      const client = await own.pool.connect()
      await client.query('SET enable_seqscan = off')
      const plan = await client.query(`EXPLAIN ${text}`, values)
      client.release(true)
      expect(JSON.stringify(plan.rows)).toContain('Index Cond: (id = ')
    } finally {
      await own.pool.query(`DROP SCHEMA ${numeric} CASCADE`)
      await own.pool.end()
    }
  })

  describe('whose words hold orders', () => {
    const held = `${schema}_held`
    const KEYS = ['PENDING', 'DISPUTED', 'CANCELED', 'CANCELED-SINCE', 'CASH', 'PAID'] as const
    type Key = (typeof KEYS)[number]
    const ids = Object.fromEntries(KEYS.map((key) => [key, randomUUID()])) as Record<Key, string>
    const keyOf = (id: string) => KEYS.find((key) => ids[key] === id) ?? id
    let own: Orders
    const inItsWords = (query: string) =>
      query
        .replaceAll('status IN (', 'state IN (')
        .replaceAll('orders.status', 'orders.state')
        .replaceAll(/\bstatus NOT IN \('refunded'/g, "state NOT IN ('refunded'")
        .replaceAll("'refunded', 'canceled')", "'refunded', 'part_refunded', 'canceled')")
        .replace("state IN ('paid', 'sent')", "state IN ('paid', 'shipped', 'part_refunded')")
    const listed = async (query: string) =>
      (await own.pool.query(inItsWords(query))).rows.map((row) => keyOf(row.order_id ?? row.id)).sort()
    const set = (key: Key, state: string) =>
      own.pool.query('UPDATE orders SET state = $1 WHERE id = $2', [state, ids[key]])
    const wordOf = async (key: Key) =>
      (await own.pool.query('SELECT state FROM orders WHERE id = $1', [ids[key]])).rows[0].state
    const contradictions = async () => (await own.paidButHeld()).map(({ id }) => keyOf(String(id))).sort()
    const save = async (key: Key, act: (order: OrderPayment) => Settlement) => {
      const before = (await own.paymentOf(ids[key]))!
      const { order, update } = act(before)
      expect(await own.saveIfVersion(order, before.version, { ship: update.firstConfirmed })).toBe(true)
    }
    /** All that packers ever get: by the statements for the meantime, and by those after the import. */
    const packed = async () => {
      const [query, ship] = meantime()
      const five = /NOT IN \('partially_refunded'[^)]*\)/
      expect([five.test(query), five.test(ship)]).toEqual([true, true])
      const found = new Set<string>()
      for (const statement of [query, query.replace(five, "= 'confirmed'")]) {
        for (const key of await listed(statement)) found.add(key)
      }
      for (const key of KEYS.filter((one) => !found.has(one))) {
        for (const statement of [ship, ship.replace(five, "= 'confirmed'")]) {
          const text = inItsWords(statement).replace('ORDER-1001', ids[key])
          expect(await own.pool.query(text)).toMatchObject({ rowCount: 0 })
        }
      }
      return [...found].sort()
    }
    const dispute = (key: Key, status: string) => ({
      ...sampleAbout(ids[key], 'stripe', 'dispute.opened').data.object,
      ...{ id: `du_${key}`, payment_intent: `pi_${key}`, amount: 4990, currency: 'eur', status },
    })
    const eventOf = async (payload: object) => {
      const looking = createReceiver(provider, { mode: 'observe', store: memoryStore(), on: {} })
      return (await looking.receive(signedRequest(provider, payload))).event as WebhookEvent
    }
    /** Runs a script of the page, and returns what it logs. */
    const script = async (code: string, intents: readonly Key[]) => {
      class Listed {
        readonly paymentIntents = {
          list: () =>
            intents.map((key) => ({
              ...paid(ids[key]).data.object,
              ...{ id: `pi_${key}`, latest_charge: { created: Date.parse('2026-03-05T14:03:20Z') / 1000 } },
              ...(key === 'PAID' ? { amount: 4490, amount_received: 4490 } : {}),
            })),
        }
        readonly checkout = { sessions: { list: () => [] } }
        readonly refunds = {
          list: ({ payment_intent }: { payment_intent: string }) =>
            payment_intent === 'pi_PENDING' ? [{ id: 're_1', amount: 4990, status: 'pending' }] : [],
        }
        readonly disputes = { list: () => [dispute('DISPUTED', 'lost'), dispute('PENDING', 'won')] }
      }
      const logged: object[] = []
      const log = { info: (line: object) => logged.push(line), warn: (line: object) => logged.push(line) }
      await runBlock(code, {
        globals: { ...scene.globals, orders: own, log },
        modules: { stripe: { default: Listed, __esModule: true } },
      })
      return logged
    }
    const IMPORT = codeOf('docs/migrate.md > Orders that were paid before')
    const DISPUTES = codeOf('docs/migrate.md > Disputes that were lost before')

    beforeEach(async () => {
      await pool.query(`
        CREATE SCHEMA ${held};
        CREATE TYPE ${held}.state AS ENUM ('new', 'paid', 'shipped', 'part_refunded', 'refunded', 'canceled');
        CREATE TABLE ${held}.orders (
          id UUID PRIMARY KEY, total NUMERIC(12, 2) NOT NULL, currency TEXT NOT NULL, state ${held}.state NOT NULL
        );
      `)
      for (const key of KEYS) {
        const state = { CANCELED: 'canceled', 'CANCELED-SINCE': 'new' }[key as string] ?? 'paid'
        await pool.query(`INSERT INTO ${held}.orders VALUES ($1, 49.90, 'eur', $2)`, [ids[key], state])
      }
      const before = process.env.DATABASE_URL!
      process.env.DATABASE_URL = before.replace(schema, held)
      own = (await runBlock(
        withConstants({
          "'status', 'total'": "'state', 'total'",
          "= 'TEXT'": "= 'UUID'",
          "partially_refunded: 'paid'": "partially_refunded: 'part_refunded'",
          "'paid', 'sent', 'refunded'": "'paid', 'shipped', 'part_refunded', 'refunded'",
          "= ['refunded', 'canceled']": "= ['refunded', 'part_refunded', 'canceled']",
          "'CURRENT_TIMESTAMP'": "`CASE WHEN state IN ('shipped', 'refunded') THEN CURRENT_TIMESTAMP END`",
        }),
      )) as unknown as Orders
      process.env.DATABASE_URL = before
      await own.prepareOrders()
      // From here on the old shop writes its words.
      for (const key of ['PENDING', 'DISPUTED'] as const) await set(key, 'refunded')
      await set('CASH', 'part_refunded')
      await set('CANCELED-SINCE', 'canceled')
    })

    afterEach(async () => {
      await own.pool.end()
      await pool.query(`DROP SCHEMA ${held} CASCADE`)
    })

    test('packs nothing whose refund is pending at the provider, and checks for it', async () => {
      const logged = await script(IMPORT, ['PENDING'])
      expect(await own.paymentOf(ids.PENDING)).toMatchObject({
        ...{ status: 'confirmed', confirmedAt: '2026-03-05T14:03:20.000Z' },
      })
      expect(logged).toEqual([{ imported: 1 }, { paidButHeld: [{ id: ids.PENDING, word: 'refunded' }] }])
      expect([await contradictions(), await wordOf('PENDING')]).toEqual([['PENDING'], 'refunded'])
      expect(await packed()).toEqual(['PAID'])
    })

    test('packs nothing whose dispute was lost before, and settles it once', async () => {
      await script(IMPORT, ['DISPUTED'])
      expect([await contradictions(), await wordOf('DISPUTED')]).toEqual([['DISPUTED'], 'refunded'])
      expect(await packed()).toEqual(['PAID'])
      const lost = { status: 'refunded', refunded: '49.9', version: 2 }
      for (let times = 0; times < 2; times++) {
        expect(await script(DISPUTES, [])).toEqual([])
        expect(await own.paymentOf(ids.DISPUTED)).toMatchObject(lost)
      }
      const order = (await own.paymentOf(ids.DISPUTED))!
      const sent = sampleAbout(ids.DISPUTED, 'stripe', 'dispute.opened')
      const payload = { ...sent, type: 'charge.dispute.closed', data: { object: dispute('DISPUTED', 'lost') } }
      const event = await eventOf(payload)
      expect(event).toMatchObject({ type: 'dispute.lost' })
      expect(settle(order, event).order).toMatchObject({ status: 'refunded', refunded: '49.9' })
      expect(await contradictions()).toEqual([])
    })

    test('holds for review what is paid after it was canceled, before the preparation and since', async () => {
      expect(await own.paymentOf(ids.CANCELED)).toMatchObject({ status: 'canceled' })
      const logged = await script(IMPORT, ['CANCELED', 'CANCELED-SINCE'])
      const review = { status: 'needs_review', reasons: ['money_after_cancel'] }
      for (const key of ['CANCELED', 'CANCELED-SINCE'] as const) {
        expect(await own.paymentOf(ids[key])).toMatchObject(review)
        expect(await wordOf(key)).toBe('canceled')
        expect(logged.at(-1)).toMatchObject({
          inReview: expect.arrayContaining([{ orderId: ids[key], reasons: 'money_after_cancel' }]),
        })
      }
      expect(await packed()).toEqual(['PAID'])
      expect(await listed(fellBetween()[1])).toEqual([])
    })

    test('gives nothing to packers that was canceled since, and is paid before that is recorded', async () => {
      await save('CANCELED-SINCE', (order) =>
        importPayment(order, { provider: 'stripe', paymentIds: ['pi_CANCELED-SINCE'] }),
      )
      expect([await contradictions(), await packed()]).toEqual([['CANCELED-SINCE'], ['PAID']])
      expect(await listed(fellBetween()[1])).toEqual([])
      await save('CANCELED-SINCE', (order) => decide(order, 'accepted', { by: 'maria' }))
      expect([await contradictions(), await wordOf('CANCELED-SINCE')]).toEqual([[], 'paid'])
      expect(await listed(fellBetween()[1])).toEqual(['CANCELED-SINCE'])
      await own.shipOnce(ids['CANCELED-SINCE'])
      expect(await packed()).toEqual(['CANCELED-SINCE', 'PAID'])
    })

    test('packs nothing of which cash went back, and checks for it', async () => {
      expect(await listed(fellBetween()[0])).toEqual(['CASH', 'PAID'])
      await save('CASH', (order) => markPaid(order, { by: 'maria', note: 'cash' }))
      expect([await contradictions(), await wordOf('CASH')]).toEqual([['CASH'], 'part_refunded'])
      expect(await packed()).toEqual(['PAID'])
    })

    test('ships an order that a person reopens and the buyer pays', async () => {
      await own.cancelOld()
      await save('CANCELED', (order) => reopen(order, { by: 'maria' }))
      const event = await eventOf(paid(ids.CANCELED))
      await save('CANCELED', (order) => settle(order, event))
      expect([await contradictions(), await packed()]).toEqual([[], ['CANCELED', 'PAID']])
    })

    test('names orders that an import sends to review', async () => {
      const logged = await script(IMPORT, ['PAID'])
      expect(logged).toEqual([{ imported: 1 }, { inReview: [{ orderId: ids.PAID, reasons: 'paid_short' }] }])
      expect(await packed()).toEqual([])
    })
  })

  test('ships a new one once, and says so in the words of the old handler', async () => {
    for (let times = 0; times < 2; times++) expect(await send(paid('OPEN'))).toBe(200)
    await orders.shipOnce('OPEN')
    expect([await toShip(), (await statuses()).OPEN]).toEqual([['OPEN'], 'paid'])
  })

  test('takes more deliveries at once than its pool has connections', async () => {
    const many = Array.from({ length: 12 }, (_, n) => `MANY-${n + 1}`)
    expect(many.length).toBeGreaterThan(pool.options.max)
    expect(await Promise.all(many.map((orderId) => send(paid(orderId))))).toEqual(many.map(() => 200))
    expect(await toShip()).toEqual([...many, 'OPEN'].sort())
  })

  test('takes an order that the checkout makes from now on', async () => {
    const row = { id: 'NEW', total: '49.90', currency: 'eur' }
    await pool.query(`INSERT INTO orders VALUES ('NEW', 49.90, 'eur', 'open')`)
    expect(await send(paid('NEW'))).toBe(503)
    await orders.open(orders.paymentFor(row))
    expect(await send(paid('NEW'))).toBe(200)
    expect((await statuses()).NEW).toBe('paid')
  })

  test('takes a delivery at the new address too', async () => {
    const delivery = deliver(scene.app, provider, paid('NEW')).to('/webhooks/stripe')
    expect(await delivery).toMatchObject({ status: 200 })
  })
})
