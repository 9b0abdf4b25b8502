/** The recipes of docs/recipes.md that commit an effect and its record together, on a real Postgres. */
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals'
import { randomBytes, randomUUID } from 'node:crypto'
import express from 'express'
import Database from 'libsql'
import pg from 'pg'
import { coinsPh, memoryStore, paymentWebhook } from 'express-payment-webhooks'
import { sqliteStore } from 'express-payment-webhooks/stores/sqlite'
import { deliver, sample } from 'express-payment-webhooks/testing'
import { drizzleShop } from '../../examples/recipes/drizzle.js'
import { drizzleShop as drizzleShopOfItsOwn } from '../../examples/recipes/drizzle-own-transaction.js'
import { HANDLED, onceIn } from '../../examples/recipes/own-transaction.js'
import { describeWith, POSTGRES } from '../support/needs.js'
import { DATABASE_URL } from '../support/services.js'

const token = randomBytes(32).toString('hex')
const paid = sample('coins-ph', 'payment.confirmed')

describeWith(POSTGRES, 'an effect in a transaction', () => {
  const schema = `recipes_${randomUUID().replaceAll('-', '')}`
  const pool = new pg.Pool({ connectionString: DATABASE_URL, options: `-c search_path=${schema}` })

  beforeAll(async () => {
    jest.spyOn(console, 'error').mockImplementation(() => {})
    await pool.query(`CREATE SCHEMA ${schema}`)
    await pool.query('CREATE TABLE orders (id text PRIMARY KEY, status text NOT NULL)')
    await pool.query(HANDLED)
  })
  afterAll(async () => {
    await pool.query(`DROP SCHEMA ${schema} CASCADE`)
    await pool.end()
  })

  const statuses = async () => (await pool.query<{ status: string }>('SELECT status FROM orders')).rows

  test('through Drizzle commits with the record of its event, or neither does', async () => {
    const webhook = drizzleShop(pool, token)
    const app = express().use('/coins', webhook)
    const arrives = async () => (await deliver(app, coinsPh({ token }), paid).to('/coins')).status
    expect(await arrives()).toBe(503)
    await pool.query(`INSERT INTO orders VALUES ('ORDER-1001', 'open')`)
    // If the event cannot be recorded, Drizzle's changes are rolled back.
    await pool.query(`CREATE RULE nothing_is_done AS ON UPDATE TO payment_webhook_events DO INSTEAD NOTHING`)
    expect(await arrives()).toBe(503)
    expect(await statuses()).toEqual([{ status: 'open' }])
    await pool.query('DROP RULE nothing_is_done ON payment_webhook_events')
    expect(await arrives()).toBe(200)
    expect(await statuses()).toEqual([{ status: 'paid' }])
    await webhook.close()
  })

  test('of Drizzle happens once, also where the store has forgotten the event', async () => {
    await pool.query(`TRUNCATE orders; TRUNCATE handled_event`)
    /** Delivers to an empty store, as after a process that ended before it recorded the event. */
    const restarted = async () => {
      const store = sqliteStore(new Database(':memory:'), { allowVolatile: true })
      const webhook = drizzleShopOfItsOwn(pool, store, token)
      const { status } = await deliver(express().use('/coins', webhook), coinsPh({ token }), paid).to('/coins')
      await webhook.close()
      await store.close()
      return status
    }
    // The note is rolled back with the effect.
    expect(await restarted()).toBe(503)
    await pool.query(`INSERT INTO orders VALUES ('ORDER-1001', 'open')`)
    expect(await restarted()).toBe(200)
    expect(await statuses()).toEqual([{ status: 'paid' }])
    await pool.query(`UPDATE orders SET status = 'shipped'`)
    expect(await restarted()).toBe(200)
    expect(await statuses()).toEqual([{ status: 'shipped' }])
  })

  test('of the shop itself happens once, also where the store has forgotten the event', async () => {
    await pool.query('TRUNCATE handled_event')
    const effects: unknown[] = []
    const on = {
      'payment.confirmed': onceIn(pool, async (event, tx) => {
        effects.push(event.orderId)
        await tx.query('SELECT 1')
        if (effects.length === 1) throw new Error('a bug of the shop')
      }),
    }
    const restarted = () => {
      const webhook = paymentWebhook(coinsPh({ token }), { store: memoryStore(), on })
      return deliver(express().use('/coins', webhook), coinsPh({ token }), paid).to('/coins')
    }
    expect((await restarted()).status).toBe(500)
    expect((await restarted()).status).toBe(200)
    expect((await restarted()).status).toBe(200)
    expect(effects).toEqual(['ORDER-1001', 'ORDER-1001'])
  })
})
