/** Each webhook: its event, its identity, and its amounts. */
import { describe, expect, test } from '@jest/globals'
import { openOrder, settle } from 'express-payment-webhooks/orders'
import { eventOf, receiverOf, refusalOf } from '../../support/deliver.js'
import { provider, signed, wallet, webhook } from './support.js'

const become = (payload: object) => eventOf(provider(), signed(payload))

const UUID = '7e2c90b1-4f6a-4d38-9b05-c81d3a6e5f24'
const CHAIN = '8c4f1f6b2a7d9e03c5b8a1d2e3f405162738495a6b7c8d9eafb0c1d2e3f40516'
const money = (amount: string, currency = 'USDT') => ({ amount, currency })

describe('an invoice', () => {
  test.each([
    ['process', 'payment.pending', false],
    ['check', 'payment.pending', false],
    ['confirm_check', 'payment.detected', true],
    ['paid', 'payment.confirmed', true],
    ['paid_over', 'payment.confirmed', true],
    ['wrong_amount', 'payment.partially_paid', true],
    ['wrong_amount_waiting', 'payment.partially_paid', true],
    ['cancel', 'payment.expired', false],
    ['fail', 'payment.failed', false],
    ['system_fail', 'payment.failed', false],
    ['refund_paid', 'payment.refunded', false],
    ['locked', 'cryptomus.locked', false],
  ])('that is %s is %s', async (status, type, came) => {
    const event = await become(webhook(status, { payment_amount: '100.50' }))
    expect(event).toMatchObject({ type, orderId: 'ORDER-1001', paymentId: UUID, refund: null, occurredAt: null })
    expect(event.expected).toEqual(money('139.25'))
    expect(event.received).toEqual(came ? { ...money('100.5'), basis: 'total' } : null)
    expect(event.transaction).toEqual({ id: CHAIN, hash: CHAIN, network: 'tron', confirmations: null })
  })

  test.each([
    ['refund_process', 'refund.pending'],
    ['refund_fail', 'refund.failed'],
  ])('that is %s is %s, of all that came', async (status, type) => {
    expect(await become(webhook(status))).toMatchObject({
      type,
      refund: { ...money('139.25'), id: UUID, basis: 'refund' },
      received: null,
    })
  })

  test.each(['PAID', 'someday', 'toString', 'constructor'])('that is %s is kept as it is', async (status) => {
    expect(await become(webhook(status))).toMatchObject({ type: `cryptomus.${status}`, received: null })
  })

  test('that is final is not for that reason paid', async () => {
    expect(await become(webhook('cancel', { is_final: true, payment_amount: '0.00000000' }))).toMatchObject({
      type: 'payment.expired',
      received: null,
      original: null,
    })
  })

  test.each([
    ['without a state', { status: undefined }],
    ['without an id', { uuid: '' }],
    ['with an amount below zero', { payment_amount: '-1' }],
    ['with an amount that is none', { payer_amount: '1,000.00' }],
    ['with a price that is none', { amount: '1e3' }],
    ['in a currency that is none', { currency: ['USDT'] }],
  ])('%s is kept for the operator', async (_what, rest) => {
    expect(await refusalOf(provider(), signed(webhook('paid', rest)))).toBe('PAYLOAD_INVALID')
  })

  test('that was paid within Cryptomus, or marked by hand, has no transaction', async () => {
    expect((await become(webhook('paid', { txid: undefined }))).transaction).toBeNull()
  })
})

describe('what came, in the currency of the price', () => {
  const eur = { amount: '129.00', currency: 'EUR' }

  test.each([
    ['all that was asked for', eur, money('129', 'EUR')],
    [
      'more: the price, since nothing says what the rest is worth',
      { ...eur, payment_amount: '500' },
      money('129', 'EUR'),
    ],
    ['less, rounded down', { ...eur, payment_amount: '100' }, money('92.63', 'EUR')],
    ['more, of the coin that is the price', { payment_amount: '150' }, money('150')],
    ['less, of the coin that is the price', { payment_amount: '0.00000001' }, money('0.00000001')],
    [
      'the coin that is the price, with fees on top',
      { payer_amount: '140.64', payment_amount: '140.64' },
      money('139.25'),
    ],
    ['nothing', { payment_amount: '0.00000000' }, undefined],
    ['where nobody says what was asked for', { ...eur, payer_amount: null }, undefined],
    ['where nobody says by which coin', { payer_currency: null }, undefined],
    ['where there is no price', { amount: null }, undefined],
  ])('%s', async (_what, rest, came) => {
    const { received } = await become(webhook('paid', rest))
    expect(received).toEqual(came === undefined ? null : { ...came, basis: 'total' })
  })

  test('says what was sent beside it, where that is another coin', async () => {
    expect((await become(webhook('paid', eur))).original).toEqual(money('139.25'))
    expect((await become(webhook('paid'))).original).toBeNull()
  })
})

