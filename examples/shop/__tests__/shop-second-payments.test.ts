/** Another payment for an order whose first payment failed, or brought less than the price. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { describeWith, POSTGRES } from '../../../__tests__/support/needs.js'
import { sql } from '../shop/database/database.js'
import { paths } from '../shop/views/paths.js'
import { buy, openBrowser, orderIn, payInFull, PAYING, paymentOf, untilQuiet, untilStatus } from './support/buyer.js'
import { openShop, until, type DatabaseKind, type TestShop } from './support/open-shop.js'

describe('on SQLite', () => secondPayments('sqlite'))
describeWith(POSTGRES, 'on Postgres', () => secondPayments('postgres'))

function secondPayments(database: DatabaseKind): void {
  let shop: TestShop
  beforeAll(async () => {
    shop = await openShop({ database })
  })
  afterAll(() => shop.close())

  const shipmentsOf = (id: string) => shop.db.rows(sql`SELECT * FROM shipments WHERE order_id = ${id}`)

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
      // The provider sends the buyer back with the second payment's reference.
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
    // While one payment is open, no other can be opened.
    await browser.post(paths.payAgain(id))
    expect(await page()).toContain(link)

    await first.act('expire')
    await until(page, (text) => text.includes('Pay the difference of $16.00'))
    expect(await page()).not.toContain(link)
    expect(await page()).toContain('CityPay has closed that payment')
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
}
