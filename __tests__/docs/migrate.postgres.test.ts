/** docs/migrate.md for a shop with Postgres and Stripe: from its existing table to the new handler, and the reads in between. */
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals'
import { randomUUID } from 'node:crypto'
import type { Pool } from 'pg'
import type { DurableStore } from 'express-payment-webhooks'
import { stripe } from 'express-payment-webhooks/providers/stripe'
import { deliver, sampleAbout } from 'express-payment-webhooks/testing'
import { describeWith, POSTGRES } from '../support/needs.js'
import { DATABASE_URL } from '../support/services.js'
import { runBlock } from './run-block.js'
import { codeOf } from './runs/run.js'
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

  beforeAll(async () => {
    process.env.DATABASE_URL = `${DATABASE_URL}?options=${encodeURIComponent(`-c search_path=${schema}`)}`
    process.env.STRIPE_WEBHOOK_SECRET = SECRET
    orders = await import('../../examples/recipes/migrate/postgres-orders.js')
    pool = orders.pool
    await pool.query(`
      CREATE SCHEMA ${schema};
      CREATE TABLE orders (id TEXT PRIMARY KEY, total NUMERIC(12, 2) NOT NULL, currency TEXT NOT NULL, status TEXT NOT NULL);
      INSERT INTO orders VALUES ('OLD-PAID', 49.90, 'eur', 'paid'), ('OLD-PARTLY', 49.90, 'eur', 'paid'),
        ('OLD-CASH', 49.90, 'eur', 'paid'), ('OPEN', 49.90, 'eur', 'open');
      INSERT INTO orders SELECT 'MANY-' || n, 49.90, 'eur', 'open' FROM generate_series(1, 12) AS n;
    `)
    for (let times = 0; times < 2; times++) await orders.prepareOrders()
    const on = await runBlock(codeOf('docs/migrate.md > 3. Switch over (2)'), {
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

  test('finds orders that the list did not have, and paid ones that nobody ships', async () => {
    const [query, unshipped] = codeOf('docs/migrate.md > Orders that were paid before (2)').split(';') as [
      string,
      string,
    ]
    expect((await pool.query(query)).rows).toEqual([{ id: 'OLD-CASH' }])
    await pool.query(`INSERT INTO orders VALUES ('UNPREPARED', 49.90, 'eur', 'paid')`)
    expect((await pool.query(query)).rows).toEqual([{ id: 'OLD-CASH' }, { id: 'UNPREPARED' }])
    await pool.query(`DELETE FROM orders WHERE id = 'UNPREPARED'`)
    expect((await pool.query(unshipped)).rows).toEqual([])
    await pool.query(`DELETE FROM shipments WHERE order_id = 'OLD-PAID'`)
    expect((await pool.query(unshipped)).rows).toEqual([{ id: 'OLD-PAID' }])
    await orders.shipOnce('OLD-PAID')
    await pool.query('UPDATE shipments SET shipped_at = now()')
    expect((await pool.query(unshipped)).rows).toEqual([])
  })

  test('packs what the old handler ships before its payment is imported, and nothing that was refunded', async () => {
    const query = codeOf('docs/migrate.md > 1. Make shipping happen once (3)')
    await pool.query(`UPDATE shipments SET shipped_at = NULL WHERE order_id IN ('OLD-PARTLY', 'OLD-CASH')`)
    expect((await pool.query(query)).rows).toEqual([{ order_id: 'OLD-CASH' }])
    await pool.query('UPDATE shipments SET shipped_at = now()')
  })

  test('takes paid orders that are not shipped as such, if the shop has a column for that', async () => {
    const client = await pool.connect()
    try {
      await client.query(
        'BEGIN; ALTER TABLE orders ADD COLUMN shipped BOOLEAN NOT NULL DEFAULT false; DELETE FROM shipments',
      )
      await client.query(`UPDATE orders SET shipped = true WHERE id = 'OLD-PAID'`)
      await client.query(codeOf('docs/migrate.md > 1. Make shipping happen once (2)'))
      const { rows } = await client.query(
        'SELECT order_id, shipped_at IS NULL AS waits FROM shipments ORDER BY order_id',
      )
      expect(rows).toEqual([
        { order_id: 'OLD-CASH', waits: true },
        { order_id: 'OLD-PAID', waits: false },
        { order_id: 'OLD-PARTLY', waits: false },
      ])
    } finally {
      await client.query('ROLLBACK')
      client.release()
    }
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
})
