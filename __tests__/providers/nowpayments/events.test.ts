/** Each notification: its event, its identity, and its amounts. */
import { describe, expect, test } from '@jest/globals'
import { nowPayments } from 'express-payment-webhooks/providers/nowpayments'
import { openOrder, settle } from 'express-payment-webhooks/orders'
import { eventOf, receiverOf, refusalOf } from '../../support/deliver.js'
import { fixture, payment, provider, SECRET } from './support.js'

const become = (payload: object) => eventOf(provider(), JSON.stringify(payload))

const REDEPOSIT = { payment_id: 6244190371, parent_payment_id: 6130274855, price_amount: 37.1, pay_amount: 40 }

describe('a payment', () => {
  test.each([
    ['waiting', 'payment.pending', null],
    ['confirming', 'payment.detected', '129'],
    ['confirmed', 'nowpayments.confirmed', '129'],
    ['sending', 'nowpayments.sending', '129'],
    ['partially_paid', 'payment.partially_paid', '129'],
    ['finished', 'payment.confirmed', '129'],
    ['failed', 'payment.failed', null],
    ['refunded', 'payment.refunded', null],
    ['expired', 'payment.expired', null],
  ])('that is %s is %s', async (status, type, amount) => {
    const event = await become(payment(status))
    expect(event).toMatchObject({
      type,
      orderId: 'ORDER-1001',
      paymentId: '6130274855',
      refund: null,
      occurredAt: null,
    })
    expect(event.expected).toEqual({ amount: '129', currency: 'EUR' })
    expect(event.original).toEqual({ amount: '139.254', currency: 'USDTTRC20' })
    expect(event.received).toEqual(amount === null ? null : { amount, currency: 'EUR', basis: 'total' })
  })

  test.each(['FINISHED', 'someday', 'toString', 'constructor'])('that is %s is kept as it is', async (status) => {
    expect(await become(payment(status))).toMatchObject({ type: `nowpayments.${status}`, received: null })
  })

  test.each([
    ['without a state', { payment_status: undefined }],
    ['with a state that is none', { payment_status: ['finished'] }],
    ['with an id that is none', { payment_id: { id: 1 } }],
    ['with an amount below zero', { actually_paid: -1 }],
    ['with an amount that is none', { pay_amount: 'much' }],
    ['with a price that is none', { price_amount: '1e3' }],
    ['in a currency that is none', { price_currency: 'e u r' }],
  ])('%s is kept for the operator', async (_what, rest) => {
    expect(await refusalOf(provider(), JSON.stringify(payment('finished', rest)))).toBe('PAYLOAD_INVALID')
  })

  test('may name no order', async () => {
    expect(await become(payment('finished', { order_id: null }))).toMatchObject({ orderId: null })
  })
})

describe('what came, in the currency of the price', () => {
  test.each([
    ['all that was asked for', {}, '129'],
    ['more: the price, since nothing says what the rest is worth', { actually_paid: 500 }, '129'],
    ['less, which the account may take for enough', { actually_paid: 139 }, '128.76'],
    ['rounded down, and never up', { actually_paid: 139.253999 }, '128.99'],
    ['to what the currency is divided into', { price_currency: 'jpy', actually_paid: 139 }, '128'],
    ['and a coin into satoshi', { price_currency: 'btc', price_amount: 0.00142, actually_paid: 100 }, '0.00101971'],
    [
      'by numbers that no float holds',
      { pay_amount: '100000000000000000.1', actually_paid: '99999999999999999.9' },
      '128.99',
    ],
    ['nothing', { actually_paid: 0 }, undefined],
    ['where nothing was asked for', { pay_amount: 0 }, undefined],
    ['where nobody says what was asked for', { pay_amount: null }, undefined],
    ['where nobody says by which coin', { pay_currency: null }, undefined],
    ['where there is no price', { price_amount: null }, undefined],
  ])('%s', async (_what, rest, amount) => {
    expect((await become(payment('finished', rest))).received?.amount).toBe(amount)
  })

  test('is what came, where the price is asked for itself', async () => {
    const same = { price_amount: 139.254, price_currency: 'usdttrc20' }
    expect(await become(payment('finished', { ...same, actually_paid: 150 }))).toMatchObject({
      received: { amount: '150', currency: 'USDTTRC20' },
      original: null,
    })
    // With the fees added, the coin is worth less than stated.
    expect(await become(payment('finished', { ...same, pay_amount: 141, actually_paid: 139.254 }))).toMatchObject({
      received: { amount: '137.52962068', currency: 'USDTTRC20' },
    })
  })
})

