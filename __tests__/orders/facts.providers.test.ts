/** Results of events from real providers in which a fact is not in the obvious field. */
import { describe, expect, test } from '@jest/globals'
import type { Provider, WebhookEvent } from 'express-payment-webhooks'
import { openOrder, settle, type OrderPayment } from 'express-payment-webhooks/orders'
import { adyen } from 'express-payment-webhooks/providers/adyen'
import { stripe } from 'express-payment-webhooks/providers/stripe'
import { sample } from 'express-payment-webhooks/testing'
import { cardOrder, dispute, payment, refund } from '../support/order-events.js'
import { receiverOf } from '../support/deliver.js'

const secret = '4f1d9a7c2b6e80354f1d9a7c2b6e80354f1d9a7c2b6e80354f1d9a7c2b6e8035'

async function eventsOf(provider: Provider, payloads: readonly object[]): Promise<WebhookEvent[]> {
  const { deliver, events } = receiverOf(provider)
  for (const payload of payloads) {
    const { body, headers } = provider.sign(payload)
    await deliver(body, headers)
  }
  expect(events).toHaveLength(payloads.length)
  return events
}

const opened = (provider: string) =>
  openOrder({
    orderId: 'ORDER-1001',
    expected: { amount: '49.90', currency: 'EUR' },
    payments: [{ provider, paymentId: null }],
  })

const after = (order: OrderPayment, events: readonly WebhookEvent[]) =>
  events.reduce((state, event) => settle(state, event).order, order)

const eitherWay = (order: OrderPayment, events: readonly WebhookEvent[]) => [
  after(order, events),
  after(order, events.toReversed()),
]

describe('money that is told of beside what goes back', () => {
  const received = { amount: '100', currency: 'EUR', basis: 'total' as const }

  test('a refund that tells how much was received confirms it, also where no other event came', () => {
    const order = after(cardOrder(), [refund('confirmed', 're_1', '20', 30, { received })])
    expect(order).toMatchObject({ received: '80', refunded: '20', status: 'partially_refunded', reasons: [] })
  })

  test('so does a refund that failed, and a dispute', () => {
    const order = after(cardOrder(), [refund('failed', 're_1', '20', 30, { received })])
    expect(order).toMatchObject({ received: '100', refunded: '0', status: 'confirmed' })
    const disputed = after(cardOrder(), [dispute('inquiry', 'du_1', '100', 40, { received })])
    expect(disputed).toMatchObject({ received: '100', disputed: '0', status: 'confirmed' })
  })

  test('of two totals the newest counts, whichever event it came with', () => {
    const less = { ...received, amount: '60' }
    const events = [refund('pending', 're_1', '20', 10, { received: less }), payment('confirmed', '100', 20)]
    for (const order of eitherWay(cardOrder(), events)) expect(order).toMatchObject({ received: '100', reasons: [] })
  })

  test('in another currency it is for a person', () => {
    const other = { ...received, currency: 'USD' }
    const order = after(cardOrder(), [refund('confirmed', 're_1', '20', 30, { received: other })])
    expect(order).toMatchObject({ received: '0', status: 'needs_review', reasons: ['currency_mismatch'] })
  })
})

describe('Adyen', () => {
  const manual = () => adyen({ hmacKey: secret, merchantAccount: 'ExampleShopECOM', capture: 'manual' })
  const automatic = () => adyen({ hmacKey: secret, merchantAccount: 'ExampleShopECOM', capture: 'automatic' })

  test('CANCEL_OR_REFUND does not say which, so a person looks', async () => {
    const payloads = [sample('adyen', 'AUTHORISATION'), sample('adyen', 'CANCEL_OR_REFUND')]
    const events = await eventsOf(automatic(), payloads)
    expect(events[1]).toMatchObject({ type: 'refund.confirmed', refund: null })
    for (const order of eitherWay(opened(events[0]!.provider), events)) {
      expect(order).toMatchObject({ status: 'needs_review', reasons: ['returned_amount_missing'] })
    }
  })

  test('a CAPTURE without a signed date, and its CAPTURE_FAILED: the money is taken out again', async () => {
    const payloads = ['AUTHORISATION', 'CAPTURE', 'CAPTURE_FAILED'] as const
    const events = await eventsOf(
      manual(),
      payloads.map((name) => sample('adyen', name)),
    )
    expect(events.map(({ type, occurredAt }) => [type, occurredAt])).toEqual([
      ['payment.authorized', null],
      ['transaction.confirmed', null],
      ['transaction.failed', null],
    ])
    for (const order of eitherWay(opened(events[0]!.provider), events)) {
      expect(order).toMatchObject({ status: 'needs_review', reasons: ['failed_after_confirmed'] })
    }
  })
})

test('Stripe: an intent that failed and then succeeded confirms the order, without a review', async () => {
  const payloads = [sample('stripe', 'payment_intent.payment_failed'), sample('stripe', 'payment_intent.succeeded')]
  const events = await eventsOf(stripe({ secret }), payloads)
  expect(events.map(({ type }) => type)).toEqual(['payment.failed', 'payment.confirmed'])
  for (const order of eitherWay(opened(events[0]!.provider), events)) {
    expect(order).toMatchObject({ status: 'confirmed', received: '49.9', reasons: [] })
  }
})
