/** What a shop answers while its store fails, as docs/testing.md says. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import express from 'express'
import { coinsPh, memoryStore, paymentWebhook, type PaymentWebhook } from 'express-payment-webhooks'
import { postgresStore } from 'express-payment-webhooks/stores/postgres'
import { sqliteStore } from 'express-payment-webhooks/stores/sqlite'
import { deliver, failingStore, sample, storeConformance } from 'express-payment-webhooks/testing'
import Database from 'libsql'
import { randomUUID } from 'node:crypto'
import { Pool } from 'pg'
import { describeWith, POSTGRES } from '../support/needs.js'
import { DATABASE_URL } from '../support/services.js'
import { PATH, SECRET, smallShop, statuses } from '../support/small-shop.js'

const coins = coinsPh({ token: SECRET })
const db = new Database(':memory:')
afterAll(() => void db.close())

const open: PaymentWebhook[] = []
afterEach(() => Promise.all(open.splice(0).map((webhook) => webhook.close())))

function openShop(inner = memoryStore(), handle?: () => unknown) {
  const store = failingStore(inner)
  const shop = smallShop(coins, { store, timeoutMs: 1000, ...(handle && { handle }) })
  open.push(shop.webhook)
  return { ...shop, store, delivery: deliver(shop.app, coins, sample('coins-ph', 'payment.confirmed')).to(PATH) }
}

describe('a store without a fault', () => {
  storeConformance({ test, create: () => failingStore(memoryStore()) })

  test('keeps what is no method, and its further methods', async () => {
    const inner = sqliteStore(db)
    const store = failingStore(inner)
    expect([store.name, 'listEvents' in store]).toEqual([inner.name, true])
    await store.init()
    expect(await store.listEvents()).toEqual([])
    await store.close()
  })
})

describe('a shop whose store fails', () => {
  test.each(['init', 'claim'] as const)('%s once: 503, and the next attempt is handled', async (method) => {
    const { store, delivery, events, codes } = openShop()
    store.failNext(method)
    expect(statuses(await delivery.withRetries())).toEqual([503, 200])
    expect([events.length, codes]).toEqual([1, ['STORE_UNAVAILABLE']])
  })

  test('claim until it is healed: 503 for all attempts, and nothing is lost', async () => {
    const { store, delivery, events, webhook } = openShop()
    store.fail('claim')
    store.fail('extend')
    expect(statuses(await delivery.withRetries())).toEqual([503, 503, 503, 503, 503])
    expect(await webhook.health()).toMatchObject({ ok: false, store: 'unavailable' })
    store.heal()
    expect(await webhook.health()).toMatchObject({ ok: true })
    expect(statuses(await delivery.twice())).toEqual([200, 200])
    expect(events).toHaveLength(1)
  })

  test('claim with its answer lost: 503, and the claim is given back for the next attempt', async () => {
    const { store, delivery, events } = openShop()
    store.loseNextAnswer('claim')
    expect(await delivery).toMatchObject({ status: 503 })
    expect((await delivery.withRetries()).at(-1)).toMatchObject({ status: 200 })
    expect(events).toHaveLength(1)
  })

  test('claim without an answer: 503 at the deadline, and handled when the store is back', async () => {
    const { store, delivery, events, codes } = openShop()
    store.hang('claim')
    expect(await delivery).toMatchObject({ status: 503, headers: { 'retry-after': '5' } })
    expect(codes).toEqual(['DEADLINE_PASSED'])
    store.heal()
    expect((await delivery.withRetries()).at(-1)).toMatchObject({ status: 200 })
    expect(events).toHaveLength(1)
  })

  test.each(['failNext', 'loseNextAnswer'] as const)(
    'complete by %s: 200, because the effect stands, and no second effect',
    async (fault) => {
      const { store, delivery, events, codes } = openShop()
      store[fault]('complete')
      expect(await delivery).toMatchObject({ status: 200 })
      expect(codes).toEqual(['COMPLETE_FAILED'])
      expect((await delivery.withRetries()).at(-1)).toMatchObject({ status: 200 })
      expect(events).toHaveLength(1)
    },
  )

  const failOnce = () => {
    let calls = 0
    return () => {
      if (++calls === 1) throw new Error('no stock')
    }
  }

  test.each(['failNext', 'loseNextAnswer'] as const)(
    'release by %s: 500, and handled by the next attempt, because the release is made again',
    async (fault) => {
      const { store, delivery } = openShop(memoryStore(), failOnce())
      store[fault]('release')
      expect(statuses(await delivery.withRetries())).toEqual([500, 200])
    },
  )

  test('release until it is healed: 500, busy meanwhile, and handled then', async () => {
    const { store, delivery } = openShop(memoryStore(), failOnce())
    store.fail('release')
    expect(await delivery).toMatchObject({ status: 500 })
    expect(statuses(await delivery.twice())).toEqual([503, 503])
    store.heal()
    expect((await delivery.withRetries()).at(-1)).toMatchObject({ status: 200 })
  }, 30_000)

  test('quarantine: 503, and kept at the next attempt', async () => {
    const { store, app, events } = openShop(sqliteStore(db, { table: 'failing_quarantine' }))
    const unusable = deliver(app, coins, '{"event":{"name":"invoice.fully_paid","data":{}}}').to(PATH)
    store.failNext('quarantine')
    expect(statuses(await unusable.withRetries())).toEqual([503, 200])
    expect(events).toEqual([])
  })
})

describeWith(POSTGRES, 'a shop whose transactional store fails', () => {
  const suffix = randomUUID().slice(0, 8)
  const effects = `failing_store_effects_${suffix}`
  const events = `failing_store_events_${suffix}`
  const pool = new Pool({ connectionString: DATABASE_URL })
  // Postgres ends the transaction that nobody completes, and its connection with it.
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
    open.push(webhook)
    const delivery = deliver(express().use(PATH, webhook), coins, sample('coins-ph', 'payment.confirmed')).to(PATH)
    store.failNext('complete')
    expect(await delivery).toMatchObject({ status: 503 })
    expect((await delivery.withRetries()).at(-1)).toMatchObject({ status: 200 })
    expect((await pool.query(`SELECT order_id FROM ${effects}`)).rows).toEqual([{ order_id: 'ORDER-1001' }])
    await store.close()
  })
})

describe('failingStore', () => {
  test('refuses a fault of a method that the store does not have', () => {
    const store = failingStore(memoryStore())
    expect(() => store.fail('quarantine')).toThrow('failingStore: the store memory has no method quarantine')
    expect(() => store.hang('clam' as 'claim')).toThrow('has no method clam')
    expect(() => store.failNext('name' as 'claim')).toThrow('has no method name')
  })

  test('lets hanging calls through when it is healed, and hangs again afterwards', async () => {
    const store = failingStore(memoryStore())
    const answered: string[] = []
    const call = (name: string) => Promise.resolve(store.init()).then(() => void answered.push(name))
    store.hang('init')
    const first = call('first')
    await new Promise(setImmediate)
    expect(answered).toEqual([])
    store.heal()
    await first
    store.hang('init')
    const second = call('second')
    await new Promise(setImmediate)
    expect(answered).toEqual(['first'])
    store.heal()
    await second
  })
})