describe('a later deposit to the same address', () => {
  test.each([
    ['waiting', 'nowpayments.redeposit'],
    ['confirming', 'transaction.detected'],
    ['confirmed', 'transaction.detected'],
    ['sending', 'transaction.detected'],
    ['partially_paid', 'transaction.confirmed'],
    ['finished', 'transaction.confirmed'],
    ['failed', 'transaction.failed'],
    ['refunded', 'refund.confirmed'],
    ['expired', 'nowpayments.redeposit'],
  ])('that is %s is %s, and says nothing of the payment before it', async (status, type) => {
    const event = await become(payment(status, { ...REDEPOSIT, actually_paid: 40 }))
    expect(event).toMatchObject({ type, orderId: 'ORDER-1001', paymentId: '6244190371', expected: null })
    expect(event.paymentIds).toEqual(['6244190371'])
    expect(event.transaction?.id).toBe(type.startsWith('transaction.') ? '6244190371' : undefined)
    const money = { amount: '37.1', currency: 'EUR' }
    expect(event.refund).toEqual(type === 'refund.confirmed' ? { ...money, id: '6244190371', basis: 'refund' } : null)
    expect(event.received).toEqual(type === 'refund.confirmed' ? null : { ...money, basis: 'transaction' })
  })

  test('adds to what an order got, and ships nothing by itself', async () => {
    const order = openOrder({
      orderId: 'ORDER-1001',
      expected: { amount: '129', currency: 'EUR' },
      payments: [{ provider: 'nowpayments', paymentId: null }],
    })
    const deposit = await become(fixture('payment_finished_redeposit'))
    const alone = settle(order, deposit)
    expect(alone.order).toMatchObject({ status: 'payment_insufficient', received: '37.1' })
    const both = settle(alone.order, await become(fixture('payment_finished')))
    expect(both.order).toMatchObject({ status: 'confirmed', received: '166.1', excess: '37.1' })
  })
})

describe('a payout', () => {
  test('is never about an order', async () => {
    expect(await become({ ...fixture('payout_finished'), order_id: 'ORDER-1001' })).toMatchObject({
      type: 'nowpayments.payout',
      native: { status: 'FINISHED', amount: '50' },
      orderId: null,
      paymentId: null,
      received: null,
      refund: null,
    })
  })

  test('has an event for each of its states', async () => {
    const { deliver, events } = receiverOf(provider())
    for (const status of ['PROCESSING', 'SENDING', 'SENDING', 'FINISHED']) {
      await deliver(JSON.stringify({ ...fixture('payout_finished'), status }))
    }
    expect(events.map(({ native }) => (native as { status: string }).status)).toEqual([
      'PROCESSING',
      'SENDING',
      'FINISHED',
    ])
  })
})

test('anything else is kept as it is', async () => {
  expect(await become({ subscription_id: 7, status: 'PAID' })).toMatchObject({
    type: 'nowpayments.other',
    orderId: null,
  })
})

describe('who an event is', () => {
  test('a repeat is one, however it is written; another state, or a larger part, is news', async () => {
    const { deliver, events } = receiverOf(provider())
    const kinds = []
    for (const payload of [
      payment('partially_paid', { actually_paid: 50 }),
      payment('partially_paid', { actually_paid: 50, purchase_id: 'other', updated_at: 'now' }),
      payment('partially_paid', { actually_paid: 100 }),
      payment('finished'),
      payment('finished', { payment_id: '6130274855' }),
    ]) {
      kinds.push((await deliver(JSON.stringify(payload, null, 1))).kind)
    }
    expect(kinds).toEqual(['unhandled', 'duplicate', 'unhandled', 'unhandled', 'duplicate'])
    expect(events.map(({ received }) => received?.amount)).toEqual(['46.31', '92.63', '129'])
  })

  test('a state that comes late undoes nothing', async () => {
    const order = openOrder({
      orderId: 'ORDER-1001',
      expected: { amount: '129', currency: 'EUR' },
      payments: [{ provider: 'nowpayments', paymentId: '6130274855' }],
    })
    const paid = settle(order, await become(payment('finished')))
    for (const status of ['waiting', 'confirming', 'confirmed', 'sending']) {
      const late = settle(paid.order, await become(payment(status)))
      expect(late.order).toMatchObject({ status: 'confirmed', received: '129', reasons: [] })
    }
  })
})

test('a replaced secret is named to the operator', async () => {
  const old = 'aZ3Xs6Dc9Fv2Gb5Hn8Jm1Kl4Qw7Er0Ty'
  const body = JSON.stringify(payment('finished'))
  const { headers } = nowPayments({ ipnSecret: old }).sign(body)
  const outcome = await receiverOf(nowPayments({ ipnSecret: SECRET, retired: old })).deliver(body, { ...headers })
  expect(outcome).toMatchObject({ kind: 'not_authentic', error: { code: 'AUTH_MISMATCH' } })
  expect((outcome as { explain?: () => string }).explain?.()).toMatch(/retired secret/)
})
