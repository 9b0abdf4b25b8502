/** The operator's area: orders and their history, decisions, and deliveries that wait in quarantine. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { describeWith, POSTGRES } from '../../../__tests__/support/needs.js'
import { sql } from '../shop/database/database.js'
import { paths } from '../shop/views/paths.js'
import { buy, openBrowser, orderIn, payInFull, untilQuiet, type TestBrowser } from './support/buyer.js'
import { openShop, OPERATOR_TOKEN, until, type DatabaseKind, type TestShop } from './support/open-shop.js'

describe('on SQLite', () => operating('sqlite'))
describeWith(POSTGRES, 'on Postgres', () => operating('postgres'))

function operating(database: DatabaseKind): void {
  let shop: TestShop
  let staff: TestBrowser
  beforeAll(async () => {
    shop = await openShop({ database })
    staff = openBrowser(shop)
    await staff.post(paths.operatorLogin, { token: OPERATOR_TOKEN })
  })
  afterAll(() => shop.close())

  const coinsPhCallback = (data: object) =>
    fetch(`${shop.shop.url}/webhooks/coins-ph`, {
      method: 'POST',
      headers: { authorization: `Token ${shop.accounts.coinsPh.token}` },
      body: JSON.stringify({ event: { name: 'invoice.fully_paid', data } }),
    })

  /** Paid in a currency other than the order's. */
  const inReview = async (): Promise<string> => {
    const id = await buy(openBrowser(shop), 'coins-ph')
    await untilQuiet(shop, id)
    const { reference, payment } = await orderIn(shop, id)
    const { amount } = payment.expected
    const invoice = { id: payment.payments[0]!.paymentId, amount, amount_received: amount, currency: 'VND' }
    expect((await coinsPhCallback({ ...invoice, external_transaction_id: reference })).status).toBe(200)
    expect((await orderIn(shop, id)).payment).toMatchObject({ status: 'needs_review', reasons: ['currency_mismatch'] })
    return id
  }
  const shipmentsOf = (id: string) => shop.db.rows(sql`SELECT * FROM shipments WHERE order_id = ${id}`)

  test('orders are listed, counted and filtered by status', async () => {
    const waiting = await orderIn(shop, await buy(openBrowser(shop), 'coins-ph'))
    const paid = await payInFull(shop, await buy(openBrowser(shop), 'coins-ph'))
    const all = await staff.agent.get(paths.operator)
    expect(all.text).toContain(waiting.reference)
    expect(all.text).toContain(paid.reference)
    const confirmed = await staff.agent.get(`${paths.operator}?status=confirmed`)
    expect(confirmed.text).toContain(paid.reference)
    expect(confirmed.text).not.toContain(waiting.reference)
    expect((await staff.agent.get(`${paths.operator}?status=nonsense&before[]=1`)).status).toBe(200)
  })

  test('an order shows its events, mails and shipment', async () => {
    const { id } = await payInFull(shop, await buy(openBrowser(shop), 'coins-ph'))
    await until(shop.shop.sendMails, (sent) => sent === 0)
    const { text } = await staff.agent.get(paths.operatorOrder(id))
    expect(text).toContain('payment.confirmed')
    expect(text).toContain('Your order is paid')
    expect((await staff.agent.get(paths.operatorOrder('nothing'))).status).toBe(404)
  })

  test('accepting an order in review ships it once, however often the button is pressed', async () => {
    const id = await inReview()
    const press = () => staff.post(paths.operatorDecide(id), { decision: 'accepted' })
    const answers = await Promise.all([press(), press(), press()])
    expect(answers.map(({ status }) => status).sort()).toEqual([303, 409, 409])
    expect((await orderIn(shop, id)).payment).toMatchObject({ status: 'confirmed', decision: { verdict: 'accepted' } })
    expect(await shipmentsOf(id)).toHaveLength(1)
  })

  test('rejecting an order in review cancels it, and nothing can be paid any more', async () => {
    const id = await inReview()
    await staff.post(paths.operatorDecide(id), { decision: 'rejected' })
    expect((await orderIn(shop, id)).payment.status).toBe('canceled')
    expect(await shipmentsOf(id)).toHaveLength(0)
    const page = await openBrowser(shop).agent.get(paths.order(id))
    expect(page.text).not.toContain('/coins-ph/payment/')
  })

  test('only orders in review are decided, and only one way or the other', async () => {
    const id = await buy(openBrowser(shop), 'coins-ph')
    expect((await staff.post(paths.operatorDecide(id), { decision: 'accepted' })).status).toBe(409)
    expect((await staff.post(paths.operatorDecide(id), { decision: 'paid' })).status).toBe(400)
    expect((await orderIn(shop, id)).payment.status).toBe('awaiting_payment')
  })

  test('the event log shows what came in', async () => {
    await payInFull(shop, await buy(openBrowser(shop), 'crypto-gateway'))
    const { text } = await staff.agent.get(`${paths.operatorEvents}?state=done`)
    expect(text).toContain('transaction.confirmed')
  })

  /** Sends a form of the operator's page with its token, and returns the page to which the browser is redirected. */
  const act = async (action: 'replay' | 'dismiss', key: string) => {
    const events = paths.operatorEvents
    const { text } = await staff.agent.get(`${events}/event`).query({ key })
    const token = /name="token" value="([^"]+)"/.exec(text)?.[1] ?? ''
    const { origin } = new URL(shop.shop.url)
    const form = { key, token, confirmed: 'yes' }
    const answer = await staff.agent.post(`${events}/${action}`).set('origin', origin).type('form').send(form)
    return answer.status === 303 ? staff.agent.get(answer.headers['location']!) : answer
  }

  test('an unusable delivery waits in quarantine, is taken through again, and can be dismissed', async () => {
    const key = async () =>
      (await shop.db.events.listEvents({ state: 'quarantined' })).find(({ code }) => code === 'PAYLOAD_INVALID')?.key
    const data = { id: 'inv_unreadable', currency: 'PHP', amount: 'a lot', amount_received: '0' }
    expect((await coinsPhCallback(data)).status).toBe(200)
    const first = await key()
    const page = await staff.agent.get(`${paths.operatorEvents}?state=quarantined`)
    expect(page.text).toContain(`/event?key=${first}`)
    expect((await staff.agent.get(`${paths.operatorEvents}/event`).query({ key: first })).text).toContain(
      'inv_unreadable',
    )
    // The shop runs it again without further action, but it is still unreadable.
    expect((await act('replay', first!)).text).toContain('failed again, for the reason below')
    await until(key, (found) => found !== undefined)
    expect((await act('dismiss', (await key())!)).text).toContain(
      'The delivery is dismissed. It was deleted with its body.',
    )
    expect(await key()).toBeUndefined()
    expect((await act('dismiss', first!)).status).toBe(403)
  })

  test('money that names no order is asked for again, and then kept for the operator', async () => {
    const data = { id: 'inv_without_order', currency: 'PHP', amount: '1', amount_received: '1' }
    const statuses: number[] = []
    for (let delivery = 1; delivery <= 5; delivery++) statuses.push((await coinsPhCallback(data)).status)
    expect(statuses).toEqual([503, 503, 503, 503, 200])
    const [failed] = await shop.db.events.listEvents({ state: 'failed' })
    expect(failed).toMatchObject({ attempts: 5, keptAs: 'delivery' })
    expect((await act('replay', failed!.key)).text).toContain('failed again, for the reason below')
    expect(await shop.db.events.getEvent(failed!.key)).toMatchObject({ state: 'failed', attempts: 6 })
    // The record belongs to the event, and stays.
    expect((await act('dismiss', failed!.key)).text).toContain('The event is dismissed.')
    expect(await shop.db.events.getEvent(failed!.key)).toMatchObject({ state: 'done', code: 'DISMISSED' })
  })

  test('addresses that no page of the shop has are not looked up', async () => {
    await buy(staff, 'coins-ph')
    const answers = [
      ['/return?order_id=%00', 200],
      ['/orders/%00', 404],
      ['/orders/%00/signal', 404],
      ['/operator?before=%00', 200],
      ['/operator/orders/%00', 404],
      ['/operator/events?before=x%20y', 200],
      ['/operator/events/event?key=%00', 404],
      ['/operator/events?before=2026-02-30T00:00:00.000Z%20y', 200],
      ['/operator/events?before=2026-02-03T00:00:00.000Z%20%00', 200],
    ] as const
    for (const [path, status] of answers) expect([path, (await staff.agent.get(path)).status]).toEqual([path, status])
    expect(shop.lines.filter((line) => line.includes('request failed'))).toEqual([])
  })

  test('logging out ends it', async () => {
    const browser = openBrowser(shop)
    await browser.post(paths.operatorLogin, { token: OPERATOR_TOKEN })
    expect((await browser.agent.get(paths.operator)).status).toBe(200)
    await browser.post(paths.operatorLogout)
    expect((await browser.agent.get(paths.operator)).status).toBe(303)
  })
}
