/** Each event of Paystack: its type, its identity, and the fields that are read. */
import { describe, expect, test } from '@jest/globals'
import { openOrder, settle } from 'express-payment-webhooks/orders'
import type { PaystackOptions } from 'express-payment-webhooks/providers/paystack'
import { receiverOf, refusalOf } from '../../support/deliver.js'
import { become, event, live } from './support.js'

const refusal = (payload: object, rest: Partial<PaystackOptions> = {}) => refusalOf(live(rest), JSON.stringify(payload))

describe('which mode', () => {
  test.each(['test', 'other', '', 0, {}])('a charge of %j is no money, and keeps its name', async (domain) => {
    const name = domain === 'test' ? 'paystack.test.charge.success' : 'paystack.other.charge.success'
    expect(await become(event('charge.success', { domain }))).toMatchObject({ type: name, received: null })
  })

  test.each([undefined, null])('a charge that says %j is of the mode of its key', async (domain) => {
    expect(await become(event('charge.success', { domain }))).toMatchObject({ type: 'payment.confirmed' })
  })

  test('a live event at a shop in test mode is no money', async () => {
    const rest = { mode: 'test', secretKey: 'sk_test_4b7d9e2f60a1c8354b7d9e2f' } as const
    expect(await become(event('charge.success'), rest)).toMatchObject({
      type: 'paystack.live.charge.success',
      received: null,
    })
  })
})

describe('a charge', () => {
  test('is all of its payment, and was asked for as much as was requested', async () => {
    expect(await become(event('charge.success', { amount: 5074850, requested_amount: 4990000 }))).toMatchObject({
      type: 'payment.confirmed',
      orderId: 'ORDER-1001',
      paymentId: 'ORDER-1001-a1',
      paymentIds: ['ORDER-1001-a1', '4099260516'],
      expected: { amount: '49900', currency: 'NGN' },
      received: { amount: '50748.5', currency: 'NGN', basis: 'total' },
      occurredAt: '2026-11-25T10:30:00.000Z',
    })
  })

  test('may have its time in the other style alone', async () => {
    const payload = event('charge.success', { paid_at: undefined, paidAt: '2026-11-25T10:30:01.000Z' })
    expect(await become(payload)).toMatchObject({ occurredAt: '2026-11-25T10:30:01.000Z' })
  })

  test.each([
    [{ order_id: 'A-1' }, 'A-1'],
    [{ order_id: 1001 }, '1001'],
    ['{"order_id":"A-1"}', 'A-1'],
    ['{"order_id":', null],
    ['"order_id"', null],
    ['', null],
    [null, null],
    [0, null],
    [undefined, null],
    [[], null],
    [{ order_id: { id: 1 } }, null],
  ])('with metadata %j is for order %j', async (metadata, orderId) => {
    expect(await become(event('charge.success', { metadata }))).toMatchObject({ type: 'payment.confirmed', orderId })
  })

  test('may name the order under another key, or by its reference', async () => {
    const payload = event('charge.success', { metadata: { cart: 'C-7' } })
    expect(await become(payload, { orderKey: 'cart' })).toMatchObject({ orderId: 'C-7' })
    expect(await become(payload, { orderKey: 'constructor' })).toMatchObject({ orderId: null })
    expect(await become(payload, { orderFrom: 'reference' })).toMatchObject({ orderId: 'ORDER-1001-a1' })
  })

  test.each([
    ['a status of its own', { status: 'failed' }],
    ['no id', { id: undefined }],
    ['no reference', { reference: '' }],
    ['half a kobo', { amount: 0.5 }],
    ['less than nothing', { amount: -1 }],
    ['an amount with a point', { amount: '49900.00' }],
    ['no amount', { amount: null }],
    ['a currency without known decimals', { currency: 'XYZ' }],
  ])('with %s is kept for the operator', async (_what, data) => {
    expect(await refusal(event('charge.success', data))).toBe('PAYLOAD_INVALID')
  })
})

describe('amounts', () => {
  test.each([
    ['NGN', 4990000, '49900'],
    ['GHS', 2550, '25.5'],
    ['KES', '1', '0.01'],
    ['ZAR', 100, '1'],
    ['USD', 0, '0'],
    ['NGN', '90071992547409930001', '900719925474099300.01'],
    ['XOF', 500000, '5000'],
  ])('%s %j is %s', async (currency, amount, exact) => {
    expect(await become(event('charge.success', { amount, currency }))).toMatchObject({
      received: { amount: exact, currency },
    })
  })

  test('of XOF may come in whole francs, which has to be said', async () => {
    const payload = event('charge.success', { currency: 'XOF', amount: 4990, requested_amount: null })
    expect(await refusal(payload)).toBe('PAYLOAD_INVALID')
    expect(await become(payload, { xofDecimals: 0 })).toMatchObject({ received: { amount: '4990', currency: 'XOF' } })
  })
})

describe('which event is money', () => {
  const both = [event('charge.success'), event('paymentrequest.success')] as const

  test.each(['charge', 'payment_request'] as const)('%s: one of the two, and never both', async (money) => {
    const events = await Promise.all(both.map((payload) => become(payload, { money })))
    const isCharge = money === 'charge'
    expect(events.map(({ type }) => type)).toEqual([
      isCharge ? 'payment.confirmed' : 'paystack.charge.success',
      isCharge ? 'paystack.paymentrequest.success' : 'payment.confirmed',
    ])
    expect(events.filter(({ received }) => received !== null)).toMatchObject([{ type: 'payment.confirmed' }])
  })

  test('a payment request that is the money is known by its code', async () => {
    const rest = { money: 'payment_request' } as const
    const facts = { orderId: 'ORDER-1001', paymentId: 'PRQ_y0paeo93jh99mho', expected: { amount: '49900' } }
    expect(await become(event('paymentrequest.pending'), rest)).toMatchObject({
      type: 'payment.pending',
      received: null,
      ...facts,
    })
    expect(await become(event('paymentrequest.success'), rest)).toMatchObject({
      received: { amount: '49900', basis: 'total' },
      ...facts,
    })
  })
})

