/** A shop's answers while its store fails, as docs/testing.md describes. */
import { afterAll, afterEach, describe, expect, test } from '@jest/globals'
import { coinsPh, memoryStore, type PaymentWebhook } from 'express-payment-webhooks'
import { sqliteStore } from 'express-payment-webhooks/stores/sqlite'
import { deliver, failingStore, sample, storeConformance } from 'express-payment-webhooks/testing'
import Database from 'libsql'
import { PATH, SECRET, smallShop, statuses } from '../support/small-shop.js'

const coins = coinsPh({ token: SECRET })
const db = new Database(':memory:')
afterAll(() => void db.close())

const open: PaymentWebhook[] = []
afterEach(() => Promise.all(open.splice(0).map((webhook) => webhook.close())))

function openShop(inner = memoryStore(), handle?: () => unknown, timeoutMs = 1000) {
  const store = failingStore(inner)
  const shop = smallShop(coins, { store, timeoutMs, ...(handle && { handle }) })
  open.push(shop.webhook)
  return { ...shop, store, delivery: deliver(shop.app, coins, sample('coins-ph', 'payment.confirmed')).to(PATH) }
}

describe('a store without a fault', () => {
  storeConformance({ test, create: () => failingStore(memoryStore()) })

  test('keeps what is no method, and its further methods', async () => {
    const inner = sqliteStore(db, { allowVolatile: true })
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
    expect(statuses(await delivery.withRetries())).toEqual([503, 503, 503, 503, 503])
    expect(await webhook.health()).toMatchObject({ ok: false, store: 'unavailable' })
    store.heal()
    expect(statuses(await delivery.twice())).toEqual([200, 200])
    expect(await webhook.health()).toMatchObject({ ok: true })
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
    const { store, delivery } = openShop(memoryStore(), failOnce(), 600)
    store.fail('release')
    expect(await delivery).toMatchObject({ status: 500 })
    expect(statuses(await delivery.twice())).toEqual([503, 503])
    store.heal()
    expect((await delivery.withRetries()).at(-1)).toMatchObject({ status: 200 })
  })

  test('quarantine: 503, and kept at the next attempt', async () => {
    const { store, app, events } = openShop(sqliteStore(db, { table: 'failing_quarantine', allowVolatile: true }))
    const unusable = deliver(app, coins, '{"event":{"name":"invoice.fully_paid","data":{}}}').to(PATH)
    store.failNext('quarantine')
    expect(statuses(await unusable.withRetries())).toEqual([503, 200])
    expect(events).toEqual([])
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
