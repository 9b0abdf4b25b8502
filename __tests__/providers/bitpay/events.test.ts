/** Each signed notification: its event, its identity, and its amounts. */
import { describe, expect, test } from '@jest/globals'
import { bitPay } from 'express-payment-webhooks/providers/bitpay'
import { eventOf, receiverOf, refusalOf } from '../../support/deliver.js'
import { fixture, INVOICE, invoice, notification, provider, refund, TOKEN } from './support.js'

const become = (payload: object) => eventOf(provider(), JSON.stringify(payload))

describe('an invoice', () => {
  test.each([
    ['new', 'payment.pending', null],
    ['paid', 'payment.detected', '129'],
    ['confirmed', 'payment.confirmed', '129'],
    ['complete', 'payment.confirmed', '129'],
    ['expired', 'payment.expired', null],
    ['invalid', 'payment.failed', null],
    ['declined', 'payment.failed', null],
  ])('that is %s is %s, in both formats, whatever the event is called', async (status, type, amount) => {
    for (const payload of [
      invoice({ status }),
      notification({ status }, 'invoice_paidInFull'),
      notification({ status }, 'invoice_manuallyNotified'),
      { event: 'none', data: invoice({ status }) },
    ]) {
      const event = await become(payload)
      expect(event).toMatchObject({ type, orderId: 'ORDER-1001', paymentId: INVOICE, refund: null, reason: null })
      expect(event.expected).toEqual({ amount: '129', currency: 'EUR' })
      expect(event.original).toEqual(amount === null ? null : { amount: '0.001431', currency: 'BTC' })
      expect(event.received).toEqual(
        amount === null ? null : { amount, currency: 'EUR', basis: 'total', asOf: '2026-11-27T08:08:33.184Z' },
      )
    }
  })

  test.each(['new', 'expired'])('that is %s with a part paid is that part', async (status) => {
    expect(await become(notification({ status, exceptionStatus: 'paidPartial', amountPaid: 100000 }))).toMatchObject({
      type: 'payment.partially_paid',
      received: { amount: '90.14', currency: 'EUR' },
      original: { amount: '0.001', currency: 'BTC' },
      reason: 'paidPartial',
    })
  })

  test.each(['someday', 'CONFIRMED', 'completed', 'toString', 'constructor'])(
    'that is %s is kept as it is',
    async (status) => {
      expect(await become(notification({ status }))).toMatchObject({ type: `bitpay.${status}`, received: null })
    },
  )

  test.each([
    ['without a state', { status: undefined }],
    ['with an id that is none', { id: { id: 1 } }],
    ['with a price that is none', { price: '1e3' }],
    ['in a currency that is none', { currency: 'e u r' }],
    ['with an order that is none', { orderId: ['ORDER-1001'] }],
  ])('%s is kept for the operator', async (_what, rest) => {
    expect(await refusalOf(provider(), JSON.stringify(notification(rest)))).toBe('PAYLOAD_INVALID')
  })

  test('has the time of its event, where that has one', async () => {
    const event = { code: 1006, name: 'invoice_completed', timestamp: 1795766313452 }
    expect(await become({ event, data: invoice() })).toMatchObject({ occurredAt: '2026-11-27T07:58:33.452Z' })
    expect(await become(notification())).toMatchObject({ occurredAt: null })
  })

  test('keeps no key to its other actions', async () => {
    expect((await become(notification({ token: 'inv-token' }))).native).not.toHaveProperty('token')
  })
})

describe('the order of an invoice', () => {
  test.each([
    ['orderId', { posData: '{"orderId":"OTHER"}' }, 'ORDER-1001'],
    ['the JSON in posData', { orderId: '', posData: '{"orderId":"ORDER-7"}' }, 'ORDER-7'],
    ['a number there', { orderId: null, posData: '{"orderId":7}' }, '7'],
    ['nothing in another text', { orderId: null, posData: '{ORDER-7' }, null],
    ['nothing under a name that every object has', { orderId: null, posData: '{}' }, null],
    ['nothing that is no text', { orderId: null, posData: { orderId: 'ORDER-7' } }, null],
  ])('is %s', async (_what, rest, orderId) => {
    expect((await become(notification(rest))).orderId).toBe(orderId)
  })

  test('is under a key of the shop', async () => {
    const body = JSON.stringify(notification({ orderId: null, posData: '{"ref":"ORDER-7"}' }))
    expect((await eventOf(bitPay({ token: TOKEN, orderKey: 'ref' }), body)).orderId).toBe('ORDER-7')
  })
})

