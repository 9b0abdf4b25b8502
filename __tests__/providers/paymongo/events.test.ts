/** Each event of PayMongo: its type, its identity, and whether it is money. */
import { describe, expect, test } from '@jest/globals'
import { openOrder, settle } from 'express-payment-webhooks/orders'
import type { PayMongoOptions } from 'express-payment-webhooks/providers/paymongo'
import { receiverOf, refusalOf } from '../../support/deliver.js'
import { samples } from '../../../src/testing/samples/paymongo.js'
import { AT, become, event, shop } from './support.js'

const PAYMENT = 'pay_v1PcQ8mZsD4rT2yKx7LwBn3H'
const INTENT = 'pi_w3QdR9nZtF5sV4aMz8NyDp2K'
const SESSION = 'cs_d1XmY7uGaN3zC2hUg6VfLw9S'

const refusal = (payload: object, rest: Partial<PayMongoOptions> = {}) => refusalOf(shop(rest), JSON.stringify(payload))

const withLivemode = (livemode: unknown) => {
  const { data } = samples['payment.paid']
  return { data: { ...data, attributes: { ...data.attributes, livemode } } }
}

describe('which mode', () => {
  test.each([false, undefined, null, 'true', 1])('a live signature over livemode %j is no money', async (livemode) => {
    expect(await become(withLivemode(livemode))).toMatchObject({ type: 'paymongo.test.payment.paid', received: null })
  })

  test('a live event at a shop in test mode is no money', async () => {
    expect(await become(withLivemode(true), { mode: 'test' })).toMatchObject({
      type: 'paymongo.live.payment.paid',
      received: null,
    })
  })

  test('a repeat of it is known, although its body counts down the webhooks that wait', async () => {
    const { deliver } = receiverOf(shop())
    const counting = (pending_webhooks: number) => {
      const { data } = withLivemode(false)
      return JSON.stringify({ data: { ...data, attributes: { ...data.attributes, pending_webhooks } } })
    }
    await deliver(counting(2))
    expect((await deliver(counting(1))).kind).toBe('duplicate')
  })
})

describe('the signature', () => {
  const body = Buffer.from(JSON.stringify(samples['payment.paid']))
  const header = (provider = shop()) => provider.sign(body).headers['paymongo-signature']!
  const send = (value: string, provider = shop()) => refusalOf(provider, body, { 'paymongo-signature': value })

  test('is written as PayMongo writes it', () => {
    expect(header()).toMatch(/^t=1795602602,te=,li=[0-9a-f]{64}$/)
    expect(header(shop({ mode: 'test' }))).toMatch(/^t=1795602602,te=[0-9a-f]{64},li=$/)
  })

  test.each([
    ['its parts in another order', (value: string) => value.split(',').reverse().join(','), 'unhandled'],
    ['no empty part', (value: string) => value.replace('te=,', ''), 'AUTH_HEADER_MALFORMED'],
    ['one part twice', (value: string) => value.replace('te=,', 'te=,te=,'), 'AUTH_HEADER_MALFORMED'],
    ['two times', (value: string) => `t=1795602601,${value}`, 'AUTH_HEADER_MALFORMED'],
    ['two signatures', (value: string) => `${value},li=${'0'.repeat(64)}`, 'AUTH_HEADER_MALFORMED'],
    ['a part of its own', (value: string) => `${value},v1=`, 'AUTH_HEADER_MALFORMED'],
    [
      'its digits in the part of the other mode',
      (value: string) => value.replace(/te=,li=(.*)/, 'te=$1,li='),
      'AUTH_HEADER_MALFORMED',
    ],
  ])('with %s: %#', async (_what, change, code) => {
    const provider = shop()
    const outcome = await receiverOf(provider).deliver(body, { 'paymongo-signature': change(header()) })
    expect(outcome.error?.code ?? outcome.kind).toBe(code)
  })

  test.each([
    [3 * 60 * 60, undefined],
    [3 * 60 * 60 + 1, 'AUTH_TIMESTAMP_STALE'],
    [-300, undefined],
    [-301, 'AUTH_TIMESTAMP_STALE'],
  ])('that is %d s old', async (age, code) => {
    const signed = header()
    const outcome = await receiverOf(shop({ now: () => (AT + age) * 1000 })).deliver(body, {
      'paymongo-signature': signed,
    })
    expect(outcome.error?.code).toBe(code)
  })

  test('may be of any age, or a minute, by option', async () => {
    const later = { now: () => (AT + 86_400) * 1000 }
    expect(
      await receiverOf(shop({ ...later, toleranceSeconds: null })).deliver(body, { 'paymongo-signature': header() }),
    ).toMatchObject({ kind: 'unhandled' })
    expect(await send(header(), shop({ now: () => (AT + 61) * 1000, toleranceSeconds: 60 }))).toBe(
      'AUTH_TIMESTAMP_STALE',
    )
  })
})

