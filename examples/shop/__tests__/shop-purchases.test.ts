/** Buying with every provider and every database: paid once and shipped once, whatever is delivered and how often. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { describeWith, POSTGRES } from '../../../__tests__/support/needs.js'
import type { WebhookEvent } from 'express-payment-webhooks'
import { sql } from '../shop/database/database.js'
import { createOrders } from '../shop/orders/orders.js'
import { PROVIDERS } from '../shop/payments/providers.js'
import { paths } from '../shop/views/paths.js'
import { buy, openBrowser, orderIn, payInFull, paymentOf, untilQuiet, untilStatus } from './support/buyer.js'
import { openShop, until, type DatabaseKind, type TestShop } from './support/open-shop.js'

describe('on SQLite', () => purchases('sqlite'))
describeWith(POSTGRES, 'on Postgres', () => purchases('postgres'))

function purchases(database: DatabaseKind): void {
  let shop: TestShop
  beforeAll(async () => {
    shop = await openShop({ database })
  })
  afterAll(() => shop.close())

  const shipmentsOf = (id: string) => shop.db.rows(sql`SELECT * FROM shipments WHERE order_id = ${id}`)

  test.each(PROVIDERS)('%s: from the catalogue to one shipment', async (provider) => {
    const browser = openBrowser(shop)
    const id = await buy(browser, provider, { quantity: '2' })
    const placed = await orderIn(shop, id)
    expect(placed.payment).toMatchObject({ status: 'awaiting_payment', received: '0' })
    expect((await browser.agent.get(paths.order(id))).status).toBe(200)

    const paid = await payInFull(shop, id)
    expect(paid.payment).toMatchObject({ received: placed.payment.expected.amount, shortfall: '0', excess: '0' })
    expect(await shipmentsOf(id)).toHaveLength(1)
  })

  test.each(PROVIDERS)('%s: every callback three times in parallel ships once', async (provider) => {
    const id = await buy(openBrowser(shop), provider)
    const payment = await paymentOf(shop, await orderIn(shop, id))
    await payment.deliver({ copies: 3, parallel: true })
    await payInFull(shop, id)
    await untilQuiet(shop, id)
    const { payment: state } = await orderIn(shop, id)
    expect(state).toMatchObject({ status: 'confirmed', excess: '0', reasons: [] })
    expect(await shipmentsOf(id)).toHaveLength(1)
  })

  test.each(PROVIDERS)('%s: a forged callback changes nothing', async (provider) => {
    const id = await buy(openBrowser(shop), provider)
    const payment = await paymentOf(shop, await orderIn(shop, id))
    await payment.trouble('forged')
    await until(payment.view, ({ deliveries }) =>
      deliveries.some(({ forged, attempts }) => forged && attempts.some(({ status }) => status !== null)),
    )
    const { payment: state } = await orderIn(shop, id)
    expect(state).toMatchObject({ status: 'awaiting_payment', received: '0' })
    expect(await shipmentsOf(id)).toHaveLength(0)
  })

  test('part payments at the same address add up, and the difference completes the order', async () => {
    const id = await buy(openBrowser(shop), 'crypto-gateway')
    const payment = await paymentOf(shop, await orderIn(shop, id))
    await payment.act('pay', { amount: '10' })
    await payment.act('confirm')
    const short = await untilStatus(shop, id, 'payment_insufficient')
    expect(short.payment).toMatchObject({ received: '10', shortfall: '16' })
    expect(await shipmentsOf(id)).toHaveLength(0)

    await payment.act('pay', { amount: '20' })
    await payment.act('confirm')
    const paid = await untilStatus(shop, id, 'confirmed')
    expect(paid.payment).toMatchObject({ received: '30', excess: '4', reasons: ['overpaid'] })
    expect(await shipmentsOf(id)).toHaveLength(1)
  })

  test('an order is found by the name that its provider chose for the payment, once that was learned', async () => {
    const id = await buy(openBrowser(shop), 'coinbar-pay')
    const { payment } = await payInFull(shop, id)
    const [{ paymentId }] = payment.ledgers as [(typeof payment.ledgers)[number]]
    const rows = await shop.db.rows(sql`SELECT order_id FROM payments WHERE payment_id = ${paymentId}`)
    expect(rows).toEqual([{ order_id: id }])
    const event = { provider: 'coinbar-pay', paymentId, paymentIds: [paymentId], orderId: null }
    const found = await createOrders(shop.db, shop.shop.url).forEvent(event as unknown as WebhookEvent, undefined)
    expect(found?.id).toBe(id)
  })

  test('a restart in the middle of a payment loses nothing', async () => {
    const browser = openBrowser(shop)
    const id = await buy(browser, 'crypto-gateway')
    const before = await paymentOf(shop, await orderIn(shop, id))
    await before.deliver({ stopped: true })
    await before.act('pay')
    shop = await shop.restart()
    const after = await paymentOf(shop, await orderIn(shop, id))
    await after.act('confirm')
    await after.deliver({ stopped: false })
    await untilStatus(shop, id, 'confirmed')
    expect(await shipmentsOf(id)).toHaveLength(1)
  })
}
