/**
 * Card payments from the operator's side, and the shop's own changes of orders: `shop/operator/card-routes.tsx`,
 * `change-routes.tsx`.
 */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { describeWith, POSTGRES } from '../../../__tests__/support/needs.js'
import { sql } from '../shop/database/database.js'
import { paths } from '../shop/views/paths.js'
import { buy, openBrowser, orderIn, paymentOf, untilQuiet, untilStatus, type TestBrowser } from './support/buyer.js'
import { openShop, OPERATOR_TOKEN, until, type DatabaseKind, type TestShop } from './support/open-shop.js'

describe('on SQLite', () => cards('sqlite'))
describeWith(POSTGRES, 'on Postgres', () => cards('postgres'))

test.each([1, 7 * 24 * 60])('with %i minutes to pay, Stripe still opens a session', async (minutes) => {
  const shop = await openShop({ config: { paymentWindowMs: minutes * 60_000 } })
  try {
    const id = await buy(openBrowser(shop), 'stripe')
    const { expiresAt } = await (await paymentOf(shop, await orderIn(shop, id))).view()
    const left = (Date.parse(expiresAt!) - Date.now()) / 60_000
    expect(left).toBeGreaterThan(minutes === 1 ? 29 : 23 * 60)
    expect(left).toBeLessThan(minutes === 1 ? 32 : 24 * 60)
  } finally {
    await shop.close()
  }
})

