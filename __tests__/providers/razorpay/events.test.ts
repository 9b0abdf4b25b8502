/** Each event of Razorpay: its type, its identity, and whether it is money. */
import { describe, expect, test } from '@jest/globals'
import { openOrder, settle, type OrderPayment } from 'express-payment-webhooks/orders'
import { receiverOf, refusalOf } from '../../support/deliver.js'
import { samples } from '../../../src/testing/samples/razorpay.js'
import { become, event, shop } from './support.js'

const ORDER = 'order_QkT7aBc9dE2FgH'
const PAYMENT = 'pay_QkT8xWv3mR1LpZ'
const LINK = 'plink_QnD4bAz7qV5PtD'

const refusal = (payload: object) => refusalOf(shop(), JSON.stringify(payload))

describe('which event is money', () => {
  const same = [samples['payment.captured'], samples['order.paid'], samples['payment_link.paid']] as const

  test.each([
    ['order', ['transaction.confirmed', 'payment.confirmed', 'razorpay.payment_link.paid'], [PAYMENT, ORDER]],
    ['payment', ['payment.confirmed', 'razorpay.order.paid', 'razorpay.payment_link.paid'], [PAYMENT]],
    ['payment_link', ['razorpay.payment.captured', 'razorpay.order.paid', 'payment.confirmed'], [LINK]],
  ] as const)('%s: a payment is confirmed once, and never by two', async (money, types, _ids) => {
    const events = await Promise.all(same.map((payload) => become(payload, { money })))
    expect(events.map(({ type }) => type)).toEqual(types)
    expect(events.filter(({ type }) => type === 'payment.confirmed')).toHaveLength(1)
    expect(events.filter(({ received }) => received?.basis === 'total')).toHaveLength(1)
  })

  test('an order is paid by the sum of its payments, which it names', async () => {
    const payload = event('order.paid', 'order', { amount_paid: 498999 })
    expect(await become(payload)).toMatchObject({
      orderId: 'ORDER-1001',
      paymentId: ORDER,
      paymentIds: [ORDER, PAYMENT],
      transaction: null,
      expected: { amount: '4990', currency: 'INR' },
      received: { amount: '4989.99', currency: 'INR', basis: 'total' },
      occurredAt: '2026-11-25T10:28:32.000Z',
    })
  })

  test('a captured payment is a transfer of its order', async () => {
    expect(await become(samples['payment.captured'])).toMatchObject({
      paymentId: ORDER,
      paymentIds: [ORDER, PAYMENT],
      transaction: { id: PAYMENT, hash: null, network: null, confirmations: null },
      expected: null,
      received: { amount: '4990', currency: 'INR', basis: 'transaction' },
    })
  })

  test('without an order it is a payment of its own', async () => {
    expect(await become(samples['payment.captured (without an order)'])).toMatchObject({
      type: 'payment.confirmed',
      paymentId: 'pay_QkW4aBd6fH8JkM',
      received: { amount: '4990', basis: 'total' },
    })
  })

  test('taken by themselves, two payments of one order share no name', async () => {
    const rest = { money: 'payment' } as const
    const one = await become(samples['payment.captured'], rest)
    const other = await become(event('payment.captured', 'payment', { id: 'pay_2' }), rest)
    expect([one.paymentIds, other.paymentIds]).toEqual([[PAYMENT], ['pay_2']])
  })

  test('a link is known by its own id where it is the money, and by its order where it is not', async () => {
    expect(await become(samples['payment_link.partially_paid'], { money: 'payment_link' })).toMatchObject({
      type: 'payment.partially_paid',
      paymentId: LINK,
      paymentIds: [LINK, ORDER, PAYMENT],
      expected: { amount: '4990' },
      received: { amount: '2000', basis: 'total' },
    })
    expect(await become(samples['payment_link.partially_paid'])).toMatchObject({
      type: 'razorpay.payment_link.partially_paid',
      paymentIds: [ORDER, LINK],
      received: null,
    })
  })

  test('reserved money is authorised, and not received', async () => {
    expect((await become(samples['payment.authorized'])).type).toBe('payment.authorized')
  })
})

