/** Polar, with vectors verified by its official package. */
import { describe, expect, test } from '@jest/globals'
import { Webhook } from 'standardwebhooks'
import { polar, type PolarOptions } from 'express-payment-webhooks/providers/polar'
import { types } from '../../../src/testing/samples/polar.js'
import { eventOf, receiverOf, refusalOf } from '../../support/deliver.js'
import { describeExamples, describeVectors, payloadOf, vectorsOf, type Vector } from '../../support/provider-suite.js'
import { event, order, refund, SECRET, shop } from './support.js'

interface PolarVector extends Vector {
  readonly secrets: readonly string[]
  /** Our clock, in seconds. */
  readonly now: number
}

const { polar: vectors } = vectorsOf<{ polar: { cases: PolarVector[] } }>('polar')

describeVectors(vectors.cases, ({ secrets, now }) => polar({ secret: secrets, now: () => now * 1000 }))

describeExamples('polar', () => shop())

describeExamples('polar', () => shop({ money: 'order.updated' }), { heading: "With `money: 'order.updated'`" })

const become = (payload: object, rest: Partial<PolarOptions> = {}) => eventOf(shop(rest), JSON.stringify(payload))

describe('which event is money', () => {
  test.each([
    ['order.created', 'pending', 'payment.pending', 'payment.pending'],
    ['order.created', 'paid', 'polar.order.created', 'polar.order.created'],
    ['order.created', 'draft', 'polar.order.created', 'polar.order.created'],
    ['order.paid', 'paid', 'payment.confirmed', 'polar.order.paid'],
    ['order.updated', 'draft', 'polar.order.updated', 'polar.order.updated'],
    ['order.updated', 'pending', 'polar.order.updated', 'payment.pending'],
    ['order.updated', 'paid', 'polar.order.updated', 'payment.confirmed'],
    ['order.updated', 'partially_refunded', 'polar.order.updated', 'refund.confirmed'],
    ['order.updated', 'refunded', 'polar.order.updated', 'payment.refunded'],
    ['order.updated', 'void', 'payment.canceled', 'payment.canceled'],
    ['order.updated', 'constructor', 'polar.order.updated', 'polar.order.updated'],
    ['order.refunded', 'partially_refunded', 'polar.order.refunded', 'polar.order.refunded'],
    ['order.refunded', 'refunded', 'polar.order.refunded', 'polar.order.refunded'],
  ])('%s, %s', async (name, status, byPaid, byUpdated) => {
    const payload = event(name, order(status))
    expect(await become(payload)).toMatchObject({ type: byPaid, orderId: 'A-1', paymentId: 'O-1' })
    expect((await become(payload, { money: 'order.updated' })).type).toBe(byUpdated)
  })

  test.each([
    ['pending', 'refund.pending'],
    ['succeeded', 'refund.confirmed'],
    ['failed', 'refund.failed'],
    ['canceled', 'refund.failed'],
    ['someday', null],
  ])('a refund that is %s', async (status, byPaid) => {
    for (const name of ['refund.created', 'refund.updated']) {
      const payload = event(name, refund(status))
      expect((await become(payload)).type).toBe(byPaid ?? `polar.${name}`)
      expect((await become(payload, { money: 'order.updated' })).type).toBe(`polar.${name}`)
    }
  })

  test.each(['order.paid', 'order.updated'] as const)('by %s, nothing is paid or sent back twice', async (money) => {
    const paid = ['order.updated', 'order.paid'].map((name) => event(name, order('paid')))
    const back = { refunded_amount: 5000, refunded_tax_amount: 950 }
    const returned = [
      ...['order.updated', 'order.refunded'].map((name) => event(name, order('partially_refunded', back))),
      event('refund.created', refund('succeeded')),
    ]
    const typesOf = async (payloads: object[]) =>
      (await Promise.all(payloads.map((payload) => become(payload, { money })))).map(({ type }) => type)
    expect((await typesOf(paid)).filter((type) => type === 'payment.confirmed')).toHaveLength(1)
    expect((await typesOf(returned)).filter((type) => type.startsWith('refund.'))).toEqual(['refund.confirmed'])
  })

  test('by order.updated, an order is confirmed once, however often it changes afterwards', async () => {
    const { deliver, events } = receiverOf(shop({ money: 'order.updated' }))
    await deliver(JSON.stringify(event('order.updated', order('paid'))))
    const again = event('order.updated', order('paid', { modified_at: '2026-11-27T09:00:00Z', invoice_number: '7' }))
    expect(await deliver(JSON.stringify(again))).toMatchObject({ kind: 'duplicate' })
    const back = [5000, 7000].map((refunded_amount) =>
      event('order.updated', order('partially_refunded', { refunded_amount })),
    )
    for (const one of back) await deliver(JSON.stringify(one))
    expect(events.map((one) => [one.type, one.refund?.amount])).toEqual([
      ['payment.confirmed', undefined],
      ['refund.confirmed', '50'],
      ['refund.confirmed', '70'],
    ])
  })
})

