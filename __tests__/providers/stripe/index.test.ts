/** Stripe, with vectors that the official package signed and verified. */
import { describe, expect, test } from '@jest/globals'
import { DeliveryError } from 'express-payment-webhooks'
import { stripe, type StripeOptions } from 'express-payment-webhooks/providers/stripe'
import { eventOf, receiverOf, refusalOf } from '../../support/deliver.js'
import {
  apiServer,
  describeExamples,
  describeVectors,
  payloadOf,
  vectorsOf,
  type Vector,
} from '../../support/provider-suite.js'

interface StripeVector extends Vector {
  readonly secrets?: readonly string[]
  /** Our clock, in seconds. */
  readonly at?: number
}

const { stripe: vectors } = vectorsOf<{
  stripe: { secret: string; at: number; cases: StripeVector[] }
}>('stripe')

const inTest = (rest: Partial<StripeOptions> = {}) =>
  stripe({ secret: vectors.secret, mode: 'test', now: () => vectors.at * 1000, ...rest })

describeVectors(vectors.cases, ({ secrets, at = vectors.at }) =>
  inTest({ secret: secrets ?? vectors.secret, now: () => at * 1000 }),
)

describeExamples('stripe', () => inTest())

const intent = (type: string, object: object = {}, event: object = {}) => ({
  id: 'evt_1',
  object: 'event',
  created: 1795600020,
  livemode: true,
  type,
  data: {
    object: {
      id: 'pi_1',
      amount: 10000,
      amount_received: 10000,
      currency: 'eur',
      metadata: { order_id: 'A-1' },
      ...object,
    },
  },
  ...event,
})

const refund = (status: string, object: object = {}) => ({
  ...intent('refund.updated'),
  data: {
    object: { id: 're_1', amount: 2000, currency: 'eur', payment_intent: 'pi_1', charge: 'ch_1', status, ...object },
  },
})

const dispute = (type: string, status: string) => ({
  ...intent(type),
  data: {
    object: {
      id: 'du_1',
      amount: 10000,
      currency: 'eur',
      payment_intent: 'pi_1',
      charge: 'ch_1',
      status,
      reason: 'fraudulent',
      evidence_details: { due_by: 1796200000 },
    },
  },
})

const live = (rest: Partial<StripeOptions> = {}) => inTest({ mode: 'live', ...rest })
const become = (payload: object, rest: Partial<StripeOptions> = {}) => eventOf(live(rest), JSON.stringify(payload))

describe('which mode', () => {
  test.each([
    ['a test event at a live shop', live(), false, 'stripe.test.payment_intent.succeeded'],
    ['a live event at a test shop', inTest(), true, 'stripe.live.payment_intent.succeeded'],
    ['an event that does not say', live(), undefined, 'stripe.test.payment_intent.succeeded'],
  ])('%s is no money', async (_what, provider, livemode, type) => {
    const event = await eventOf(provider, JSON.stringify(intent('payment_intent.succeeded', {}, { livemode })))
    expect(event).toMatchObject({ type, received: null })
  })

  test('a repeat of it is known, although its body counts down the endpoints that wait', async () => {
    const { deliver } = receiverOf(live())
    const payload = intent('payment_intent.succeeded', {}, { livemode: false })
    await deliver(JSON.stringify({ ...payload, pending_webhooks: 2 }))
    expect(await deliver(JSON.stringify({ ...payload, pending_webhooks: 1 }))).toMatchObject({ kind: 'duplicate' })
  })
})