function cards(database: DatabaseKind): void {
  let shop: TestShop
  let staff: TestBrowser
  beforeAll(async () => {
    shop = await openShop({ database })
    staff = openBrowser(shop)
    await staff.post(paths.operatorLogin, { token: OPERATOR_TOKEN })
  })
  afterAll(() => shop.close())

  /** Places an order and runs these actions at the sandbox. */
  const bought = async (...actions: string[]): Promise<string> => {
    const id = await buy(openBrowser(shop), 'stripe')
    await play(id, ...actions)
    return id
  }
  const play = async (id: string, ...actions: string[]) => {
    const payment = await paymentOf(shop, await orderIn(shop, id))
    for (const action of actions) await payment.act(action)
    await untilQuiet(shop, id)
  }
  const paymentIn = async (id: string) => (await orderIn(shop, id)).payment
  const shipmentsOf = (id: string) => shop.db.rows(sql`SELECT * FROM shipments WHERE order_id = ${id}`)
  /** Sends the form of the operator's page. */
  const card = async (id: string, action: string, form: object = {}) => {
    const { ledgers, version } = await paymentIn(id)
    const payment = ledgers[0]!.paymentId
    return staff.post(paths.operatorCard(id), { action, payment, version: String(version), ...form })
  }
  const change = async (id: string, name: string, form: object = {}) =>
    staff.post(paths.operatorChange(id), { change: name, version: String((await paymentIn(id)).version), ...form })

  test('a card that is declined leaves the page open, and is paid there', async () => {
    const id = await bought('decline')
    expect(await paymentIn(id)).toMatchObject({ status: 'payment_failed', received: '0' })
    const page = await openBrowser(shop).agent.get(paths.order(id))
    expect(page.text).toContain('/c/pay/cs_test_')
    await play(id, 'pay-by-card')
    expect(await paymentIn(id)).toMatchObject({ status: 'confirmed', received: '24' })
    expect(await shipmentsOf(id)).toHaveLength(1)
  })

  test('a reserved order ships at once; charging it later ships nothing more', async () => {
    const id = await bought('reserve')
    expect(await paymentIn(id)).toMatchObject({ status: 'payment_authorized', authorized: '24', received: '0' })
    expect(await shipmentsOf(id)).toHaveLength(1)
    expect((await card(id, 'capture')).status).toBe(303)
    expect(await untilStatus(shop, id, 'confirmed')).toMatchObject({ payment: { authorized: '0', received: '24' } })
    expect(await shipmentsOf(id)).toHaveLength(1)
  })

  test('charging less than the price brings the order to review, and another price out of it', async () => {
    const id = await bought('reserve')
    await card(id, 'capture', { amount: '20.5' })
    const { payment } = await untilStatus(shop, id, 'needs_review')
    expect(payment).toMatchObject({ received: '20.5', reasons: ['paid_short', 'undone_after_paid'] })
    await change(id, 'reprice', { amount: '20.50', note: 'one cup is chipped' })
    expect(await paymentIn(id)).toMatchObject({ status: 'confirmed', expected: { amount: '20.5', currency: 'EUR' } })
    const { text } = await staff.agent.get(paths.operatorOrder(id))
    expect(text).toContain('price changed from 24 to 20.5 EUR, by operator: one cup is chipped')
  })

  test('a reservation that is given back after the goods left is in review', async () => {
    const id = await bought('reserve')
    await card(id, 'release')
    expect((await untilStatus(shop, id, 'needs_review')).payment.reasons).toEqual(['undone_after_paid'])
  })

  test('processing counts as seen, and is paid later', async () => {
    const id = await bought('process')
    expect((await paymentIn(id)).status).toBe('payment_detected')
    await play(id, 'confirm')
    expect((await paymentIn(id)).status).toBe('confirmed')
  })

  test('a part is refunded, then the rest; then nothing is left to refund', async () => {
    const id = await bought('pay-by-card')
    await card(id, 'refund', { amount: '10' })
    expect(await untilStatus(shop, id, 'partially_refunded')).toMatchObject({
      payment: { refunded: '10', received: '14' },
    })
    expect((await card(id, 'refund', { amount: '14.01' })).status).toBe(422)
    await card(id, 'refund')
    expect(await untilStatus(shop, id, 'refunded')).toMatchObject({ payment: { refunded: '24', received: '0' } })
    expect((await card(id, 'refund')).status).toBe(409)
  })

  test.each(['0', '-1', '1.005', 'all of it'])('an amount of %j is not refunded', async (amount) => {
    const id = await bought('pay-by-card')
    expect((await card(id, 'refund', { amount })).status).toBe(422)
    expect((await paymentIn(id)).refunded).toBe('0')
  })

  test('a button that is pressed twice refunds once', async () => {
    const id = await bought('pay-by-card')
    const { version, ledgers } = await paymentIn(id)
    const form = { action: 'refund', payment: ledgers[0]!.paymentId, version: String(version), amount: '5' }
    const answers = await Promise.all([1, 2].map(() => staff.post(paths.operatorCard(id), form)))
    expect(answers.map(({ status }) => status).filter((status) => status !== 303 && status !== 409)).toEqual([])
    await untilQuiet(shop, id)
    expect((await paymentIn(id)).refunded).toBe('5')
  })

  test('a refund that fails days later leaves the money here', async () => {
    const id = await bought('pay-by-card', 'refund')
    expect((await paymentIn(id)).status).toBe('refunded')
    await play(id, 'fail-refund')
    expect(await paymentIn(id)).toMatchObject({ status: 'confirmed', received: '24', reasons: ['refund_failed'] })
  })

  test('an inquiry moves nothing; a dispute does, until it is won', async () => {
    const id = await bought('pay-by-card', 'inquire')
    expect(await paymentIn(id)).toMatchObject({ status: 'confirmed', disputed: '0' })
    await play(id, 'dispute')
    expect(await paymentIn(id)).toMatchObject({ status: 'disputed', disputed: '24', received: '0' })
    expect((await card(id, 'refund')).status).toBe(409)
    await play(id, 'win-dispute')
    expect(await paymentIn(id)).toMatchObject({ status: 'confirmed', disputed: '0', received: '24' })
  })

  test('a dispute that is lost has taken the money', async () => {
    const id = await bought('pay-by-card', 'dispute', 'lose-dispute')
    expect(await paymentIn(id)).toMatchObject({ status: 'refunded', refunded: '24', reasons: ['dispute_lost'] })
  })

  test('of a payment that Stripe refuses to move, nothing is moved, and the log says so', async () => {
    const id = await bought('pay-by-card')
    // The dispute exists at Stripe, but its events have not arrived yet.
    const payment = await paymentOf(shop, await orderIn(shop, id))
    await payment.deliver({ stopped: true })
    await payment.act('dispute')
    expect((await card(id, 'refund')).status).toBe(502)
    expect(shop.lines.filter((line) => line.includes('answered with status 400'))).toHaveLength(1)
    await payment.deliver({})
    await untilStatus(shop, id, 'disputed')
  })

  test('canceled and opened again, it is paid in a new session', async () => {
    const buyer = openBrowser(shop)
    const id = await buy(buyer, 'stripe')
    await change(id, 'cancel', { note: 'out of stock' })
    expect((await paymentIn(id)).status).toBe('canceled')
    expect((await buyer.agent.get(paths.order(id))).text).not.toContain('/c/pay/')
    await change(id, 'reopen')
    expect(await paymentIn(id)).toMatchObject({ status: 'awaiting_payment', decision: null })
    await buyer.post(paths.payAgain(id))
    await play(id, 'pay-by-card')
    expect(await paymentIn(id)).toMatchObject({ status: 'confirmed', received: '24' })
  })

  test('an order that is opened again has a new deadline, and expires at it', async () => {
    const id = await bought()
    await change(id, 'cancel')
    await change(id, 'reopen')
    const { expiresAt } = await paymentIn(id)
    await shop.shop.expireOverdue(new Date(Date.parse(expiresAt!) - 1000))
    expect((await paymentIn(id)).status).toBe('awaiting_payment')
    await shop.shop.expireOverdue(new Date(Date.parse(expiresAt!) + 1000))
    await until(
      () => paymentIn(id),
      ({ status }) => status === 'expired',
    )
  })

  test('money that came otherwise pays the order, in parts as well', async () => {
    const id = await bought()
    await change(id, 'paid', { amount: '4', note: 'cash' })
    expect(await paymentIn(id)).toMatchObject({ status: 'payment_insufficient', received: '4' })
    await change(id, 'paid', { amount: '20' })
    expect(await paymentIn(id)).toMatchObject({ status: 'confirmed', received: '24' })
    expect(await shipmentsOf(id)).toHaveLength(1)
  })

  test.each([
    ['paid', { amount: 'some' }, 422],
    ['reprice', { amount: '-1' }, 422],
    ['reopen', {}, 409],
    ['steal', {}, 400],
    ['cancel', { version: '99' }, 409],
  ])('%s with %j is answered %i and changes nothing', async (name, form, status) => {
    const id = await bought()
    const before = await paymentIn(id)
    expect((await change(id, name, form)).status).toBe(status)
    expect(await paymentIn(id)).toEqual(before)
  })
}
