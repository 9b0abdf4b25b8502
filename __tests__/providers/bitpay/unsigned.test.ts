/** Notifications without proof: the event is made only of the invoice that was read. */
import { afterEach, describe, expect, test } from '@jest/globals'
import { bitPay } from 'express-payment-webhooks/providers/bitpay'
import { receiverOf } from '../../support/deliver.js'
import { apiServer } from '../../support/provider-suite.js'
import { answer, INVOICE, invoice, notification, reading, refund, TOKEN } from './support.js'

/** One delivery and its result if the API answers `read`. */
async function deliver(payload: object, read: unknown) {
  const asked: string[] = []
  const provider = reading(async (id) => {
    asked.push(id)
    return read
  })
  const { deliver: send, events, errors } = receiverOf(provider)
  const { kind, error } = await send(JSON.stringify(payload))
  return { kind, code: error?.code, events, errors, asked }
}

describe('a notification', () => {
  test('becomes what was read, whatever it says itself', async () => {
    const forged = notification({ price: 1, orderId: 'OTHER', currency: 'USD', amountPaid: 9 })
    const { events, asked } = await deliver(forged, answer())
    expect(asked).toEqual([INVOICE])
    expect(events).toMatchObject([
      {
        type: 'payment.confirmed',
        orderId: 'ORDER-1001',
        expected: { amount: '129', currency: 'EUR' },
        received: { amount: '129', basis: 'total', asOf: expect.any(String) as unknown },
      },
    ])
  })

  test.each([
    ['confirmed', 'paid'],
    ['complete', 'confirmed'],
    ['paid', 'new'],
    ['expired', 'new'],
  ])('that says %s of an invoice that reads %s comes again', async (said, status) => {
    expect(await deliver(notification({ status: said }), answer({ status }))).toMatchObject({
      kind: 'retry_later',
      code: 'READ_BACK_BEHIND',
    })
  })

  test.each([
    ['paid', 'complete'],
    ['confirmed', 'invalid'],
    ['someday', 'new'],
  ])('that says %s of an invoice that reads %s is what was read', async (said, status) => {
    const { events } = await deliver(notification({ status: said }), answer({ status }))
    expect(events).toMatchObject([{ native: { status } }])
  })

  test.each([
    ['no id', invoice({ id: undefined })],
    ['a path', invoice({ id: '../tokens' })],
    ['dots', invoice({ id: '..' })],
    ['a number', invoice({ id: 7 })],
  ])('that names %s is never read', async (_what, payload) => {
    expect(await deliver(payload, answer())).toMatchObject({ code: 'PAYLOAD_INVALID', asked: [], events: [] })
  })

  test('of a refund is one only where the invoice names it', async () => {
    for (const told of [refund(), notification({}, 'invoice_refundComplete')]) {
      const none = await deliver(told, answer({ refundInfo: [] }))
      expect(none).toMatchObject({ code: 'READ_BACK_BEHIND', asked: [INVOICE], events: [] })
      const { events } = await deliver(told, answer({ refundInfo: [{ currency: 'EUR' }] }))
      expect(events).toMatchObject([{ type: 'refund.confirmed', paymentId: INVOICE, refund: null }])
    }
    const { events } = await deliver(refund({ status: 'pending' }), answer())
    expect(events).toMatchObject([{ type: 'payment.confirmed' }])
  })
})

describe('an invoice', () => {
  test.each([
    ['with its facade', answer()],
    ['alone', answer()['data']],
    ['as bytes', Buffer.from(JSON.stringify(answer()))],
    ['as text', JSON.stringify(answer({}, 'merchant/invoice'))],
  ])('may be answered %s', async (_what, read) => {
    expect((await deliver(notification(), read)).events).toHaveLength(1)
  })

  test.each([
    ['of another merchant', answer({}, 'public/invoice'), 'READ_BACK_MISMATCH'],
    ['that is another', answer({ id: 'other' }), 'READ_BACK_MISMATCH'],
    ['that is none', null, 'READ_BACK_UNAVAILABLE'],
    ['of another shape', answer({ price: 'much' }), 'READ_BACK_UNAVAILABLE'],
  ])('%s is not believed', async (_what, read, code) => {
    expect(await deliver(notification(), read)).toMatchObject({ kind: 'retry_later', code, events: [] })
  })
})

describe('reading by the API', () => {
  const { fetch } = globalThis
  const hosts: string[] = []
  const path = (id: string) => `/invoices/${id}?token=${TOKEN}`
  const api = apiServer({
    [path(INVOICE)]: { body: JSON.stringify(answer()) },
    [path('foreign')]: { body: JSON.stringify(answer({ id: 'foreign' }, 'public/invoice')) },
    [path('bare')]: { body: JSON.stringify({ data: answer({ id: 'bare' })['data'] }) },
    [path('refused')]: { status: 401, body: '{"error":"Invalid token"}' },
  })

  afterEach(() => {
    globalThis.fetch = fetch
  })

  async function read(id: string, mode?: 'live' | 'test') {
    globalThis.fetch = (url, init) => {
      const { origin, pathname, search } = new URL(url as string)
      hosts.push(origin)
      return fetch(`${api.url()}${pathname}${search}`, init)
    }
    const receiver = receiverOf(bitPay({ signed: false, token: TOKEN, ...(mode && { mode }) }))
    return { ...receiver, outcome: await receiver.deliver(JSON.stringify(notification({ id }))) }
  }

  test.each([
    ['live', 'https://bitpay.com'],
    ['test', 'https://test.bitpay.com'],
  ] as const)('asks BitPay (%s) with the token and the version', async (mode, host) => {
    expect((await read(INVOICE, mode)).events).toMatchObject([{ type: 'payment.confirmed', orderId: 'ORDER-1001' }])
    expect(hosts.at(-1)).toBe(host)
    expect(api.requests.at(-1)).toMatchObject({ path: path(INVOICE), headers: { 'x-accept-version': '2.0.0' } })
  })

  test.each([
    ['foreign', 'READ_BACK_MISMATCH'],
    ['bare', 'READ_BACK_MISMATCH'],
    ['refused', 'READ_BACK_UNAVAILABLE'],
    ['missing', 'READ_BACK_UNAVAILABLE'],
  ])('an invoice that is %s becomes nothing, and no token is told', async (id, code) => {
    const { outcome, events, errors } = await read(id)
    expect(outcome).toMatchObject({ kind: 'retry_later', error: { code } })
    expect(events).toEqual([])
    expect(JSON.stringify(errors.map(({ message, stack, cause }) => [message, stack, String(cause)]))).not.toContain(
      TOKEN,
    )
  })
})
