/** Reading from Xendit's API over HTTP: the requests, their number, and the results of unusable answers. */
import { describe, expect, test } from '@jest/globals'
import { createReceiver, memoryStore, type WebhookEvent } from 'express-payment-webhooks'
import { xendit } from 'express-payment-webhooks/providers/xendit'
import { receiverOf } from '../../support/deliver.js'
import { apiServer } from '../../support/provider-suite.js'
import { API, CAPTURED, fixture, INVOICE, KEY, REFUND, REQUEST, TOKEN } from './support.js'

const api = apiServer({
  ...Object.fromEntries(Object.entries(API).map(([path, found]) => [path, { body: JSON.stringify(found) }])),
  '/v2/invoices/broken': { body: '<html>' },
  '/v2/invoices/forbidden': { status: 403, body: '{}' },
  '/v2/invoices/exact': { body: '{"id":"exact","status":"PAID","amount":1e2,"currency":"PHP"}' },
  '/v2/invoices/float': {
    body: '{"id":"float","status":"PAID","amount":100,"paid_amount":90071992547409.93,"currency":"PHP"}',
  },
})

const byKey = () => xendit({ token: TOKEN, apiKey: KEY, apiUrl: api.url() })
const invoice = (id: string, status = 'PAID') => JSON.stringify({ ...fixture('invoice_paid'), id, status })

describe('what is asked', () => {
  test.each([
    ['invoice_paid', INVOICE, 'payment.confirmed'],
    ['payment_capture_v3', CAPTURED, 'payment.confirmed'],
    ['payment_succeeded_v2', REQUEST, 'payment.confirmed'],
    ['refund_succeeded', REFUND, 'refund.confirmed'],
  ])('%s is read at %s', async (name, path, type) => {
    const { deliver, events } = receiverOf(byKey())
    await deliver(JSON.stringify(fixture(name)))
    expect(events).toMatchObject([{ type }])
    expect(api.requests.at(-1)).toMatchObject({
      path,
      headers: {
        authorization: `Basic ${Buffer.from(`${KEY}:`).toString('base64')}`,
        'api-version': '2024-11-11',
      },
    })
  })

  test.each(['../../balance', 'a/b', 'a?b', 'a b', '', 'x'.repeat(101), null])(
    'an id of %j is asked for nowhere, and kept for the operator',
    async (id) => {
      const before = api.requests.length
      const payload = { ...fixture('refund_succeeded'), data: { id } }
      expect((await receiverOf(byKey()).deliver(JSON.stringify(payload))).error).toMatchObject({
        code: 'PAYLOAD_INVALID',
      })
      expect(api.requests).toHaveLength(before)
    },
  )

  test('without its token nothing is', async () => {
    const before = api.requests.length
    const body = JSON.stringify(fixture('invoice_paid'))
    expect((await receiverOf(byKey()).deliver(body, { 'x-callback-token': `${TOKEN}0` })).kind).toBe('not_authentic')
    expect(api.requests).toHaveLength(before)
  })
})

describe('what is answered', () => {
  test('an id that Xendit does not know is for the operator: nothing of another account is lost', async () => {
    const outcome = await receiverOf(byKey()).deliver(invoice('579c8d61f23fa4ca35e52da4'))
    expect(outcome).toMatchObject({ kind: 'unusable', error: { code: 'PAYLOAD_INVALID' } })
  })

  test.each([
    ['broken', 'READ_BACK_UNAVAILABLE'],
    ['forbidden', 'READ_BACK_UNAVAILABLE'],
  ])('%s is asked for again: %s', async (id, code) => {
    const { deliver, errors } = receiverOf(byKey())
    expect((await deliver(invoice(id))).kind).toBe('retry_later')
    expect(errors).toMatchObject([{ code }])
    expect(String(errors[0])).not.toContain(KEY)
  })

  test('without what was paid, an invoice that is paid was paid in full', async () => {
    const { deliver, events } = receiverOf(byKey())
    await deliver(invoice('exact'))
    expect(events).toMatchObject([{ received: { amount: '100', currency: 'PHP', basis: 'total' } }])
  })

  test('a number that no float holds is read as it was written', async () => {
    const { deliver, events } = receiverOf(byKey())
    await deliver(invoice('float'))
    expect(events).toMatchObject([{ received: { amount: '90071992547409.93' } }])
  })

  test('a server that is away is asked again', async () => {
    const provider = xendit({ token: TOKEN, apiKey: KEY, apiUrl: 'http://127.0.0.1:1' })
    expect((await receiverOf(provider).deliver(invoice('exact'))).kind).toBe('retry_later')
  })
})

test('a handler gets what was read, and when', async () => {
  const events: WebhookEvent[] = []
  const receiver = createReceiver(byKey(), {
    store: memoryStore(),
    on: { 'payment.confirmed': async (event) => void events.push(event) },
  })
  const forged = { ...fixture('invoice_paid'), paid_amount: 1, external_id: 'ORDER-9' }
  const body = Buffer.from(JSON.stringify(forged))
  await receiver.receive({ body, headers: { 'x-callback-token': TOKEN } })
  const [event] = events
  expect(event).toMatchObject({ orderId: 'ORDER-1001', native: { paid_amount: '50000', external_id: 'ORDER-1001' } })
  expect(Date.parse(event!.received!.asOf!)).not.toBeNaN()
  await receiver.close()
})
