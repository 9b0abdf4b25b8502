/** An operator's searches, by every kind of text: `shop/operator/order-history.ts`, `payment-events.ts`. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { describeWith, POSTGRES } from '../../../__tests__/support/needs.js'
import { paths } from '../shop/views/paths.js'
import {
  buy,
  openBrowser,
  orderIn,
  payInFull,
  paymentOf,
  untilQuiet,
  untilStatus,
  type TestBrowser,
} from './support/buyer.js'
import { openShop, OPERATOR_TOKEN, type DatabaseKind, type TestShop } from './support/open-shop.js'

describe('on SQLite', () => finding('sqlite'))
describeWith(POSTGRES, 'on Postgres', () => finding('postgres'))

function finding(database: DatabaseKind): void {
  let shop: TestShop
  let staff: TestBrowser
  beforeAll(async () => {
    shop = await openShop({ database })
    staff = openBrowser(shop)
    await staff.post(paths.operatorLogin, { token: OPERATOR_TOKEN })
  })
  afterAll(() => shop.close())

  const search = (q: string) => staff.agent.get(paths.operatorSearch).query({ q })
  const eventsOf = async (reference: string): Promise<string> =>
    (await staff.agent.get(paths.operatorEvents).query({ q: reference })).text

  test('an order by its number, its payment, an event of it, and the address of its buyer', async () => {
    const id = await buy(openBrowser(shop), 'coins-ph', { email: 'Somebody.Else@example.com' })
    const { reference, payment } = await payInFull(shop, id)
    const [newest] = await shop.db.events.listEvents({ limit: 1 })
    for (const q of [
      reference,
      ` ${reference.toLowerCase()} `,
      payment.payments[0]!.paymentId!,
      newest!.eventId!,
      'somebody.else@EXAMPLE.com',
    ]) {
      const { headers } = await search(q)
      expect([q, headers['location']]).toEqual([q, paths.operatorOrder(id)])
    }
  })

  test('several orders of one buyer are a list, and nothing is said to be nothing', async () => {
    const references: string[] = []
    for (let order = 0; order < 2; order++) {
      const id = await buy(openBrowser(shop), 'coins-ph', { email: 'twice@example.com' })
      references.push((await orderIn(shop, id)).reference)
    }
    const { status, text } = await search('twice@example.com')
    expect(status).toBe(200)
    for (const reference of references) expect(text).toContain(reference)
    expect((await search('ORDER-2222222222')).text).toContain('Nothing was found for “ORDER-2222222222”')
    expect((await search('\0')).status).toBe(200)
    expect((await search('')).text).toContain('Nothing was found')
  })

  test('what came for an order, with the way to the order, and a refund by what it changed', async () => {
    const id = await buy(openBrowser(shop), 'stripe')
    const order = await orderIn(shop, id)
    const payment = await paymentOf(shop, order)
    await payment.act('pay-by-card')
    await untilQuiet(shop, id)
    await payment.act('refund')
    await untilStatus(shop, id, 'refunded')
    await untilQuiet(shop, id)
    const text = await eventsOf(order.reference)
    expect(text).toContain('payment.confirmed')
    const key = /\/event\?key=([\w-]{43})/.exec(text)![1]!
    const event = await staff.agent.get(`${paths.operatorEvents}/event`).query({ key })
    expect(event.text).toContain(`href="${paths.operatorSearch}?q=${order.reference}"`)
    // The refund does not name the order, but the order's page names the event.
    const { text: shown } = await staff.agent.get(paths.operatorOrder(id))
    expect(shown).toMatch(/refund\.confirmed <a class="code" href="\/operator\/events\?q=/)
    const other = await buy(openBrowser(shop), 'coins-ph')
    expect(await eventsOf((await orderIn(shop, other)).reference)).not.toContain(key)
  })

  test('an unreadable delivery is counted, and is not dismissed by one click', async () => {
    const id = await buy(openBrowser(shop), 'stripe')
    const page = async (query: object) => (await staff.agent.get(paths.operatorEvents).query(query)).text
    expect(await page({ state: 'quarantined' })).toContain('Nothing was found')
    await (await paymentOf(shop, await orderIn(shop, id))).trouble('unreadable')
    await untilQuiet(shop, id)
    const text = await page({ state: 'quarantined' })
    expect(text).toContain('PAYLOAD_INVALID')
    expect((await staff.agent.get(paths.operator)).text).toMatch(/Events <span class="count">1<\/span>/)
    const key = /\/event\?key=([\w-]{43})/.exec(text)![1]!
    const asked = await staff.agent.get(`${paths.operatorEvents}/dismiss`).query({ key })
    expect(asked.text).toContain('Dismiss this delivery?')
    expect(await shop.db.events.getEvent(key)).not.toBeNull()
  })
}
