/** Orders whose time is up expire, unless they were paid. */
import { setTimeout } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { describeWith, POSTGRES } from '../../../__tests__/support/needs.js'
import { sql } from '../shop/database/database.js'
import { insertOrder } from '../shop/orders/order-rows.js'
import { buy, openBrowser, orderIn, paymentOf, untilStatus } from './support/buyer.js'
import { openShop, type DatabaseKind, type TestShop } from './support/open-shop.js'

describe('on SQLite', () => expiry('sqlite'))
describeWith(POSTGRES, 'on Postgres', () => expiry('postgres'))

function expiry(database: DatabaseKind): void {
  let shop: TestShop
  beforeAll(async () => {
    shop = await openShop({ database })
  })
  afterAll(() => shop.close())

  const shipmentsOf = (id: string) => shop.db.rows(sql`SELECT * FROM shipments WHERE order_id = ${id}`)

  test('an order whose time has passed expires, and money that comes later waits for a person', async () => {
    const hurried = await openShop({ database, config: { paymentWindowMs: 1 } })
    try {
      const id = await buy(openBrowser(hurried), 'crypto-gateway')
      const order = await orderIn(hurried, id)
      await hurried.shop.expireOverdue()
      expect((await orderIn(hurried, id)).payment.status).toBe('expired')

      // The gateway's transactions are dated to the second.
      await setTimeout(1000)
      const payment = await paymentOf(hurried, order)
      await payment.act('pay')
      await payment.act('confirm')
      const late = await untilStatus(hurried, id, 'needs_review')
      expect(late.payment).toMatchObject({ received: order.payment.expected.amount, reasons: ['paid_late'] })
      expect(await hurried.db.rows(sql`SELECT * FROM shipments`)).toHaveLength(0)
    } finally {
      await hurried.close()
    }
  })

  test.each(['coinbar-pay', 'city-pay'] as const)(
    '%s: a payment stays open as long as its buyer has time',
    async (provider) => {
      const patient = await openShop({ database, config: { paymentWindowMs: 3 * 60 * 60 * 1000 } })
      try {
        const order = await orderIn(patient, await buy(openBrowser(patient), provider))
        const { expiresAt } = await (await paymentOf(patient, order)).view()
        expect(Date.parse(expiresAt!)).toBeGreaterThanOrEqual(Date.parse(order.payment.expiresAt!))
      } finally {
        await patient.close()
      }
    },
  )

  describe('CityPay orders whose time is up', () => {
    const unheard = async (...actions: string[]) => {
      const id = await buy(openBrowser(shop), 'city-pay')
      const payment = await paymentOf(shop, await orderIn(shop, id))
      await payment.deliver({ stopped: true })
      await payment.act('choose-coin', { coin: 'btc' })
      for (const action of actions) await payment.act(action)
      const { expiresAt } = (await orderIn(shop, id)).payment
      return { id, expire: (afterMs = 1) => shop.shop.expireOverdue(new Date(Date.parse(expiresAt!) + afterMs)) }
    }

    test('paid, and every callback lost: confirmed, and not expired', async () => {
      const { id, expire } = await unheard('pay', 'confirm')
      expect((await orderIn(shop, id)).payment).toMatchObject({ status: 'awaiting_payment', received: '0' })
      await expire()
      const { payment } = await orderIn(shop, id)
      expect(payment).toMatchObject({ status: 'confirmed', received: payment.expected.amount, reasons: [] })
      expect(await shipmentsOf(id)).toHaveLength(1)
    })

    test('not paid: expired', async () => {
      const { id, expire } = await unheard()
      await expire()
      expect((await orderIn(shop, id)).payment).toMatchObject({ status: 'expired', received: '0' })
    })

    test('not to be read: open until it can be, a minute later', async () => {
      const { id, expire } = await unheard('pay', 'confirm')
      const [row] = await shop.db.rows(sql`SELECT token FROM payments WHERE order_id = ${id}`)
      const setToken = (token: string) =>
        shop.db.rows(sql`UPDATE payments SET token = ${token} WHERE order_id = ${id} RETURNING id`)
      await setToken('of-another-order')
      await expire()
      expect((await orderIn(shop, id)).payment).toMatchObject({ status: 'awaiting_payment', deadline: 'ahead' })
      await setToken(row!['token'] as string)
      await expire(70_000)
      expect((await orderIn(shop, id)).payment.status).toBe('confirmed')
    })
  })

  test('however many orders of CityPay cannot be read back, those of other providers expire', async () => {
    const own = await openShop({ database })
    try {
      const first = await orderIn(own, await buy(openBrowser(own), 'city-pay'))
      // Their payments have no tokens, so nothing can read them back.
      const unreadable = Array.from({ length: 200 }, (_, number) => {
        const reference = `${first.reference}-${number}`
        return insertOrder({ ...first, id: reference, reference, payment: { ...first.payment, orderId: reference } })
      })
      await own.db.commit([sql`SELECT 1`, ...unreadable])
      const id = await buy(openBrowser(own), 'coins-ph')
      await own.shop.expireOverdue(new Date(Date.parse((await orderIn(own, id)).payment.expiresAt!) + 1))
      expect((await orderIn(own, id)).payment.status).toBe('expired')
      const waiting = sql`SELECT id FROM orders WHERE status = 'awaiting_payment' AND id <> ${first.id}`
      expect(await own.db.rows(waiting)).toHaveLength(200)
    } finally {
      await own.close()
    }
  })
}