describe('what came, in the currency of the price', () => {
  const coin = (code: string, asked: unknown) => ({ transactionCurrency: code, paymentTotals: { [code]: asked } })

  test.each([
    ['all that was asked for', {}, '129', '0.001431'],
    ['more: the price', { amountPaid: 500000, exceptionStatus: 'paidOver' }, '129', '0.005'],
    ['less', { amountPaid: 143099 }, '128.99', '0.00143099'],
    ['rounded to what the currency is divided into', { currency: 'JPY', amountPaid: 143099 }, '128', '0.00143099'],
    ['as text', { amountPaid: '100000' }, '90.14', '0.001'],
    ['wei', { ...coin('ETH', 40500000000000000), amountPaid: '40499999999999999' }, '128.99', '0.040499999999999999'],
    [
      'more wei than 20 digits',
      { ...coin('MATIC', '216309756000000000000'), amountPaid: '108154878000000000000' },
      '64.5',
      '108.154878',
    ],
    ['with an exponent', { ...coin('MATIC', '2.16309756e+21'), amountPaid: 2.16309756e21 }, '129', '2163.09756'],
    ['a coin on another chain', { ...coin('USDC_m', 139250000), amountPaid: 139250000 }, '129', '139.25'],
    ['a coin whose units are not known', { ...coin('NEW', 10), amountPaid: 5 }, '64.5', undefined],
    ['in full, where nothing says what was asked for', { paymentTotals: null }, '129', '0.001431'],
    [
      'a part, where nothing says what was asked for',
      { paymentTotals: {}, exceptionStatus: 'paidPartial' },
      undefined,
      '0.001431',
    ],
    ['a coin with the name of what every object has', { transactionCurrency: 'constructor' }, '129', undefined],
    ['nothing', { amountPaid: 0 }, undefined, undefined],
    ['nothing that can be read', { amountPaid: -1 }, undefined, undefined],
    ['half a unit', { amountPaid: 1.5 }, undefined, undefined],
    ['where there is no currency', { currency: null }, undefined, '0.001431'],
  ])('%s', async (_what, rest, received, original) => {
    const event = await become(notification(rest))
    expect([event.received?.amount, event.original?.amount]).toEqual([received, original])
  })

  test('is in the coin, where the price is', async () => {
    expect(await become(notification({ price: 0.00142, currency: 'BTC', amountPaid: 100000 }))).toMatchObject({
      received: { amount: '0.00099231', currency: 'BTC' },
      original: null,
    })
  })
})

test.each([
  [
    'a payout, which is complete',
    { event: { name: 'payout_completed' }, data: { id: 'p', status: 'complete' } },
    'payout_completed',
  ],
  ['anything else', { hello: 1 }, 'other'],
])('%s is never a payment', async (_what, payload, name) => {
  expect(await become(payload)).toMatchObject({ type: `bitpay.${name}`, orderId: null, paymentId: null })
})

describe('who an event is', () => {
  test('a repeat is one, and complete after confirmed as well; a larger part is news', async () => {
    const { deliver, events } = receiverOf(provider())
    const part = { status: 'expired', exceptionStatus: 'paidPartial' }
    const kinds = []
    for (const payload of [
      notification({ ...part, amountPaid: 50000 }),
      notification({ ...part, amountPaid: 50000, currentTime: 1795766999999 }, 'invoice_manuallyNotified'),
      notification({ ...part, amountPaid: 100000 }),
      notification({ status: 'paid' }),
      notification(),
      invoice({ currentTime: 1795766999999 }),
      notification({ status: 'complete' }, 'invoice_completed'),
      refund({ status: 'pending' }),
      refund(),
      refund(),
    ]) {
      kinds.push((await deliver(JSON.stringify(payload))).kind)
    }
    const [news, again] = ['unhandled', 'duplicate']
    expect(kinds).toEqual([news, again, news, news, news, again, again, news, news, again])
    expect(events.map(({ type }) => type)).toEqual([
      'payment.partially_paid',
      'payment.partially_paid',
      'payment.detected',
      'payment.confirmed',
      'refund.pending',
      'refund.confirmed',
    ])
  })

  test('complete without confirmed is confirmed', async () => {
    const { deliver, events } = receiverOf(provider())
    await deliver(JSON.stringify(fixture('invoice_completed')))
    await deliver(JSON.stringify(fixture('invoice_confirmed')))
    expect(events).toMatchObject([{ type: 'payment.confirmed', native: { status: 'complete' } }])
  })
})

test('a replaced token is named to the operator', async () => {
  const body = JSON.stringify(notification())
  const { headers } = bitPay({ token: `${TOKEN}old` }).sign(body)
  const outcome = await receiverOf(bitPay({ token: TOKEN, retired: `${TOKEN}old` })).deliver(body, { ...headers })
  expect(outcome).toMatchObject({ kind: 'not_authentic', error: { code: 'AUTH_MISMATCH' } })
  expect((outcome as { explain?: () => string }).explain?.()).toMatch(/retired secret/)
})
