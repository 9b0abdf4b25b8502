/** Payments from before the records began: under the provider's own name, the event adds nothing, and a refund counts. */
import { describe, expect, test } from '@jest/globals'
import { randomBytes } from 'node:crypto'
import type { WebhookEvent } from 'express-payment-webhooks'
import {
  cancel,
  importPayment,
  markPaid,
  openOrder,
  settle,
  type OpenedPayment,
  type OrderPayment,
} from 'express-payment-webhooks/orders'
import { stripe } from 'express-payment-webhooks/providers/stripe'
import { sampleAbout } from 'express-payment-webhooks/testing'
import { eventOf } from '../support/deliver.js'
import { coinOrder, minute, transfer } from '../support/order-events.js'

const provider = stripe({ secret: `whsec_${randomBytes(24).toString('base64')}` })
const about = 'ORDER-1'
/** The name of that payment in samples. */
const PAYMENT = sampleAbout(about, 'stripe', 'payment_intent.succeeded').data.object.id
const eventFor = async (name: string, object: object = {}) =>
  (await eventOf(
    provider,
    JSON.stringify(sampleAbout(about, 'stripe', name as 'payment.confirmed', { data: { object } as never })),
  )) as WebhookEvent
const by = { by: 'maria', at: minute(30), note: 'taken over' }

const opened = (payments: readonly OpenedPayment[] = [], more: object = {}) =>
  openOrder({ orderId: 'ORDER-1', expected: { amount: '49.90', currency: 'EUR' }, payments, ...more })
const imported = (order: OrderPayment, more: object = {}) =>
  importPayment(order, { provider: 'stripe', paymentIds: [PAYMENT], ...by, ...more })
const settled = (order: OrderPayment, ...events: readonly WebhookEvent[]) =>
  events.reduce((state, event) => settle(state, event).order, order)

const PAID = { status: 'confirmed', received: '49.9', excess: '0', reasons: [] }