describe('which event is money', () => {
  const both = [samples['payment.paid'], samples['checkout_session.payment.paid']] as const

  test.each([
    ['payment', ['payment.confirmed', 'payment.pending']],
    ['checkout_session', ['paymongo.payment.paid', 'payment.confirmed']],
  ] as const)('%s: one of the two, and never both', async (money, types) => {
    const events = await Promise.all(both.map((payload) => become(payload, { money })))
    expect(events.map(({ type }) => type)).toEqual(types)
    expect(events.filter(({ received }) => received !== null)).toMatchObject([
      { type: 'payment.confirmed', received: { amount: '1499.9', currency: 'PHP', basis: 'total' } },
    ])
    for (const { paymentId } of events) expect(paymentId).toBe(INTENT)
  })

  test('a session names the payment that its order is paid with', async () => {
    expect(await become(samples['checkout_session.payment.paid'])).toMatchObject({
      orderId: 'ORDER-1001',
      paymentIds: [INTENT, SESSION, PAYMENT],
      expected: { amount: '1499.9', currency: 'PHP' },
    })
  })

  test('a session is paid by what was paid of its payments', async () => {
    const payments = (...some: readonly object[]) =>
      event('checkout_session.payment.paid', {
        payments: some.map((fields, at) => ({
          id: `pay_${at}`,
          attributes: { amount: 100, currency: 'PHP', ...fields },
        })),
      })
    const rest = { money: 'checkout_session' } as const
    expect(await become(payments({ status: 'paid' }, { status: 'failed' }, { status: 'paid' }), rest)).toMatchObject({
      received: { amount: '2' },
    })
    expect(await refusal(payments({ status: 'failed' }), rest)).toBe('PAYLOAD_INVALID')
    expect(await refusal(payments(), rest)).toBe('PAYLOAD_INVALID')
    expect(await refusal(payments({ status: 'paid' }, { status: 'paid', currency: 'USD' }), rest)).toBe(
      'PAYLOAD_INVALID',
    )
  })
})

describe('a payment', () => {
  test('is known by its intent, which the shop stored', async () => {
    expect(await become(samples['payment.paid'])).toMatchObject({
      orderId: 'ORDER-1001',
      paymentId: INTENT,
      paymentIds: [INTENT, PAYMENT],
      occurredAt: '2026-11-25T10:30:01.000Z',
    })
  })

  test('that was made of a source is known by that too', async () => {
    expect(await become(event('payment.paid', { payment_intent_id: null }))).toMatchObject({
      paymentIds: [PAYMENT, 'src_x4ReS1oAuG6tW5bNa9PzEq3L'],
    })
    expect(await become(event('payment.paid', { payment_intent_id: null, source: null }))).toMatchObject({
      paymentIds: [PAYMENT],
    })
    expect(await become(samples['source.chargeable'])).toMatchObject({
      type: 'payment.pending',
      paymentId: 'src_x4ReS1oAuG6tW5bNa9PzEq3L',
      received: null,
    })
  })

  test('that failed says why', async () => {
    expect(await become(samples['payment.failed'])).toMatchObject({ received: null, reason: 'It was declined.' })
  })

  test.each([
    [{ metadata: { order_id: 'A-1' }, external_reference_number: 'E-1' }, 'A-1'],
    [{ metadata: { cart: 'C-7' }, external_reference_number: 'E-1' }, 'E-1'],
    [{ metadata: null }, null],
    [{ metadata: [] }, null],
    [{ metadata: 'order_id' }, null],
  ])('with %j is for order %j', async (fields, orderId) => {
    expect(await become(event('payment.paid', fields))).toMatchObject({ orderId })
  })

  test('may name the order under another key', async () => {
    const payload = event('payment.paid', { metadata: { cart: 'C-7' } })
    expect(await become(payload, { orderKey: 'cart' })).toMatchObject({ orderId: 'C-7' })
    expect(await become(payload, { orderKey: 'constructor' })).toMatchObject({ orderId: null })
  })

  test('may have its fields beside its id, as newer resources do', async () => {
    const { data } = samples['payment.paid']
    const flat = { id: PAYMENT, type: 'payment', ...data.attributes.data.attributes }
    expect(await become({ data: { ...data, attributes: { ...data.attributes, data: flat } } })).toMatchObject({
      type: 'payment.confirmed',
      paymentIds: [INTENT, PAYMENT],
      received: { amount: '1499.9' },
    })
  })

  test.each([
    { amount: 0.5 },
    { amount: '149990' },
    { amount: -1 },
    { amount: null },
    { currency: 'XYZ' },
    { refunds: {} },
  ])('with %j is kept for the operator', async (fields) => {
    expect(await refusal(event('payment.paid', fields))).toBe('PAYLOAD_INVALID')
  })

  test.each([
    ['PHP', 1, '0.01'],
    ['PHP', 100, '1'],
    ['JPY', 500, '500'],
    ['PHP', 999999999999999, '9999999999999.99'],
  ])('of %s %d is %s', async (currency, amount, exact) => {
    expect(await become(event('payment.paid', { currency, amount }))).toMatchObject({ received: { amount: exact } })
  })
})

