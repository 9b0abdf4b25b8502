/** A refund that arrives before its payment: the order is not shipped if the refund names it, as docs/orders.md says. */
import { randomBytes } from 'node:crypto'
import { expect, test } from '@jest/globals'
import express from 'express'
import { memoryStore, paymentWebhook } from 'express-payment-webhooks'
import { canonicalId, openOrder, orderUpdates, type OrderPayment } from 'express-payment-webhooks/orders'
import { stripe } from 'express-payment-webhooks/providers/stripe'
import { deliver, sampleAbout } from 'express-payment-webhooks/testing'

const provider = stripe({ secret: `whsec_${randomBytes(24).toString('base64')}` })
const paid = sampleAbout('ORDER-1', 'stripe', 'payment.confirmed')
const refundOf = (amount: number, more: object = {}) =>
  sampleAbout({ orderId: 'ORDER-1' }, 'stripe', 'refund.confirmed', { data: { object: { amount, ...more } } })
const intent = (refundOf(1) as { data: { object: { payment_intent: string } } }).data.object.payment_intent

/** A shop that finds an order by its id, and by the names of payments that it opened or learned. */
function shopWith(paymentId: string | null) {
  let order: OrderPayment = openOrder({
    orderId: 'ORDER-1',
    expected: { amount: '49.90', currency: 'EUR' },
    payments: [{ provider: 'stripe', paymentId }],
  })
  const shipped: string[] = []
  const names = new Set(paymentId === null ? [] : [canonicalId(paymentId)])
  const on = orderUpdates({
    find: ({ orderId, paymentIds }) =>
      orderId === order.orderId || paymentIds.some((id) => names.has(canonicalId(id))) ? order : null,
    save(next, { firstConfirmed, learned }) {
      order = next
      for (const { paymentId: name } of learned) names.add(name)
      if (firstConfirmed) shipped.push(next.orderId)
      return true
    },
  })
  const app = express().use('/hook', paymentWebhook(provider, { store: memoryStore(), on, onError: () => {} }))
  const send = async (payload: object) => (await deliver(app, provider, payload as never).to('/hook')).status
  return { send, shipped, order: () => order }
}

test.each([
  ['the id of the intent was stored when it was made', intent, {}],
  ['the refund carries the id of the order', null, { metadata: { order_id: 'ORDER-1' } }],
])('is taken at once, and nothing ships, where %s', async (_, paymentId, more) => {
  for (const [amount, status] of [
    [4990, 'refunded'],
    [500, 'partially_refunded'],
  ] as const) {
    const { send, shipped, order } = shopWith(paymentId)
    expect([await send(refundOf(amount, more)), await send(paid)]).toEqual([200, 200])
    expect(order()).toMatchObject({ status, confirmedAt: null })
    expect(shipped).toEqual([])
  }
})

test('waits where nothing names its order, so the payment ships, and the refund is taken after it', async () => {
  const { send, shipped, order } = shopWith(null)
  const refund = refundOf(4990)
  expect([await send(refund), await send(paid)]).toEqual([503, 200])
  expect(shipped).toEqual(['ORDER-1'])
  expect(await send(refund)).toBe(200)
  expect(order()).toMatchObject({ status: 'refunded', confirmedAt: expect.any(String) })
})
