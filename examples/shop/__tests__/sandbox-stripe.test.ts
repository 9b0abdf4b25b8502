/**
 * The sandbox's Stripe, as Stripe's own package and the kit's provider see it: `sandbox/providers/stripe`,
 * `sandbox/api/stripe.ts`.
 */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import express from 'express'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import type { WebhookEvent } from 'express-payment-webhooks'
import Stripe from 'stripe'
import { newAccounts, shopAt } from '../sandbox/accounts.js'
import { createSandbox } from '../sandbox/sandbox.js'
import { controls, openSandbox, stripeClient } from './support/sandbox.js'

let world: Awaited<ReturnType<typeof openSandbox>>
beforeEach(async () => void (world = await openSandbox()))
afterEach(() => world.close())

async function play(id: string, ...actions: string[]): Promise<void> {
  for (const action of actions) await world.control.act('stripe', id, action)
  await world.control.quiet('stripe', id)
}

const client = () => stripeClient(world.url, world.accounts)
const brief = ({ type, orderId, received, refund, dispute }: WebhookEvent) =>
  [type, orderId, (received ?? refund ?? dispute)?.amount ?? null] as const
const money = () => world.receiver.events.filter(({ type }) => !type.startsWith('stripe.')).map(brief)

describe('what the kit makes of its events', () => {
  test('paid: the intent is the money, and its charge is not money again', async () => {
    const id = await world.calls.intent('ORDER-1')
    await play(id, 'pay-by-card')
    expect(world.receiver.events.map(brief)).toEqual([
      ['payment.pending', 'ORDER-1', null],
      ['payment.confirmed', 'ORDER-1', '49.9'],
      ['stripe.charge.succeeded', 'ORDER-1', null],
      ['payment.pending', 'ORDER-1', null],
    ])
    const [, confirmed, , session] = world.receiver.events
    expect(confirmed).toMatchObject({ paymentId: id, expected: { amount: '49.9', currency: 'EUR' } })
    expect(session!.paymentIds).toEqual([id, expect.stringMatching(/^cs_test_/)])
  })

  test('declined, then paid on the same intent', async () => {
    const id = await world.calls.intent('ORDER-1')
    await play(id, 'decline', 'pay-by-card')
    expect(money()).toEqual([
      ['payment.pending', 'ORDER-1', null],
      ['payment.failed', 'ORDER-1', null],
      ['payment.confirmed', 'ORDER-1', '49.9'],
      ['payment.pending', 'ORDER-1', null],
    ])
    expect(world.receiver.events[1]).toMatchObject({ paymentId: id, reason: 'Your card has insufficient funds.' })
  })

  test('processing, and paid later', async () => {
    const id = await world.calls.intent('ORDER-1')
    await play(id, 'process', 'confirm')
    expect(money().map(([type]) => type)).toEqual([
      'payment.pending',
      'payment.detected',
      'payment.pending',
      'payment.confirmed',
    ])
  })

  test('reserved, and a part of it captured through the API', async () => {
    const id = await world.calls.intent('ORDER-1')
    await play(id, 'reserve')
    expect(money()).toContainEqual(['payment.authorized', 'ORDER-1', '49.9'])
    const intent = await client().paymentIntents.capture(id, { amount_to_capture: 4000 })
    expect(intent).toMatchObject({ status: 'succeeded', amount_received: 4000, amount_capturable: 0 })
    await world.control.quiet('stripe', id)
    expect(money()).toContainEqual(['payment.confirmed', 'ORDER-1', '40'])
  })

  test('reserved and released', async () => {
    const id = await world.calls.intent('ORDER-1')
    await play(id, 'reserve')
    expect(await client().paymentIntents.cancel(id)).toMatchObject({ status: 'canceled' })
    await world.control.quiet('stripe', id)
    expect(money()).toContainEqual(['payment.canceled', 'ORDER-1', null])
  })

  test('a session that runs out of time', async () => {
    const id = await world.calls.intent('ORDER-1')
    await play(id, 'expire')
    expect(money()).toEqual([['payment.expired', 'ORDER-1', null]])
  })

  test('refunds name the payment and no order; the last one fails', async () => {
    const id = await world.calls.intent('ORDER-1')
    await play(id, 'pay-by-card')
    const refund = await client().refunds.create({ payment_intent: id, amount: 1500 })
    expect(refund).toMatchObject({ amount: 1500, status: 'succeeded', payment_intent: id })
    await play(id, 'refund', 'fail-refund')
    const refunds = world.receiver.events.filter(({ type }) => type.startsWith('refund.'))
    expect(refunds.map(brief)).toEqual([
      ['refund.confirmed', null, '15'],
      ['refund.confirmed', null, '34.9'],
      ['refund.failed', null, '34.9'],
    ])
    expect(refunds.map(({ paymentId }) => paymentId)).toEqual([id, id, id])
  })

  test.each([
    ['win-dispute', 'dispute.won', 'dispute.won'],
    ['lose-dispute', 'dispute.lost', undefined],
  ])('an inquiry that becomes a dispute: %s', async (end, first, second) => {
    const id = await world.calls.intent('ORDER-1')
    await play(id, 'pay-by-card', 'inquire', 'dispute', end)
    const disputes = world.receiver.events.filter(({ type }) => type.startsWith('dispute.'))
    expect(disputes.map(({ type, dispute }) => [type, dispute!.amount, dispute!.withdrawn])).toEqual([
      ['dispute.inquiry', '49.9', false],
      ['dispute.opened', '49.9', false],
      ['dispute.opened', '49.9', true],
      [first, '49.9', end === 'lose-dispute'],
      ...(second === undefined ? [] : [[second, '49.9', false]]),
    ])
    expect(new Set(disputes.map(({ dispute }) => dispute!.id)).size).toBe(1)
  })

  test('a forged event is refused', async () => {
    const id = await world.calls.intent('ORDER-1')
    await world.control.trouble('stripe', id, 'forged')
    const [forged] = (await world.control.quiet('stripe', id)).deliveries
    expect(forged).toMatchObject({ forged: true, state: 'given up', attempts: [{ status: 401 }] })
    expect(world.receiver.errors).toEqual(['AUTH_MISMATCH'])
  })
})