describe('what goes back', () => {
  test.each([
    ['succeeded', 'refund.confirmed'],
    ['failed', 'refund.failed'],
    ['pending', 'refund.pending'],
    ['processing', 'refund.pending'],
    ['toString', 'refund.pending'],
    [null, 'refund.pending'],
  ])('a refund that is %s', async (status, type) => {
    expect(await become(event('payment.refund.updated', { status }))).toMatchObject({
      type,
      paymentId: PAYMENT,
      refund: { id: 'ref_h5BrC2yLeS7dG6nYm1ZkQa4W', amount: '500', currency: 'PHP', basis: 'refund' },
    })
  })

  test('a state of it is told once, by whichever of its two names, and each state is news', async () => {
    const { deliver } = receiverOf(shop())
    const named = (name: string, status: string, id: string) => {
      const { data } = event('payment.refund.updated', { status }, id)
      return JSON.stringify({ data: { ...data, attributes: { ...data.attributes, type: name } } })
    }
    const kinds: string[] = []
    for (const body of [
      named('refund.created', 'pending', 'evt_1'),
      named('payment.refund.updated', 'succeeded', 'evt_2'),
      named('refund.updated', 'succeeded', 'evt_3'),
    ]) {
      kinds.push((await deliver(body)).kind)
    }
    expect(kinds).toEqual(['unhandled', 'unhandled', 'duplicate'])
  })

  test('a payment that was refunded names the newest of its refunds, if all of it went back', async () => {
    const refund = (id: string, amount: number, updated_at: number, status = 'succeeded') => ({
      id,
      attributes: { amount, currency: 'PHP', status, updated_at },
    })
    const parts = [refund('ref_2', 49990, 1795690000), refund('ref_1', 100000, 1795680000)]
    expect(await become(event('payment.refunded', { refunds: parts }))).toMatchObject({
      type: 'payment.refunded',
      refund: { id: 'ref_2', amount: '499.9', basis: 'refund' },
    })
    const oneFailed = [parts[0]!, refund('ref_1', 100000, 1795680000, 'failed')]
    expect(await become(event('payment.refunded', { refunds: oneFailed }))).toMatchObject({
      type: 'paymongo.payment.refunded',
      refund: { id: null, amount: '499.9', basis: 'total' },
    })
  })

  test.each([[[]], [null]])('with %j as its refunds it says nothing of money', async (refunds) => {
    expect(await become(event('payment.refunded', { refunds }))).toMatchObject({
      type: 'paymongo.payment.refunded',
      refund: { amount: '0' },
    })
  })
})

describe('all other events', () => {
  test.each(['payout.deposited', 'qrph.expired', 'link.payment.paid', 'subscription.activated', 'toString'])(
    '%s is native, known by its id, and no money',
    async (name) => {
      const { deliver, events } = receiverOf(shop())
      const { data } = samples['payment.paid']
      const sent = (more: object) =>
        JSON.stringify({ data: { ...data, attributes: { ...data.attributes, type: name, ...more } } })
      await deliver(sent({ pending_webhooks: 2 }))
      expect((await deliver(sent({ pending_webhooks: 1 }))).kind).toBe('duplicate')
      expect(events).toMatchObject([{ type: `paymongo.${name}`, received: null }])
    },
  )
})

describe('orders', () => {
  const after = async (...payloads: object[]) => {
    let order = openOrder({
      orderId: 'ORDER-1001',
      expected: { amount: '1499.9', currency: 'PHP' },
      payments: [{ provider: 'paymongo', paymentId: INTENT }],
    })
    for (const payload of payloads) order = settle(order, await become(payload)).order
    return order
  }

  test('a sale through a session is paid once, in any order of arrival', async () => {
    const both = [samples['payment.paid'], samples['checkout_session.payment.paid']]
    for (const payloads of [both, both.toReversed()]) {
      expect(await after(...payloads)).toMatchObject({ status: 'confirmed', received: '1499.9', reasons: [] })
    }
  })

  test('an attempt that failed may be tried again', async () => {
    expect(await after(samples['payment.failed'], samples['payment.paid'])).toMatchObject({ status: 'confirmed' })
  })

  test('a refund finds its order by the payment alone', async () => {
    expect(await after(samples['payment.paid'], samples['payment.refund.updated'])).toMatchObject({
      status: 'partially_refunded',
      refunded: '500',
    })
  })

  test('a refund of everything that is told by both its events, a second apart, goes back once', async () => {
    const id = 'ref_f3ZpA9wJcQ5bE4kWj8XhNy2U'
    const { data } = event('payment.refund.updated', { amount: 149990 })
    const { attributes } = data
    const later = {
      data: { ...data, attributes: { ...attributes, created_at: 1795690001, data: { ...attributes.data, id } } },
    }
    for (const payloads of [
      [samples['payment.refunded'], later],
      [later, samples['payment.refunded']],
    ]) {
      expect(await after(samples['payment.paid'], ...payloads)).toMatchObject({
        status: 'refunded',
        refunded: '1499.9',
        reasons: [],
      })
    }
  })
})
