/** Buying with every provider, on every database: paid once, shipped once, whatever is delivered and how often. */
import { setTimeout } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { DATABASE_URL, describeWith } from '../../../__tests__/support/services.js'
import { sql } from '../shop/database/database.js'
import { insertOrder } from '../shop/orders/order-rows.js'
import { PROVIDERS } from '../shop/payments/providers.js'
import { paths } from '../shop/views/paths.js'
import { buy, openBrowser, orderIn, payInFull, PAYING, paymentOf, untilQuiet, untilStatus } from './support/buyer.js'
import { openShop, until, type DatabaseKind, type TestShop } from './support/open-shop.js'

describe('on SQLite', () => purchases('sqlite'))
describeWith(DATABASE_URL, 'on Postgres', () => purchases('postgres'))

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
    await payment.forge()
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

  test.each(['coinbar-pay', 'city-pay'] as const)(
    '%s: a canceled payment can be followed by another',
    async (provider) => {
      const browser = openBrowser(shop)
      const id = await buy(browser, provider)
      const first = await paymentOf(shop, await orderIn(shop, id))
      if (provider === 'city-pay') await first.act('choose-coin', { coin: 'btc' })
      await first.act('cancel')
      await untilStatus(shop, id, 'canceled')
      const answer = await browser.post(paths.payAgain(id))
      expect(answer.headers['location']).toBe(paths.order(id))
      const { reference, payment } = await orderIn(shop, id)
      expect(payment.status).toBe('awaiting_payment')
      // The provider sends the buyer back with the name of the second payment.
      const returned = await browser.agent.get(`${paths.return}?order_id=${payment.payments.at(-1)!.reference}`)
      expect(returned.text).toContain(reference)

      await payInFull(shop, id)
      await untilQuiet(shop, id)
      expect((await orderIn(shop, id)).payment).toMatchObject({ status: 'confirmed', excess: '0' })
      expect(await shipmentsOf(id)).toHaveLength(1)
    },
  )

  test('a payment that ran out within the time of its buyer: neither page nor mail calls the order lost', async () => {
    const browser = openBrowser(shop)
    const id = await buy(browser, 'coinbar-pay')
    await (await paymentOf(shop, await orderIn(shop, id))).act('expire')
    await untilStatus(shop, id, 'expired')
    const { text } = await browser.agent.get(paths.order(id))
    expect(text).toContain('Try again and pay €24.00')
    expect(text).not.toMatch(/time to pay is over|do not pay again/)
    const mails = await shop.db.rows(sql`SELECT subject, body FROM outbox WHERE order_id = ${id} ORDER BY id`)
    expect(mails.at(-1)!['subject']).toMatch(/^Your payment ran out of time/)
    expect(mails.at(-1)!['body']).toMatch(/You can try once more .*, until /)
    await browser.post(paths.payAgain(id))
    await payInFull(shop, id)
    expect(await shipmentsOf(id)).toHaveLength(1)
  })

  test('a part payment that CityPay closed can be followed by one for the difference, which a person accepts', async () => {
    const browser = openBrowser(shop)
    const id = await buy(browser, 'city-pay')
    const page = async () => (await browser.agent.get(paths.order(id))).text
    const first = await paymentOf(shop, await orderIn(shop, id))
    const [link] = /href="[^"]+\/city-pay\/invoice[^"]+"/.exec(await page())!
    await first.act('choose-coin', { coin: 'btc' })
    await first.act('pay', { amount: '10' })
    await untilStatus(shop, id, 'payment_insufficient')
    expect(await page()).toContain(link)
    expect(await page()).not.toContain('Pay the difference')
    // While its payment is open, there is no other one.
    await browser.post(paths.payAgain(id))
    expect(await page()).toContain(link)

    await first.act('expire')
    await until(page, (text) => text.includes('Pay the difference of $16.00'))
    expect(await page()).not.toContain(link)
    await browser.post(paths.payAgain(id))
    expect(await page()).toContain('Pay $16.00 at CityPay')
    const second = await paymentOf(shop, await orderIn(shop, id))
    for (const action of PAYING['city-pay']) await second.act(action)
    const { payment } = await untilStatus(shop, id, 'needs_review')
    expect(payment).toMatchObject({ received: '26', shortfall: '0', reasons: ['paid_in_parts'] })
    expect(await shipmentsOf(id)).toHaveLength(0)
    expect(await page()).toContain('The price arrived in more than one payment.')
  })

  test('a part payment that CoinbarPay sent back can be followed by another payment', async () => {
    const browser = openBrowser(shop)
    const id = await buy(browser, 'coinbar-pay')
    const signal = async () => (await browser.agent.get(paths.orderSignal(id))).body as { final: boolean }
    await (await paymentOf(shop, await orderIn(shop, id))).act('pay', { amount: '1' })
    await untilStatus(shop, id, 'refunded')
    expect(await signal()).toMatchObject({ final: false })
    await browser.post(paths.payAgain(id))
    expect((await orderIn(shop, id)).payment.status).toBe('awaiting_payment')

    const { payment } = await payInFull(shop, id)
    expect(payment).toMatchObject({ received: payment.expected.amount, reasons: [] })
    expect(await shipmentsOf(id)).toHaveLength(1)
    await (await paymentOf(shop, await orderIn(shop, id))).act('refund')
    await untilStatus(shop, id, 'refunded')
    expect(await signal()).toMatchObject({ final: true })
    await browser.post(paths.payAgain(id))
    expect((await orderIn(shop, id)).payment.status).toBe('refunded')
  })

  test('an order whose time has passed expires, and money that comes later waits for a person', async () => {
    const hurried = await openShop({ database, config: { paymentWindowMs: 1 } })
    try {
      const id = await buy(openBrowser(hurried), 'crypto-gateway')
      const order = await orderIn(hurried, id)
      await hurried.shop.expireOverdue()
      expect((await orderIn(hurried, id)).payment.status).toBe('expired')

      // The gateway dates its transactions to the second.
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
      // Without their payments' tokens: there is nothing to read them with.
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
