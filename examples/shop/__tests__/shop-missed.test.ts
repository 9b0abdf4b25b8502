/** Payments without any callback: the shop asks its providers about them. */
import { setTimeout } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { describeWith, POSTGRES } from '../../../__tests__/support/needs.js'
import { sql } from '../shop/database/database.js'
import { buy, openBrowser, orderIn, paymentOf, untilStatus } from './support/buyer.js'
import { openShop, type DatabaseKind, type TestShop } from './support/open-shop.js'

/** As often as allowed, and without waiting for callbacks. */
const reconciling = { everyMs: 1000, graceMs: 0 }

describe('on SQLite', () => missed('sqlite'))
describeWith(POSTGRES, 'on Postgres', () => missed('postgres'))

function missed(database: DatabaseKind): void {
  let shop: TestShop
  beforeAll(async () => {
    shop = await openShop({ database, reconciling })
  })
  afterAll(() => shop.close())

  /** Buys and pays while no callback is delivered. */
  async function payUnheard(at: TestShop, provider: Parameters<typeof buy>[1], actions: readonly string[]) {
    const id = await buy(openBrowser(at), provider)
    const payment = await paymentOf(at, await orderIn(at, id))
    await payment.deliver({ stopped: true })
    for (const action of actions) await payment.act(action, action === 'choose-coin' ? { coin: 'btc' } : {})
    return id
  }

  test.each([
    ['stripe', ['pay-by-card']],
    ['coins-ph', ['pay']],
    ['crypto-gateway', ['pay', 'confirm']],
    ['city-pay', ['choose-coin', 'pay', 'confirm']],
  ] as const)('%s: an order that was paid is confirmed, and shipped once', async (provider, actions) => {
    const id = await payUnheard(shop, provider, actions)
    const { payment } = await untilStatus(shop, id, 'confirmed')
    expect(payment).toMatchObject({ received: payment.expected.amount, reasons: [] })
    expect(await shop.db.rows(sql`SELECT * FROM shipments WHERE order_id = ${id}`)).toHaveLength(1)
  })

  test('an order that has expired meanwhile, and was paid, waits for a person', async () => {
    const hurried = await openShop({ database, reconciling, config: { paymentWindowMs: 1 } })
    try {
      const id = await buy(openBrowser(hurried), 'crypto-gateway')
      await hurried.shop.expireOverdue()
      expect((await orderIn(hurried, id)).payment.status).toBe('expired')
      const payment = await paymentOf(hurried, await orderIn(hurried, id))
      await payment.deliver({ stopped: true })
      // The gateway's transactions are dated to the second.
      await setTimeout(1000)
      for (const action of ['pay', 'confirm']) await payment.act(action)
      expect((await untilStatus(hurried, id, 'needs_review')).payment.reasons).toEqual(['paid_late'])
    } finally {
      await hurried.close()
    }
  })

  test('no provider refuses to say what it is asked', () => {
    expect(shop.lines.filter((line) => line.includes('LIST_UNAVAILABLE'))).toEqual([])
  })
}