describe('what an order is called', () => {
  test.each([
    [{ receipt: 'R-7', notes: { order_id: 'A-1' } }, 'R-7', 'A-1'],
    [{ receipt: null, notes: { order_id: 'A-1' } }, 'A-1', 'A-1'],
    [{ receipt: '', notes: { order_id: 1001 } }, '1001', '1001'],
    [{ receipt: 'R-7', notes: [] }, 'R-7', 'ORDER-1001'],
    [{ receipt: null, notes: null }, 'ORDER-1001', 'ORDER-1001'],
    [{ receipt: null, notes: 'A-1' }, 'ORDER-1001', 'ORDER-1001'],
  ])('an order with %j', async (fields, byReceipt, byNotes) => {
    const payload = event('order.paid', 'order', fields)
    expect(await become(payload)).toMatchObject({ orderId: byReceipt })
    expect(await become(payload, { orderFrom: 'notes' })).toMatchObject({ orderId: byNotes })
  })

  test.each([
    [{ order_id: 'A-1' }, 'A-1'],
    [{ order_id: null }, null],
    [[], null],
    [null, null],
    [undefined, null],
  ])('a payment with notes %j', async (notes, orderId) => {
    expect(await become(event('payment.captured', 'payment', { notes }))).toMatchObject({ orderId })
  })

  test('may stand under another key', async () => {
    const payload = event('payment.captured', 'payment', { notes: { cart: 'C-7' } })
    expect(await become(payload, { orderKey: 'cart' })).toMatchObject({ orderId: 'C-7' })
    expect(await become(payload, { orderKey: 'constructor' })).toMatchObject({ orderId: null })
  })
})

describe('a refund', () => {
  test.each([
    ['refund.created', 'refund.pending'],
    ['refund.processed', 'refund.confirmed'],
    ['refund.failed', 'refund.failed'],
  ] as const)('%s', async (name, type) => {
    expect(await become(samples[name])).toMatchObject({
      type,
      paymentId: ORDER,
      paymentIds: [ORDER, PAYMENT],
      refund: { id: 'rfnd_QlB2zYx5oT3NrB', amount: '1500', currency: 'INR', basis: 'refund' },
    })
  })

  test('that is processed when it is created is announced by an event of its own', async () => {
    const payload = event('refund.created', 'refund', { status: 'processed' })
    expect(await become(payload)).toMatchObject({ type: 'refund.pending' })
  })

  test.each(['refund.created', 'refund.processed', 'refund.failed'] as const)(
    '%s of a payment that was never captured is none',
    async (name) => {
      expect(await become(event(name, 'payment', { captured: false }))).toMatchObject({
        type: `razorpay.${name}`,
        refund: null,
      })
    },
  )

  test('without its payment is known by its id alone', async () => {
    const { payload, ...rest } = samples['refund.processed']
    expect(await become({ ...rest, payload: { refund: payload.refund } })).toMatchObject({
      type: 'refund.confirmed',
      orderId: null,
      paymentIds: [PAYMENT],
    })
  })
})

describe('a dispute', () => {
  test.each([
    ['payment.dispute.created', {}, 'dispute.opened', '4990', false],
    ['payment.dispute.created', { amount_deducted: 100000 }, 'dispute.opened', '1000', true],
    ['payment.dispute.created', { phase: 'retrieval' }, 'dispute.inquiry', '4990', false],
    ['payment.dispute.created', { phase: 'fraud' }, 'dispute.inquiry', '4990', false],
    ['payment.dispute.created', { phase: 'fraud', amount_deducted: 499000 }, 'dispute.opened', '4990', true],
    ['payment.dispute.under_review', { amount_deducted: null }, 'dispute.opened', '4990', false],
    ['payment.dispute.won', {}, 'dispute.won', '4990', false],
    ['payment.dispute.lost', {}, 'dispute.lost', '4990', true],
    ['payment.dispute.lost', { amount_deducted: 0 }, 'dispute.lost', '4990', true],
  ] as const)('%s %j', async (name, fields, type, amount, withdrawn) => {
    expect(await become(event(name, 'dispute', fields))).toMatchObject({
      type,
      paymentIds: [ORDER, PAYMENT],
      dispute: { id: 'disp_QmC3aZy6pU4OsC', amount, withdrawn, respondBy: '2026-12-09T07:06:40.000Z' },
    })
  })

  test.each([
    [0, 'dispute.inquiry', false],
    [499000, 'dispute.opened', true],
  ])('that is closed without a verdict, with %d deducted', async (amount_deducted, type, withdrawn) => {
    const payload = { ...event('payment.dispute.won', 'dispute', { amount_deducted }), event: 'payment.dispute.closed' }
    expect(await become(payload)).toMatchObject({ type, dispute: { withdrawn } })
  })
})