describe('its deliveries', () => {
  test('three tries of an event that is refused', async () => {
    world.receiver.refuse.times = 3
    const id = await world.calls.intent('ORDER-1')
    await play(id, 'expire')
    const { deliveries } = await world.control.view('stripe', id)
    expect(deliveries).toMatchObject([{ state: 'given up', attempts: [{}, {}, {}] }])
  })

  test("Stripe's own package verifies every try, each with a time of its own, and no other body", async () => {
    const accounts = newAccounts()
    const received: { body: Buffer; signature: string }[] = []
    const app = express().post('/webhooks/stripe', express.raw({ type: '*/*' }), (req, res) => {
      received.push({ body: req.body, signature: req.get('stripe-signature')! })
      // The second attempt comes a second later, so that it needs another timestamp.
      setTimeout(() => res.sendStatus(received.length === 1 ? 500 : 200), received.length === 1 ? 1000 : 0)
    })
    const server = app.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    const sandbox = createSandbox({ accounts, shop: shopAt(`http://127.0.0.1:${port}`), retryBaseMs: 1 })
    const url = await sandbox.listen(0)
    try {
      await stripeClient(url, accounts).checkout.sessions.create({
        mode: 'payment',
        success_url: 'https://shop.example/return',
        client_reference_id: 'ORDER-1',
        line_items: [
          { quantity: 1, price_data: { currency: 'eur', unit_amount: 100, product_data: { name: 'Scoop' } } },
        ],
      })
      const listed = (await (await fetch(`${url}/sandbox/payments`)).json()) as { payments: { id: string }[] }
      const { id } = listed.payments[0]!
      await controls(url).act('stripe', id, 'expire')
      await controls(url).quiet('stripe', id)
    } finally {
      await sandbox.close()
      server.closeAllConnections()
      server.close()
    }
    const { webhookSecret } = accounts.stripe
    const events = received.map(({ body, signature }) => Stripe.webhooks.constructEvent(body, signature, webhookSecret))
    expect(events.map(({ type }) => type)).toEqual(['checkout.session.expired', 'checkout.session.expired'])
    expect(events[0]!.id).toBe(events[1]!.id)
    const [first, second] = received
    expect(first!.body.equals(second!.body)).toBe(true)
    expect(first!.body.toString()).toContain('\n  "id": "evt_')
    expect(first!.signature).not.toBe(second!.signature)
    const spoiled = first!.body.toString().replace('"amount_total": 100', '"amount_total": 101')
    expect(() => Stripe.webhooks.constructEvent(spoiled, first!.signature, webhookSecret)).toThrow(/signature/)
  })
})
