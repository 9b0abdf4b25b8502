/**
 * A deposit and the rest, each in a separate intent: the order's knowledge of the second intent decides, as docs/orders.md says.
 */
import { expect, test } from '@jest/globals'
import { randomBytes } from 'node:crypto'
import { addPayments, openOrder, settle, type OrderPayment } from 'express-payment-webhooks/orders'
import { stripe } from 'express-payment-webhooks/providers/stripe'
import { sampleAbout } from 'express-payment-webhooks/testing'
import { eventOf } from '../support/deliver.js'

const provider = stripe({ secret: `whsec_${randomBytes(24).toString('base64')}` })
const sampleOf = (name: string, amount: number, more: object = {}) =>
  sampleAbout('ORDER-1', 'stripe', 'payment_intent.succeeded', {
    id: `evt_${name}`,
    data: { object: { id: `pi_${name}`, latest_charge: `ch_${name}`, amount, amount_received: amount, ...more } },
  })
const settled = async (order: OrderPayment, payload: object) =>
  settle(order, await eventOf(provider, JSON.stringify(payload))).order

const [deposit, rest] = [sampleOf('deposit', 2000), sampleOf('rest', 2990)]
const created = {
  ...sampleOf('rest', 2990, { status: 'requires_payment_method', amount_received: 0 }),
  id: 'evt_created',
  type: 'payment_intent.created',
}
const known = (paymentId: string | null) => ({ provider: 'stripe', paymentId })
const [first, second] = [known(deposit.data.object.id), known(rest.data.object.id)]
const opened = (...payments: ReturnType<typeof known>[]) =>
  openOrder({ orderId: 'ORDER-1', expected: { amount: '49.90', currency: 'EUR' }, payments })

const SHORT = { status: 'needs_review', reasons: ['paid_short'] }
const PART = { status: 'payment_insufficient', received: '20', reasons: [] }
const PAID = { status: 'confirmed', received: '49.9', reasons: [] }

test('with both known, the order waits for the rest', async () => {
  const order = await settled(opened(first, second), deposit)
  expect(order).toMatchObject(PART)
  expect(await settled(order, rest)).toMatchObject(PAID)
})

test.each([
  ['the deposit', first],
  ['whatever names the order', known(null)],
])('with %s known alone, it is short until the second one is added', async (_, one) => {
  const order = await settled(opened(one), deposit)
  expect(order).toMatchObject(SHORT)
  const added = addPayments(order, [second])
  expect(added).toMatchObject(PART)
  expect(await settled(added, rest)).toMatchObject(PAID)
})

test('with whatever names the order, the rest alone confirms it out of the review', async () => {
  expect(await settled(await settled(opened(known(null)), deposit), rest)).toMatchObject(PAID)
})

test('with whatever names the order, payment_intent.created teaches the second one', async () => {
  const order = await settled(await settled(opened(known(null)), deposit), created)
  expect(order).toMatchObject(PART)
  expect(await settled(order, rest)).toMatchObject(PAID)
})

test('with the deposit known alone, the rest is unknown until it is added', async () => {
  const order = await settled(await settled(opened(first), deposit), rest)
  expect(order).toMatchObject({ status: 'needs_review', received: '20', reasons: ['paid_short', 'payment_unknown'] })
})