describe('which event is money', () => {
  const session = (type: string, status: string) => ({
    ...intent(type),
    data: {
      object: {
        id: 'cs_1',
        amount_total: 10000,
        currency: 'eur',
        client_reference_id: 'A-1',
        payment_intent: 'pi_1',
        payment_status: status,
        metadata: {},
      },
    },
  })

  test.each([
    ['checkout.session.completed', 'paid', 'payment.pending', 'payment.confirmed'],
    ['checkout.session.completed', 'unpaid', 'payment.pending', 'payment.pending'],
    ['checkout.session.completed', 'no_payment_required', 'payment.pending', 'payment.confirmed'],
    [
      'checkout.session.async_payment_succeeded',
      'paid',
      'stripe.checkout.session.async_payment_succeeded',
      'payment.confirmed',
    ],
    [
      'checkout.session.async_payment_failed',
      'unpaid',
      'stripe.checkout.session.async_payment_failed',
      'payment.failed',
    ],
    ['checkout.session.expired', 'unpaid', 'payment.expired', 'payment.expired'],
  ])('%s, %s', async (type, status, byIntent, bySession) => {
    expect(await become(session(type, status))).toMatchObject({ type: byIntent, received: null, orderId: 'A-1' })
    expect(await become(session(type, status), { money: 'checkout_session' })).toMatchObject({ type: bySession })
  })

  test.each([
    ['payment_intent.created', 'payment.pending', null],
    ['payment_intent.requires_action', 'payment.pending', null],
    ['payment_intent.processing', 'payment.detected', null],
    ['payment_intent.partially_funded', 'payment.partially_paid', '100'],
    ['payment_intent.succeeded', 'payment.confirmed', '100'],
    ['payment_intent.payment_failed', 'payment.failed', null],
    ['payment_intent.canceled', 'payment.canceled', null],
  ])('%s', async (type, byIntent, amount) => {
    const event = await become(intent(type))
    expect([event.type, event.received?.amount ?? null]).toEqual([byIntent, amount])
    const other = await become(intent(type), { money: 'checkout_session' })
    expect([other.type, other.received]).toEqual([`stripe.${type}`, null])
  })

  test('a payment is never confirmed by both', async () => {
    for (const money of ['payment_intent', 'checkout_session'] as const) {
      const payloads = [session('checkout.session.completed', 'paid'), intent('payment_intent.succeeded')]
      const types = await Promise.all(payloads.map(async (payload) => (await become(payload, { money })).type))
      expect(types.filter((type) => type === 'payment.confirmed')).toHaveLength(1)
    }
  })

  test('a session names the intent that its order is paid with', async () => {
    const event = await become(session('checkout.session.completed', 'paid'))
    expect(event).toMatchObject({ orderId: 'A-1', paymentId: 'pi_1', paymentIds: ['pi_1', 'cs_1'] })
  })

  test('a partial capture has received what was captured, not what was asked', async () => {
    const event = await become(intent('payment_intent.succeeded', { amount_received: 8000 }))
    expect(event).toMatchObject({ expected: { amount: '100' }, received: { amount: '80', basis: 'total' } })
  })

  test('reserved money is authorised, and not received', async () => {
    const event = await become(intent('payment_intent.amount_capturable_updated', { amount_capturable: 10000 }))
    expect(event.type).toBe('payment.authorized')
  })
})

describe('what goes back', () => {
  test.each([
    ['succeeded', 'refund.confirmed'],
    ['pending', 'refund.pending'],
    ['requires_action', 'refund.pending'],
    ['failed', 'refund.failed'],
    ['canceled', 'refund.failed'],
    [null, 'refund.pending'],
  ])('a refund that is %s', async (status, type) => {
    expect(await become(refund(status as string))).toMatchObject({
      type,
      paymentId: 'pi_1',
      paymentIds: ['pi_1', 'ch_1'],
      refund: { id: 're_1', amount: '20', currency: 'EUR', basis: 'refund' },
    })
  })

  test("a charge's total counts refunds that may still fail, so it moves nothing", async () => {
    const event = await become({
      ...intent('charge.refunded'),
      data: { object: { id: 'ch_1', amount: 10000, amount_refunded: 2000, currency: 'eur', payment_intent: 'pi_1' } },
    })
    expect(event.type).toBe('stripe.charge.refunded')
  })
})