describe('an order', () => {
  test('that is paid has received its total, tax included', async () => {
    expect(await become(event('order.paid', order('paid')))).toMatchObject({
      paymentIds: ['O-1', 'C-1'],
      expected: { amount: '153.51', currency: 'EUR' },
      received: { amount: '153.51', currency: 'EUR', basis: 'total', asOf: '2026-11-27T08:09:57.884Z' },
      refund: null,
      occurredAt: '2026-11-27T08:09:58.412Z',
    })
  })

  test.each(['subscription_cycle', 'subscription_update'])(
    'for %s names no order: its metadata and checkout are those of the first one',
    async (billing_reason) => {
      expect(await become(event('order.paid', order('paid', { billing_reason })))).toMatchObject({
        type: 'payment.confirmed',
        orderId: null,
        paymentIds: ['O-1'],
        reason: billing_reason,
      })
    },
  )

  test('for the first period of a subscription is that of the checkout', async () => {
    const first = order('paid', { billing_reason: 'subscription_create' })
    expect(await become(event('order.paid', first))).toMatchObject({ orderId: 'A-1', paymentIds: ['O-1', 'C-1'] })
  })

  test('has sent back the tax as well', async () => {
    const back = order('partially_refunded', { refunded_amount: 5000, refunded_tax_amount: 950 })
    expect((await become(event('order.refunded', back))).refund).toMatchObject({ amount: '59.5', basis: 'total' })
    expect((await become(event('refund.created', refund('succeeded')))).refund).toEqual({
      ...{ id: 'R-1', amount: '59.5', currency: 'EUR', basis: 'refund' },
    })
  })

  test.each([
    [{ order_id: 1001 }, '1001'],
    [{ order_id: { a: 1 } }, null],
    [{}, null],
    [[], null],
    [null, null],
    [undefined, null],
  ])('with metadata %j is for %j', async (metadata, orderId) => {
    expect(await become(event('order.paid', order('paid', { metadata })))).toMatchObject({ orderId })
  })

  test('may be named by another key', async () => {
    const payload = event('order.paid', order('paid', { metadata: { cart: 'C-7' } }))
    expect(await become(payload, { orderKey: 'cart' })).toMatchObject({ orderId: 'C-7' })
  })

  test.each([
    ['without a total', { total_amount: undefined }],
    ['of half a cent', { total_amount: 0.5 }],
    ['below nothing', { total_amount: -1 }],
    ['in a text', { total_amount: '15351' }],
    ['in no currency', { currency: 'euros' }],
    ['in a currency without cents', { currency: 'jpy' }],
    ['in a currency of thousandths', { currency: 'kwd' }],
    ['without an id', { id: null }],
  ])('%s is kept for the operator', async (_what, fields) => {
    expect(await refusalOf(shop(), JSON.stringify(event('order.paid', order('paid', fields))))).toBe('PAYLOAD_INVALID')
  })

  test.each([
    [{ JPY: 0 }, 'jpy', '15351'],
    [{ JPY: 2 }, 'jpy', '153.51'],
    [{ KWD: 3 }, 'kwd', '15.351'],
    [{ JPY: 0 }, 'usd', '153.51'],
  ])('with decimals %j in %s is %s', async (decimals, currency, amount) => {
    const payload = event('order.paid', order('paid', { currency }))
    expect((await become(payload, { decimals })).received).toMatchObject({ amount })
  })
})

