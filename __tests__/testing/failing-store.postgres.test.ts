/** A shop's answers while its transactional store fails, as docs/testing.md describes. */
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import express from 'express'
import { coinsPh, paymentWebhook } from 'express-payment-webhooks'
import { postgresStore } from 'express-payment-webhooks/stores/postgres'
import { deliver, failingStore, sample } from 'express-payment-webhooks/testing'
import { randomUUID } from 'node:crypto'
import { Pool } from 'pg'
import { describeWith, POSTGRES } from '../support/needs.js'
import { DATABASE_URL } from '../support/services.js'
import { PATH, SECRET } from '../support/small-shop.js'

const coins = coinsPh({ token: SECRET })

describeWith(POSTGRES, 'a shop whose transactional store fails', () => {
  const suffix = randomUUID().slice(0, 8)
  const effects = `failing_store_effects_${suffix}`
  const events = `failing_store_events_${suffix}`
  const pool = new Pool({ connectionString: DATABASE_URL })
  // Postgres ends the uncompleted transaction, and its connection with it.
  pool.on('error', () => {})
  beforeAll(() => pool.query(`CREATE TABLE ${effects} (order_id TEXT)`))
  afterAll(async () => {
    await pool.query(`DROP TABLE IF EXISTS ${effects}, ${events}`)
    await pool.end()
  })

  test('complete: 503, because the effect is undone, and one effect in the end', async () => {
    const store = failingStore(postgresStore(pool, { transactional: true, table: events }))
    const webhook = paymentWebhook(coins, {
      store,
      on: {
        'payment.confirmed': ({ orderId }, { tx }) => tx.query(`INSERT INTO ${effects} VALUES ($1)`, [orderId]),
      },
      onError: () => {},
      timeoutMs: 1000,
      leaseMs: 2000,
    })
    const delivery = deliver(express().use(PATH, webhook), coins, sample('coins-ph', 'payment.confirmed')).to(PATH)
    store.failNext('complete')
    expect(await delivery).toMatchObject({ status: 503 })
    expect((await delivery.withRetries()).at(-1)).toMatchObject({ status: 200 })
    expect((await pool.query(`SELECT order_id FROM ${effects}`)).rows).toEqual([{ order_id: 'ORDER-1001' }])
    await webhook.close()
    await store.close()
  })
})
