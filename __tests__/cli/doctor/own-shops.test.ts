/** `doctor` at shops on this package. */
import { describe, expect, jest, test } from '@jest/globals'
import express from 'express'
import {
  coinbarPay,
  coinsPh,
  cryptoGateway,
  memoryStore,
  paymentWebhook,
  RetryLater,
  type Provider,
  type WebhookEvent,
  type WebhookOptions,
} from 'express-payment-webhooks'
import { openOrder, orderUpdates } from 'express-payment-webhooks/orders'
import { FAULTS } from '../../../src/cli/doctor/faults.js'
import { checkShop, clientId, secret } from '../../support/check-endpoint.js'

jest.setTimeout(60_000)

const gateway = cryptoGateway({ secret })

/** A shop that has one order. */
function ownShop(
  provider: Provider,
  options: Partial<WebhookOptions<WebhookEvent>> = {},
  ...before: express.Handler[]
) {
  let effects = 0
  const webhook = paymentWebhook(provider, {
    store: memoryStore(),
    on: {},
    async onUnhandled({ orderId }) {
      if (orderId !== 'ORDER-1001') throw new RetryLater('order not stored yet')
      effects++
    },
    onError: () => {},
    ...options,
  })
  return express()
    .get('/effects', (_req, res) => void res.type('text').send(`${effects}`))
    .use('/hook', ...before, webhook)
}

/** A shop that accepts one payment per order by the package's rules, and counts shipments or everything that it stores. */
function orderShop(
  provider: Provider,
  orderIds: readonly string[],
  counted: 'shipments' | 'changes',
  paymentId: string | null = null,
) {
  const expected = { amount: '100.50', currency: 'USDT' }
  const payments = [{ provider: provider.name, paymentId }]
  const orders = new Map(orderIds.map((orderId) => [orderId, openOrder({ orderId, expected, payments })]))
  let effects = 0
  const { expireOverdue: _clock, ...on } = orderUpdates({
    find: ({ orderId }) => orders.get(orderId!),
    save(order, { firstConfirmed }) {
      orders.set(order.orderId, order)
      if (firstConfirmed || counted === 'changes') effects++
      return true
    },
  })
  return express()
    .get('/effects', (_req, res) => void res.type('text').send(`${effects}`))
    .use('/hook', paymentWebhook(provider, { store: memoryStore(), on, onError: () => {} }))
}

describe('doctor finds, in a shop on this package,', () => {
  test.each([
    ['coins-ph', coinsPh({ token: secret }), []],
    ['crypto-gateway', gateway, []],
    ['crypto-gateway', cryptoGateway({ secret, mode: 'timestamped' }), ['--timestamped']],
    ['coinbar-pay', coinbarPay({ clientId, secretKey: secret }), []],
  ] as const)('nothing: %s, %#', async (name, provider: Provider, args) => {
    const { code, found } = await checkShop(() => ownShop(provider), name, args)
    expect({ code, found }).toEqual({ code: 0, found: [] })
  })

  test('nothing, with an order for each check that counts effects', async () => {
    const orders = ['A-1', 'A-2', 'A-3']
    const args = orders.flatMap((order) => ['--order', order])
    const report = await checkShop(() => orderShop(gateway, orders, 'shipments'), 'crypto-gateway', args)
    expect(report).toMatchObject({ code: 0, found: [], skipped: [] })
  })

  test('no effects of orders that are bound to a payment, and says why', async () => {
    const orders = ['A-1', 'A-2', 'A-3']
    const args = orders.flatMap((order) => ['--order', order])
    const shop = () => orderShop(gateway, orders, 'shipments', 'addr_4d8e21f06b9a')
    const { code, checks } = await checkShop(shop, 'crypto-gateway', args)
    const skipped = expect.stringMatching(
      /each check had an order of its own, so look at the orders\. .*\(payment_unknown\)/,
    )
    expect(code).toBe(0)
    expect(checks.find(({ name }) => name === 'duplicate')).toMatchObject({ state: 'skipped', skipped })
  })

  test.each([
    ['coins-ph', coinsPh({ token: secret })],
    ['crypto-gateway', gateway],
    ['coinbar-pay', coinbarPay({ clientId, secretKey: secret })],
  ] as const)('nothing, with one order whose changes are counted: %s', async (name, provider: Provider) => {
    const report = await checkShop(() => orderShop(provider, ['A-1'], 'changes'), name, ['--order', 'A-1'])
    expect(report).toMatchObject({ code: 0, found: [], skipped: [] })
  })

  test('that refusals say nothing where everything is answered alike', async () => {
    const { code, skipped } = await checkShop(() => ownShop(gateway, {}, express.json()), 'crypto-gateway')
    expect(code).toBe(1)
    expect(skipped).toEqual(expect.arrayContaining(['forged', 'signed with another secret']))
  })

  test.each([
    ['express.json() first', [express.json()], [], 'parsedBody'],
    ['another mode', [], ['--timestamped'], 'wrongSecret'],
    ['an order that it does not have', [], ['--order', 'ORDER-7'], 'notHandled'],
  ] as const)('%s', async (_name, before, args, fault) => {
    const { code, found } = await checkShop(() => ownShop(gateway, {}, ...before), 'crypto-gateway', args)
    expect({ code, found }).toEqual({ code: 1, found: [FAULTS[fault].name] })
  })

  test('what it can where it is told no order, and the shop does not have that of the samples', async () => {
    const { code, found, checks } = await checkShop(() => orderShop(gateway, ['A-1'], 'changes'), 'crypto-gateway')
    expect({ code, found }).toEqual({ code: 1, found: [FAULTS.notHandled.name] })
    const examined = checks.filter(({ state }) => state === 'ok').map(({ name }) => name)
    expect(examined).toEqual(['forged', 'without a signature or token', 'signed with another secret', 'oversized body'])
  })

  test('a handler that outlasts its deadline', async () => {
    let answered = () => {}
    const { code, found } = await checkShop(
      (clock) =>
        ownShop(gateway, {
          // The deadline is short and runs in real time; by the clock of doctor, the answer takes longer than three seconds.
          timeoutMs: 1000,
          async onUnhandled() {
            await clock.sleep(3500)
            await clock.hold(new Promise<void>((resolve) => (answered = resolve)))
          },
          onOutcome: () => answered(),
        }),
      'crypto-gateway',
    )
    expect({ code, found }).toEqual({ code: 1, found: [FAULTS.slowHandler.name] })
  })

  test('no parser that runs first where a token alone is checked', async () => {
    const shop = () => ownShop(coinsPh({ token: secret }), {}, express.json())
    const { code, found } = await checkShop(shop, 'coins-ph')
    expect({ code, found }).toEqual({ code: 1, found: [FAULTS.notHandled.name] })
  })
})
