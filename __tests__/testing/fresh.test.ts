/** Samples with new ids: for every provider, the ids that two events share, and those that they do not share. */
import { describe, expect, test } from '@jest/globals'
import { createReceiver, memoryStore, type WebhookEvent } from 'express-payment-webhooks'
import { sample, sampleAbout } from 'express-payment-webhooks/testing'
import { findSample, freshSample, isRefund, SAMPLE_PROVIDERS, samplesOf } from '../../src/testing/sample.js'
import { BUILT_IN, type BuiltIn } from '../support/built-in-providers.js'

type Freshness = Parameters<typeof freshSample>[2]

const rows = Object.entries(BUILT_IN)
  .filter(([, { hasOtherTypes }]) => hasOtherTypes !== true)
  .map(([row, { brings = () => true, ...rest }]) => {
    const names = samplesOf(rest.provider).map(({ name }) => name)
    return { row, samples: names.filter((name) => brings(name)), ...rest }
  })

/** The shop's event of a sample with new ids. */
async function eventOf(row: BuiltIn, name: string, freshness: Freshness) {
  const { payload, type, namesOrder, namesRefund } = freshSample(row.provider, name, freshness)
  const event = await received(row, name, payload)
  expect(event.type).toBe(type)
  return { event, namesOrder, namesRefund }
}

/** The shop's event of a payload. */
async function received({ create }: BuiltIn, name: string, payload: object): Promise<WebhookEvent> {
  const provider = create(name, payload)
  const events: WebhookEvent[] = []
  const receiver = createReceiver(provider, {
    store: memoryStore(),
    on: {},
    onUnhandled: (received) => void events.push(received),
    onError: (error) => Promise.reject(error),
  })
  await receiver.receive({ ...provider.sign(payload), ip: '127.0.0.1' })
  expect(events).toHaveLength(1)
  return events[0]!
}

/** All names that an event has for itself, for its payment, and for actions on the payment. */
function namesIn({ id, paymentIds, transaction, refund, dispute }: WebhookEvent): readonly string[] {
  const names = [id, ...paymentIds, transaction?.id, transaction?.hash, refund?.id, dispute?.id]
  return names.filter((name) => name !== undefined && name !== null)
}

describe.each(rows)('of $row, fresh samples', ({ samples, ...row }) => {
  test.each(samples)('%s: two share no id of the event, of the payment, or of the order', async (name) => {
    const one = await eventOf(row, name, { orderId: 'ORDER-8' })
    const other = await eventOf(row, name, { orderId: 'LAMP/9' })
    const names = new Set(namesIn(one.event))
    expect(namesIn(other.event).filter((shared) => names.has(shared))).toEqual([])
    if (one.event.orderId !== null) expect([one.event.orderId, other.event.orderId]).toEqual(['ORDER-8', 'LAMP/9'])
  })

  test.each(samples)('%s: two about one payment share its names', async (name) => {
    const [one, other] = [await eventOf(row, name, { payment: 'p' }), await eventOf(row, name, { payment: 'p' })]
    expect(other.event.paymentIds).toEqual(one.event.paymentIds)
    expect(other.event.transaction).toEqual(one.event.transaction)
  })

  test.each(samples)('%s: payments of one order are as many as there are names for them', async (name) => {
    const about = async (payment?: string) => {
      const payload = sampleAbout({ orderId: 'ORDER-8', payment }, row.provider, name as never)
      return received(row, name, payload)
    }
    const [only, deposit, rest] = [await about(), await about('deposit'), await about('rest')]
    const shared = (one: WebhookEvent, other: WebhookEvent) => namesIn(one).filter((id) => namesIn(other).includes(id))
    expect([shared(only, deposit), shared(only, rest), shared(deposit, rest)]).toEqual([[], [], []])
    expect([deposit.orderId, rest.orderId]).toEqual([only.orderId, only.orderId])
    expect((await about('rest')).id).toBe(rest.id)
  })

  test('refunds of one payment are as many as there are names for them', async () => {
    for (const name of samples.filter((one) => isRefund(findSample(row.provider, one).type))) {
      const about = async (refund: string, event: string) => eventOf(row, name, { payment: 'p', refund, event })
      const [one, again, other] = [await about('r', '1'), await about('r', '2'), await about('s', '3')]
      const ids = [one, again, other].map(({ event }) => event.refund?.id ?? null)
      expect(ids[1]).toBe(ids[0])
      expect({ name, isAnother: ids[2] !== ids[0] }).toEqual({ name, isAnother: one.namesRefund && ids[0] !== null })
      expect(other.event.paymentIds).toEqual(one.event.paymentIds)
    }
  })

  test('name an order where the event has one', async () => {
    for (const name of samples) {
      const { event, namesOrder } = await eventOf(row, name, {})
      if (event.orderId !== null) expect({ name, namesOrder }).toEqual({ name, namesOrder: true })
    }
  })
})

