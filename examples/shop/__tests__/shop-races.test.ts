/** D11: another actor completes, expires or decides an order at the moment at which its payment arrives. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { describeWith, POSTGRES } from '../../../__tests__/support/needs.js'
import { createShop, type Shop } from '../shop/app.js'
import { sql } from '../shop/database/database.js'
import { paths } from '../shop/views/paths.js'
import { buy, openBrowser, orderIn, untilQuiet, type TestBrowser } from './support/buyer.js'
import { openShop, OPERATOR_TOKEN, type DatabaseKind, type TestShop } from './support/open-shop.js'

describe('on SQLite', () => races('sqlite'))
describeWith(POSTGRES, 'on Postgres', () => races('postgres'))

/** A payment that sends an order into review. */
const ODD = { amount: '1', amount_received: '1', currency: 'VND' }

function races(database: DatabaseKind): void {
  let shop: TestShop
  let staff: TestBrowser
  /** A second process of the shop: it shares only the database. */
  let other: Shop
  beforeAll(async () => {
    shop = await openShop({ database })
    other = await createShop(shop.config, { log: () => {} })
    staff = openBrowser(shop)
    await staff.post(paths.operatorLogin, { token: OPERATOR_TOKEN })
  })
  afterAll(async () => {
    await other.close()
    await shop.close()
  })

  /** An invoice, and the callbacks that its provider could send now. */
  async function order() {
    const browser = openBrowser(shop)
    const id = await buy(browser, 'coins-ph')
    await untilQuiet(shop, id)
    const { reference, payment } = await orderIn(shop, id)
    const { amount } = payment.expected
    const paid = { amount, amount_received: amount, currency: 'PHP' }
    const invoice = { id: payment.payments[0]!.paymentId, external_transaction_id: reference }
    const deliver = (data: object = paid) =>
      fetch(`${shop.shop.url}/webhooks/coins-ph`, {
        method: 'POST',
        headers: { authorization: `Token ${shop.accounts.coinsPh.token}`, 'content-type': 'application/json' },
        body: JSON.stringify({ event: { name: 'invoice.fully_paid', data: { ...invoice, ...data } } }),
      })
    const open = () => browser.agent.get(`/return?invoice_id=${invoice.id}&status=fully_paid`)
    const afterDeadline = new Date(Date.parse(payment.expiresAt!) + 1)
    return { id, deliver, open, expire: () => other.expireOverdue(afterDeadline) }
  }

  const shipmentsOf = (id: string) => shop.db.rows(sql`SELECT * FROM shipments WHERE order_id = ${id}`)
  const timesConfirmed = (id: string) =>
    shop.db.rows(
      sql`SELECT * FROM audit WHERE order_id = ${id} AND to_status = 'confirmed' AND from_status <> to_status`,
    )

  const ROUNDS = Array.from({ length: 5 }, (_, round) => round)

  test('callbacks and return pages have one effect', async () => {
    const { id, deliver, open } = await order()
    const answers = await Promise.all(Array.from({ length: 10 }, (_, index) => (index % 2 === 0 ? deliver() : open())))
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 10 }, () => 200))
    expect((await orderIn(shop, id)).payment.status).toBe('confirmed')
    expect(await shipmentsOf(id)).toHaveLength(1)
    expect(await timesConfirmed(id)).toHaveLength(1)
  })

  test.each(ROUNDS)('the clock of another process expires no order that is being paid, round %p', async () => {
    const { id, deliver, expire } = await order()
    await Promise.all([expire(), deliver(), expire(), deliver(), deliver(), expire()])
    // A delivery that was refused for now is retried.
    expect((await deliver()).status).toBe(200)
    expect((await orderIn(shop, id)).payment).toMatchObject({ status: 'confirmed', reasons: [] })
    expect(await shipmentsOf(id)).toHaveLength(1)
    expect(await timesConfirmed(id)).toHaveLength(1)
    expect(await expire()).toBe(0)
    expect((await orderIn(shop, id)).payment.status).toBe('confirmed')
  })

  test.each(ROUNDS)('an operator accepts an order that is being paid: one shipment, round %p', async () => {
    const { id, deliver, expire } = await order()
    await deliver(ODD)
    expect((await orderIn(shop, id)).payment.status).toBe('needs_review')
    const accept = () => staff.post(paths.operatorDecide(id), { decision: 'accepted' })
    await Promise.all([accept(), deliver(), expire(), accept(), deliver()])
    expect((await deliver()).status).toBe(200)
    expect((await orderIn(shop, id)).payment).toMatchObject({ status: 'confirmed', shortfall: '0' })
    expect(await shipmentsOf(id)).toHaveLength(1)
    expect(await timesConfirmed(id)).toHaveLength(1)
  })

  test.each(ROUNDS)('an operator rejects an order that is being paid: whoever was first, round %p', async () => {
    const { id, deliver, expire } = await order()
    await deliver(ODD)
    const reject = () => staff.post(paths.operatorDecide(id), { decision: 'rejected' })
    const [rejected] = await Promise.all([reject(), deliver(), expire(), deliver()])
    expect((await deliver()).status).toBe(200)
    const isRejected = rejected.status === 303
    const { payment } = await orderIn(shop, id)
    expect(payment).toMatchObject({ status: isRejected ? 'needs_review' : 'confirmed', shortfall: '0' })
    // The operator had not seen this money, and has to decide again.
    expect(payment.reasons.includes('money_after_rejection')).toBe(isRejected)
    expect(await shipmentsOf(id)).toHaveLength(isRejected ? 0 : 1)
  })
}