describe('disputes', () => {
  test.each([
    ['charge.dispute.created', 'warning_needs_response', 'dispute.inquiry', false],
    ['charge.dispute.closed', 'warning_closed', 'dispute.inquiry', false],
    ['charge.dispute.updated', 'prevented', 'dispute.inquiry', false],
    ['charge.dispute.created', 'needs_response', 'dispute.opened', false],
    ['charge.dispute.updated', 'under_review', 'dispute.opened', false],
    ['charge.dispute.funds_withdrawn', 'needs_response', 'dispute.opened', true],
    ['charge.dispute.closed', 'won', 'dispute.won', false],
    ['charge.dispute.funds_reinstated', 'won', 'dispute.won', false],
    ['charge.dispute.closed', 'lost', 'dispute.lost', true],
  ])('%s, %s', async (type, status, becomes, withdrawn) => {
    const event = await become(dispute(type, status))
    expect(event).toMatchObject({
      type: becomes,
      paymentId: 'pi_1',
      dispute: { id: 'du_1', amount: '100', withdrawn, respondBy: '2026-12-02T08:26:40.000Z' },
    })
  })
})

describe('amounts', () => {
  test.each([
    ['eur', 4990, '49.9'],
    ['jpy', 5000, '5000'],
    ['clp', 5000, '5000'],
    ['kwd', 5120, '5.12'],
    ['isk', 500, '5'],
    ['ugx', 500, '5'],
    ['mga', 500, '500'],
    ['huf', 500, '5'],
    ['twd', 500, '5'],
  ])('%s %d is %s', async (currency, amount, exact) => {
    const event = await become(intent('payment_intent.succeeded', { currency, amount, amount_received: amount }))
    expect(event.received).toMatchObject({ amount: exact, currency: currency.toUpperCase() })
  })

  test('an amount in ISK that contradicts the documents is for a person', async () => {
    const payload = intent('payment_intent.succeeded', { currency: 'isk', amount: 550, amount_received: 550 })
    expect(await refusalOf(live(), JSON.stringify(payload))).toBe('PAYLOAD_INVALID')
  })

  test.each([1.5, -1, '4990', null])('an amount of %j is no amount', async (amount) => {
    expect(await refusalOf(live(), JSON.stringify(intent('payment_intent.succeeded', { amount })))).toBe(
      'PAYLOAD_INVALID',
    )
  })
})

describe('thin events', () => {
  const id = 'evt_3Qa8Rs2eZvKYlo2C1pL6x0bD'
  const thin = payloadOf('stripe', 'thin_v1_payment_intent_succeeded.json')
  const api = apiServer({ [`/v1/events/${id}`]: { body: payloadOf('stripe', 'payment_intent_succeeded_jpy.json') } })
  const apiKey = 'sk_test_8f2b1c9d7e6a5b4c3d2e1f0a'

  test('without an API key it is kept, and never taken for an event without money', async () => {
    expect(await refusalOf(inTest(), thin)).toBe('PAYLOAD_INVALID')
  })

  test('with one its snapshot is read, once, and the two are one event', async () => {
    const receiver = receiverOf(inTest({ apiKey, apiUrl: api.url() }))
    expect(await receiver.deliver(thin)).toMatchObject({ kind: 'unhandled' })
    expect(receiver.events).toMatchObject([
      { id: `stripe:${id}`, type: 'payment.confirmed', received: { amount: '5000' } },
    ])
    expect(await receiver.deliver(thin)).toMatchObject({ kind: 'duplicate' })
    expect(api.requests).toMatchObject([{ headers: { authorization: `Bearer ${apiKey}` } }])
  })

  test('a snapshot that cannot be read is asked for again, and no key is told', async () => {
    const receiver = receiverOf(inTest({ apiKey, apiUrl: `${api.url()}/nowhere` }))
    expect(await receiver.deliver(thin)).toMatchObject({ kind: 'retry_later' })
    expect(receiver.errors).toMatchObject([{ code: 'READ_BACK_UNAVAILABLE' }])
    expect(String(receiver.errors[0])).not.toContain(apiKey)
    expect(receiver.errors[0]).toBeInstanceOf(DeliveryError)
  })
})

describe('options', () => {
  test.each([
    [{ mode: 'prod' }, /mode must be 'live' or 'test'/],
    [{ money: 'session' }, /money must be 'payment_intent' or 'checkout_session'/],
    [{ orderKey: '' }, /orderKey must be/],
    [{ apiKey: 'short' }, /apiKey/],
    [{ secert: 'x' }, /Did you mean "secret"/],
  ])('%j', (options, message) => {
    expect(() => live(options as never)).toThrow(message)
  })
})