describe('who an event is', () => {
  const kinds = async (...payloads: object[]) => {
    const { deliver } = receiverOf(shop({ money: 'payment_link' }))
    const told: string[] = []
    for (const payload of payloads) told.push((await deliver(JSON.stringify(payload))).kind)
    return told
  }

  test.each([
    'order.paid',
    'payment.captured',
    'payment_link.paid',
    'refund.processed',
    'payment.dispute.lost',
  ] as const)('%s happens once, also where a later delivery is dated anew', async (name) => {
    expect(await kinds(samples[name], { ...samples[name], created_at: 1799999999 })).toEqual(['unhandled', 'duplicate'])
  })

  test('a link is paid in part several times, and each sum is news', async () => {
    const part = (amount_paid: number) => event('payment_link.partially_paid', 'payment_link', { amount_paid })
    expect(await kinds(part(200000), part(300000), part(200000))).toEqual(['unhandled', 'unhandled', 'duplicate'])
  })

  test('a dispute is under review several times', async () => {
    const review = samples['payment.dispute.under_review']
    const again = { ...review, created_at: review.created_at + 1 }
    expect(await kinds(review, again, again)).toEqual(['unhandled', 'unhandled', 'duplicate'])
  })

  test.each(['invoice.paid', 'payment.downtime.started', 'refund.speed_changed', 'subscription.charged', 'toString'])(
    '%s is native, known by its content, and no money',
    async (name) => {
      const payload = { ...samples['payment.captured'], event: name }
      const { deliver, events } = receiverOf(shop())
      await deliver(JSON.stringify(payload))
      expect((await deliver(JSON.stringify(payload, null, 2))).kind).toBe('duplicate')
      expect(events).toMatchObject([{ type: `razorpay.${name}`, received: null }])
    },
  )
})

describe('amounts', () => {
  test.each([
    ['INR', 1, '0.01'],
    ['USD', 100, '1'],
    ['JPY', 500, '500'],
    ['KWD', 5120, '5.12'],
    ['BHD', 1230, '1.23'],
  ])('%s %d is %s', async (currency, amount, exact) => {
    expect(await become(event('payment.captured', 'payment', { amount, currency }))).toMatchObject({
      received: { amount: exact, currency },
    })
  })

  test.each([
    ['payment.captured', 'payment', { amount: 0.5 }],
    ['payment.captured', 'payment', { amount: '499000' }],
    ['payment.captured', 'payment', { amount: -1 }],
    ['payment.captured', 'payment', { currency: 'XYZ' }],
    ['payment.captured', 'payment', { id: '' }],
    ['order.paid', 'order', { amount_paid: null }],
    ['order.paid', 'order', { id: null }],
    ['refund.processed', 'refund', { payment_id: null }],
    ['payment.dispute.lost', 'dispute', { amount_deducted: -1 }],
  ] as const)('%s whose %s has %j is kept for the operator', async (name, entity, fields) => {
    expect(await refusal(event(name, entity, fields))).toBe('PAYLOAD_INVALID')
  })

  test('an event without the entity it is named after is kept for the operator', async () => {
    expect(await refusal({ ...samples['order.paid'], payload: {} })).toBe('PAYLOAD_INVALID')
    expect(await refusal({ ...samples['order.paid'], payload: { order: null } })).toBe('PAYLOAD_INVALID')
  })
})

describe('orders', () => {
  const open = () =>
    openOrder({
      orderId: 'ORDER-1001',
      expected: { amount: '4990', currency: 'INR' },
      payments: [{ provider: 'razorpay', paymentId: ORDER }],
    })

  const after = async (...payloads: object[]): Promise<OrderPayment> => {
    let order = open()
    for (const payload of payloads) order = settle(order, await become(payload)).order
    return order
  }

  const part = (id: string, amount: number) => event('payment.captured', 'payment', { id, amount })

  test('the payment and the order are one sum, in any order of arrival', async () => {
    const both = [samples['payment.captured'], samples['order.paid']]
    for (const payloads of [both, both.toReversed()]) {
      expect(await after(...payloads)).toMatchObject({
        status: 'confirmed',
        received: '4990',
        excess: '0',
        reasons: [],
      })
    }
  })

  test('parts add up', async () => {
    expect(await after(part('pay_1', 200000))).toMatchObject({ status: 'payment_insufficient', shortfall: '2990' })
    expect(await after(part('pay_1', 200000), part('pay_2', 299000), samples['order.paid'])).toMatchObject({
      status: 'confirmed',
      received: '4990',
      reasons: [],
    })
  })

  test('an attempt that fails after another one has paid undoes nothing', async () => {
    expect(await after(samples['order.paid'], samples['payment.failed'])).toMatchObject({
      status: 'confirmed',
      reasons: [],
    })
  })

  test('an attempt that is authorised late and goes back by itself takes nothing from what was paid', async () => {
    const backAgain = event('refund.processed', 'payment', { id: 'pay_late', captured: false })
    expect(await after(samples['order.paid'], backAgain)).toMatchObject({ status: 'confirmed', received: '4990' })
  })

  test('a refund comes off', async () => {
    expect(await after(samples['order.paid'], samples['refund.processed'])).toMatchObject({
      status: 'partially_refunded',
      refunded: '1500',
    })
  })
})