describe('a static address', () => {
  test.each([
    ['process', 'cryptomus.wallet'],
    ['check', 'cryptomus.wallet'],
    ['confirm_check', 'transaction.detected'],
    ['paid', 'transaction.confirmed'],
    ['paid_over', 'transaction.confirmed'],
    ['wrong_amount', 'transaction.confirmed'],
    ['cancel', 'transaction.failed'],
    ['fail', 'transaction.failed'],
    ['system_fail', 'transaction.failed'],
    ['refund_process', 'refund.pending'],
    ['refund_fail', 'refund.failed'],
    ['refund_paid', 'refund.confirmed'],
    ['locked', 'cryptomus.locked'],
  ])('that is %s is %s, and says of no order that it is paid', async (status, type) => {
    const event = await become(wallet(status))
    expect(event).toMatchObject({
      type,
      paymentId: 'address-1',
      transaction: { id: 'w-1', hash: CHAIN },
      expected: null,
    })
    expect(event.received?.basis ?? 'transaction').toBe('transaction')
    expect(event.refund?.id ?? 'w-1').toBe('w-1')
  })

  test('asks for no amount, and takes any', async () => {
    const rest = { payer_amount: null, payment_amount: '7.5' }
    expect(await become(wallet('paid', rest))).toMatchObject({ received: money('7.5') })
    expect(await become(wallet('paid', { ...rest, currency: 'EUR' }))).toMatchObject({
      received: null,
      original: money('7.5'),
    })
  })

  test('without an id is known by its transfer', async () => {
    expect(await become(wallet('paid', { wallet_address_uuid: null }))).toMatchObject({ paymentId: 'w-1' })
  })
})

test.each([
  [{ type: 'payout' }, 'cryptomus.payout.paid'],
  [{ type: null }, 'cryptomus.other.paid'],
])('%j is about money that leaves, or about nothing known', async (rest, type) => {
  expect(await become(webhook('paid', rest))).toMatchObject({ type, orderId: null, received: null })
})

describe('who an event is', () => {
  test('a repeat is one, however it is written; another state, or a larger part, is news', async () => {
    const { deliver, events } = receiverOf(provider())
    const kinds = []
    for (const payload of [
      webhook('wrong_amount_waiting', { payment_amount: '50' }),
      webhook('wrong_amount_waiting', { payment_amount: '50.00', payment_amount_usd: '50.01' }),
      webhook('wrong_amount_waiting', { payment_amount: '100' }),
      webhook('paid'),
      webhook('paid'),
    ]) {
      kinds.push((await deliver(signed(payload))).kind)
    }
    expect(kinds).toEqual(['unhandled', 'duplicate', 'unhandled', 'unhandled', 'duplicate'])
    expect(events.map(({ received }) => received?.amount)).toEqual(['50', '100', '139.25'])
  })

  test('a state that comes late undoes nothing', async () => {
    const order = openOrder({
      orderId: 'ORDER-1001',
      expected: money('139.25'),
      payments: [{ provider: 'cryptomus', paymentId: UUID }],
    })
    const paid = settle(order, await become(webhook('paid')))
    for (const late of [webhook('check', { payment_amount: '0' }), webhook('confirm_check')]) {
      expect(settle(paid.order, await become(late)).order).toMatchObject({
        status: 'confirmed',
        received: '139.25',
        reasons: [],
      })
    }
    expect(settle(paid.order, await become(webhook('refund_paid'))).order).toMatchObject({ status: 'refunded' })
  })
})

test('no handler gets to see the proof', async () => {
  const event = await become(webhook('paid'))
  expect((event.native as { sign: string }).sign).toBe('')
  expect(JSON.stringify(event)).not.toMatch(/"sign":"\w/)
})