test.each([
  ['refund.processed', false],
  ['refund.failed', false],
  ['charge.success', true],
])('paystack %s names its order: %p, whatever the reference of its payment looks like', (name, namesOrder) => {
  expect(freshSample('paystack', name, { payment: 'p' }).namesOrder).toBe(namesOrder)
})

test('the rows are those of all providers', () => {
  expect(new Set(rows.map(({ provider }) => provider))).toEqual(new Set(SAMPLE_PROVIDERS))
})

describe('sampleAbout', () => {
  test('makes a refund and its payment of one order, and takes overrides', () => {
    const paid = sampleAbout('ORDER-9', 'stripe', 'payment_intent.succeeded', { data: { object: { amount: 700 } } })
    const refunded = sampleAbout('ORDER-9', 'stripe', 'refund.updated')
    expect(paid.data.object).toMatchObject({ amount: 700, metadata: { order_id: 'ORDER-9' } })
    expect(refunded.data.object).toMatchObject({
      payment_intent: paid.data.object.id,
      charge: paid.data.object.latest_charge,
    })
    expect(paid.data.object.id).not.toBe(sample('stripe', 'payment_intent.succeeded').data.object.id)
  })

  test('makes as many refunds of one payment as are named', () => {
    const refund = (name?: string) =>
      sampleAbout({ orderId: 'ORDER-9', ...(name !== undefined && { refund: name }) }, 'stripe', 'refund.updated')
    const [only, first, second] = [refund(), refund('first'), refund('second')]
    expect(only).toEqual(sampleAbout('ORDER-9', 'stripe', 'refund.updated'))
    expect(refund('first')).toEqual(first)
    for (const idOf of [(one: typeof only) => one.id, (one: typeof only) => one.data.object.id])
      expect(new Set([only, first, second].map(idOf)).size).toBe(3)
    expect(new Set([only, first, second].map((one) => one.data.object.payment_intent)).size).toBe(1)
  })

  test('makes the refund of one of several payments', () => {
    const about = { orderId: 'ORDER-9', payment: 'rest' }
    const paid = sampleAbout(about, 'stripe', 'payment_intent.succeeded').data.object
    const refunded = sampleAbout({ ...about, refund: 'first' }, 'stripe', 'refund.updated').data.object
    expect(refunded).toMatchObject({ payment_intent: paid.id, charge: paid.latest_charge })
    expect(paid.metadata).toEqual(sampleAbout('ORDER-9', 'stripe', 'payment_intent.succeeded').data.object.metadata)
  })

  test('answers the same to the same call', () => {
    const call = () => sampleAbout('ORDER-9', 'adyen', 'AUTHORISATION')
    expect(call()).toEqual(call())
  })

  test.each([
    ['stripe', 'payment.confirmed', /"id":"evt_[1-9a-zA-Z]{24}"/],
    ['paypal', 'PAYMENT.CAPTURE.REFUNDED', /captures\/[1-9A-Z]{17}"/],
    ['binance-pay', 'PAY.PAY_SUCCESS', /\\"merchantTradeNo\\":\\"a \\\\\\"b\\\\\\" \$&\\"/],
    ['nowpayments', 'payment.confirmed', /"payment_id":[1-9]{12},/],
    ['opennode', 'paid', /"id":"[1-9a-f]{8}-7b35-4f08-8a1c-[1-9a-f]{12}"/],
  ] as const)('keeps the form of the ids of %s %s', (provider, event, form) => {
    expect(JSON.stringify(sampleAbout('a "b" $&', provider, event as never))).toMatch(form)
  })
})