describe('a refund', () => {
  test.each(['refund.pending', 'refund.processing', 'refund.needs-attention'])('%s moves nothing yet', async (name) => {
    expect(await become({ ...event('refund.pending'), event: name })).toMatchObject({
      type: 'refund.pending',
      paymentId: 'ORDER-1001-a1',
      refund: { id: null, amount: '15000', currency: 'NGN', basis: 'refund' },
    })
  })

  test.each([
    [{ refund_reference: 'R-1' }, 'R-1'],
    [{ refund_reference: 'R-1', id: '123457' }, '123457'],
    [{ refund_reference: null, id: 123457 }, '123457'],
  ])('that was processed is known by its id, else by its reference: %j', async (data, id) => {
    expect(await become(event('refund.processed', data))).toMatchObject({ type: 'refund.confirmed', refund: { id } })
  })

  test.each(['refund.processed', 'refund.failed'] as const)(
    '%s without either is kept for the operator',
    async (name) => {
      expect(await refusal(event(name, { refund_reference: null }))).toBe('PAYLOAD_INVALID')
    },
  )

  test('two of one sum are two, once they were processed', async () => {
    const { deliver } = receiverOf(live())
    const kinds: string[] = []
    for (const refund_reference of ['R-1', 'R-2', 'R-1']) {
      kinds.push((await deliver(JSON.stringify(event('refund.processed', { refund_reference })))).kind)
    }
    expect(kinds).toEqual(['unhandled', 'unhandled', 'duplicate'])
  })

  test('names its order where that is the reference', async () => {
    expect(await become(event('refund.processed'), { orderFrom: 'reference' })).toMatchObject({
      orderId: 'ORDER-1001-a1',
    })
  })
})

describe('a dispute', () => {
  test.each([
    ['charge.dispute.create', 'dispute.opened', false],
    ['charge.dispute.remind', 'dispute.opened', false],
    ['charge.dispute.resolve (accepted)', 'dispute.lost', true],
    ['charge.dispute.resolve (declined)', 'dispute.won', false],
  ] as const)('%s', async (name, type, withdrawn) => {
    expect(await become(event(name))).toMatchObject({
      type,
      orderId: 'ORDER-1001',
      paymentIds: ['ORDER-1001-a1', '4099260516'],
      dispute: {
        amount: '49900',
        withdrawn,
        reason: 'chargeback',
        respondBy: '2026-12-10T18:00:00.000Z',
      },
    })
  })

  test('that nobody answered is accepted, and one of another end is for a person', async () => {
    const name = 'charge.dispute.resolve (accepted)'
    expect(await become(event(name, { resolution: 'auto-accepted' }))).toMatchObject({ type: 'dispute.lost' })
    expect(await refusal(event(name, { resolution: null }))).toBe('PAYLOAD_INVALID')
  })

  test('without an amount of its own is about the whole charge', async () => {
    const data = { refund_amount: null, currency: null }
    expect(await become(event('charge.dispute.create', data))).toMatchObject({ dispute: { amount: '49900' } })
  })

  test('is reminded of several times, and each is news', async () => {
    const { deliver } = receiverOf(live())
    const remind = (updated_at: string) => deliver(JSON.stringify(event('charge.dispute.remind', { updated_at })))
    expect((await remind('2026-12-09T18:00:02.000Z')).kind).toBe('unhandled')
    expect((await remind('2026-12-10T06:00:02.000Z')).kind).toBe('unhandled')
    expect((await remind('2026-12-10T06:00:02.000Z')).kind).toBe('duplicate')
  })
})

describe('all other events', () => {
  test('a rejected transfer is a failed attempt, and one that names nothing is native', async () => {
    expect(await become(event('bank.transfer.rejected'))).toMatchObject({
      type: 'payment.failed',
      paymentId: 'ORDER-1001-a1',
      reason: 'Incorrect amount',
    })
    expect(await become(event('bank.transfer.rejected', { id: null }))).toMatchObject({
      type: 'paystack.bank.transfer.rejected',
    })
  })

  test.each(['transfer.success', 'invoice.update', 'preauthorization.reserve.success', 'charge.someday', 'toString'])(
    '%s is native, known by its content, and no money',
    async (name) => {
      const { deliver, events } = receiverOf(live())
      const payload = { event: name, data: { id: 7, domain: 'live', amount: 1, currency: 'NGN' } }
      await deliver(JSON.stringify(payload))
      expect(await deliver(JSON.stringify(payload, null, 2))).toMatchObject({ kind: 'duplicate' })
      await deliver(JSON.stringify({ ...payload, data: { ...payload.data, status: 'later' } }))
      expect(events).toMatchObject([{ type: `paystack.${name}`, received: null }, { type: `paystack.${name}` }])
    },
  )
})

describe('orders', () => {
  const open = () =>
    openOrder({
      orderId: 'ORDER-1001',
      expected: { amount: '49900', currency: 'NGN' },
      payments: [{ provider: 'paystack', paymentId: 'ORDER-1001-a1' }],
    })

  test('a charge pays, and a refund that names the transaction alone finds it', async () => {
    let order = open()
    const told: string[] = []
    for (const name of ['charge.success', 'charge.success', 'refund.pending', 'refund.processed'] as const) {
      order = settle(order, await become(event(name))).order
      told.push(order.status)
    }
    expect(told).toEqual(['confirmed', 'confirmed', 'confirmed', 'partially_refunded'])
  })
})