test('a checkout that nobody paid ends the payment of its order', async () => {
  const payload = event('checkout.expired', { id: 'C-1', status: 'expired', metadata: { order_id: 'A-1' } })
  expect(await become(payload)).toMatchObject({ type: 'payment.expired', orderId: 'A-1', paymentId: 'C-1' })
})

test.each(['subscription.past_due', 'checkout.updated', 'customer.created', 'member.created', 'toString'])(
  '%s is no money',
  async (type) => {
    const told = { type: `polar.${type}`, received: null, refund: null, dispute: null }
    expect(await become(event(type, { id: 'X', amount: 100 }))).toMatchObject(told)
  },
)

test('the body of a chat is no event', async () => {
  expect(await refusalOf(shop(), JSON.stringify({ text: 'New order' }))).toBe('PAYLOAD_INVALID')
})

describe('who an event is', () => {
  const body = payloadOf('polar', 'order_paid.json').toString()
  const NOW = 1795766401
  const sent = (id: string, at = NOW) => ({
    'webhook-id': id,
    'webhook-timestamp': String(at),
    'webhook-signature': new Webhook('whsec_Rm9Tq2Xv7Lc4Zk1Hd6Yw3Np8Bs5Fg0Ja').sign(id, new Date(at * 1000), body),
  })

  test('it is known by the signed id, in every retry', async () => {
    const now = () => NOW * 1000
    const { deliver, events } = receiverOf(polar({ secret: 'whsec_Rm9Tq2Xv7Lc4Zk1Hd6Yw3Np8Bs5Fg0Ja', now }))
    await deliver(body, sent('D-1', NOW - 200))
    expect(await deliver(body, sent('D-1'))).toMatchObject({ kind: 'duplicate' })
    expect(await deliver(body, { ...sent('D-1'), 'webhook-id': 'D-2' })).toMatchObject({ kind: 'not_authentic' })
    expect(events.map(({ id }) => id)).toEqual(['polar:D-1'])
  })
})

describe('options', () => {
  test.each([
    [{ secret: undefined }, /secret is missing or empty/],
    [{ secret: 'polar_whs_' }, /secret has 10 bytes/],
    [{ money: 'order' }, /money must be 'order.paid' or 'order.updated'/],
    [{ orderKey: '' }, /orderKey must be/],
    [{ decimals: { jpy: 0 } }, /decimals must be/],
    [{ decimals: { JPY: '0' } }, /decimals must be/],
    [{ decimals: { JPY: 5 } }, /decimals must be/],
    [{ decimals: null }, /decimals must be/],
    [{ secert: 'x' }, /Did you mean "secret"/],
  ])('%j', (options, message) => {
    expect(() => shop(options as never)).toThrow(message)
  })

  test('a secret may be one of any age', () => {
    for (const secret of [SECRET, SECRET.replace('whsec_', 'polar_whs_'), 'whsec_Rm9Tq2Xv7Lc4Zk1Hd6Yw3Np8Bs5Fg0Ja']) {
      expect(polar({ secret }).name).toBe('polar')
    }
  })

  test('Polar waits for ten seconds, and sends again whatever is refused', () => {
    expect(shop()).toMatchObject({
      patienceMs: 10_000,
      unknownOrder: 'later',
      blocksQueue: false,
      answers: { accepted: { status: 200, body: '' }, notAuthentic: 401, later: 503 },
    })
  })
})

test('every type of the families that comes by default has a sample', () => {
  const common = shop().types.filter((type) => !type.startsWith('polar.') && type !== 'payment.refunded')
  expect(Object.values(types)).toEqual(expect.arrayContaining(common))
})