describe('a payment that its provider confirmed before', () => {
  const slots: [string, readonly OpenedPayment[]][] = [
    ['no payment', []],
    ['its payment', [{ provider: 'stripe', paymentId: PAYMENT }]],
    ['any payment that names the order', [{ provider: 'stripe', paymentId: null }]],
    ['its payment, under another reference', [{ provider: 'stripe', paymentId: PAYMENT, reference: 'R-1' }]],
  ]
  test.each(slots)('makes an order that was opened with %s confirmed', (_, payments) => {
    const { order, update } = imported(opened(payments))
    expect(order).toMatchObject({ ...PAID, version: 1 })
    expect(order.payments.some(({ paymentId }) => paymentId === PAYMENT)).toBe(true)
    expect(update).toMatchObject({ changed: true, firstConfirmed: true })
    expect(JSON.parse(JSON.stringify(order))).toEqual(order)
  })

  test.each([[{}], [{ paidAt: minute(10) }], [{ paidAt: minute(10_000_000) }]])(
    "counts once with the provider's own event about it, imported with %j",
    async (more) => {
      const confirmed = await eventFor('payment.confirmed')
      expect(settled(imported(opened(), more).order, confirmed)).toMatchObject(PAID)
      expect(settled(imported(opened([{ provider: 'stripe', paymentId: null }]), more).order, confirmed)).toMatchObject(
        PAID,
      )
      const first = settled(opened([{ provider: 'stripe', paymentId: null }]), confirmed)
      expect(imported(first, more).order).toMatchObject(PAID)
    },
  )

  test('where it was marked as paid by hand instead, counts twice', async () => {
    const marked = markPaid(opened([{ provider: 'stripe', paymentId: null }]), by).order
    expect(settled(marked, await eventFor('payment.confirmed'))).toMatchObject({
      received: '99.8',
      excess: '49.9',
      reasons: ['overpaid'],
    })
  })

  test('counts once with the transfers that the gateway tells of the same address, by either of its names', () => {
    const names = { provider: 'crypto-gateway', paymentIds: ['addr_1', '0xAb'] }
    const { order } = importPayment(coinOrder(), { ...names, ...by })
    expect(settled(order, transfer('confirmed', 'tx_1', '100'))).toMatchObject({
      received: '100',
      excess: '0',
      reasons: [],
    })
    const byAddress = { ...transfer('confirmed', 'tx_1', '100'), paymentId: '0xab', paymentIds: ['0xab'] }
    expect(settled(order, byAddress)).toMatchObject({ status: 'confirmed', received: '100', excess: '0' })
  })

  test('gives back what its refund says, which names the payment alone', async () => {
    const refund = { ...(await eventFor('refund.confirmed', { amount: 1500 })), orderId: null }
    const order = settled(imported(opened()).order, refund)
    expect(order).toMatchObject({ status: 'partially_refunded', refunded: '15', received: '34.9' })
  })

  describe('and refunded in part', () => {
    const refundEvent = async (name: string, id: string, amount: number) => ({
      ...(await eventFor(name, { id, amount })),
      orderId: null,
    })
    const part = { amount: '49.90', refunds: [{ id: 're_1', amount: '15.00' }] }
    const PARTLY = { status: 'partially_refunded', refunded: '15', received: '34.9', reasons: [] }

    test('is partially refunded, and the record says by what', () => {
      const { order, update } = imported(opened(), part)
      expect(order).toMatchObject(PARTLY)
      expect(update.changed).toBe(true)
      expect(order.actions).toMatchObject([{ action: 'imported', refunds: [{ id: 're_1', amount: '15' }] }])
      expect(imported(order, part)).toMatchObject({ order, update: { changed: false } })
    })

    test.each(['refund.pending', 'refund.confirmed'])('is so when the %s of that refund comes again', async (name) => {
      const again = await refundEvent(name, 're_1', 1500)
      expect(settled(imported(opened(), part).order, again)).toMatchObject(PARTLY)
      expect(imported(settled(imported(opened()).order, again), part).order).toMatchObject(PARTLY)
    })

    test('is refunded once the rest is', async () => {
      const rest = await refundEvent('refund.confirmed', 're_2', 3490)
      const all = { status: 'refunded', refunded: '49.9', received: '0', reasons: [] }
      expect(settled(imported(opened(), part).order, rest)).toMatchObject(all)
      const both = [...part.refunds, { id: 're_2', amount: '34.90' }]
      expect(imported(imported(opened(), part).order, { ...part, refunds: both }).order).toMatchObject(all)
    })

    test('has its money back where the refund failed after all', async () => {
      const failed = await refundEvent('refund.failed', 're_1', 1500)
      expect(settled(imported(opened(), part).order, failed)).toMatchObject({
        received: '49.9',
        refunded: '0',
        reasons: ['refund_failed'],
      })
    })
  })

  test('short of the price is so for the order', () => {
    expect(imported(opened(), { amount: '20' }).order).toMatchObject({
      status: 'needs_review',
      received: '20',
      reasons: ['paid_short'],
    })
  })

  test('is in time without a date, and late with one after the deadline', () => {
    const order = opened([], { expiresAt: minute(20) })
    expect(imported(order).order).toMatchObject(PAID)
    expect(imported(order, { paidAt: minute(21) }).order).toMatchObject({ reasons: ['paid_late'] })
  })

  test('is learned by its names', () => {
    const learned = [{ provider: 'stripe', paymentId: PAYMENT }]
    expect(imported(opened([{ provider: 'stripe', paymentId: null }])).update.learned).toEqual(learned)
    expect(imported(opened([{ provider: 'stripe', paymentId: PAYMENT }])).update.learned).toEqual([])
  })

  test('is in the record once, however often it is imported', () => {
    const { order } = imported(opened())
    expect(order.actions).toEqual([
      { action: 'imported', provider: 'stripe', paymentIds: [PAYMENT], amount: '49.9', refunds: [], ...by },
    ])
    expect(imported(order, { at: minute(50) })).toMatchObject({ order, update: { changed: false } })
  })

  test('is news for an order that was given up', () => {
    const given = cancel(opened(), { ...by, at: minute(20) }).order
    expect(imported(given).order).toMatchObject({ status: 'needs_review', reasons: ['money_after_cancel'] })
  })
})

describe('refused', () => {
  test.each([
    ['no ids', { paymentIds: [] }, 'paymentIds'],
    ['an id for any payment', { paymentIds: [null] }, 'paymentIds'],
    ['an empty id', { paymentIds: [''] }, 'paymentId'],
    ['an empty provider', { provider: '' }, 'provider'],
    ['no amount', { amount: '0' }, 'amount'],
    ['refunds that are no list', { refunds: { id: 're_1', amount: '15' } }, 'refunds'],
    ['a refund without its id', { refunds: [{ amount: '15' }] }, 'refunds[0]: id'],
    ['a refund of nothing', { refunds: [{ id: 're_1', amount: '0' }] }, 'refunds[0]: amount'],
    ['a date that is none', { paidAt: 'yesterday' }, 'paidAt'],
  ])('is %s', (_, wrong, said) => {
    expect(() => imported(opened(), wrong)).toThrow(
      expect.objectContaining({ code: 'CONFIG_OPTION_INVALID', message: expect.stringContaining(said) }),
    )
  })

  test('is a name that is not looked for', () => {
    expect(() => imported(opened(), { paymentId: PAYMENT })).toThrow(
      expect.objectContaining({ code: 'CONFIG_OPTION_UNKNOWN' }),
    )
    expect(() => imported(opened(), { refunds: [{ id: 're_1', amount: '15', currency: 'EUR' }] })).toThrow(
      expect.objectContaining({ code: 'CONFIG_OPTION_UNKNOWN' }),
    )
  })
})
