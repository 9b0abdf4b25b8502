/** A shop that refuses every callback until the providers give up asks them later, and finds each missed event once. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { memoryStore, paymentWebhook } from 'express-payment-webhooks'
import { cityPayOrders } from 'express-payment-webhooks/providers/city-pay'
import { coinsPhInvoices } from 'express-payment-webhooks/providers/coins-ph'
import { cryptoGatewayTransactions } from 'express-payment-webhooks/providers/crypto-gateway'
import { stripe, stripeEvents } from 'express-payment-webhooks/providers/stripe'
import { reconcile, type Lister } from 'express-payment-webhooks/reconcile'
import { openSandbox } from './support/sandbox.js'

let world: Awaited<ReturnType<typeof openSandbox>>
beforeEach(async () => void (world = await openSandbox()))
afterEach(() => world.close())

type Door = keyof typeof world.receiver.webhooks

interface Case {
  readonly door: Door
  readonly provider: string
  /** Makes a payment and returns its id. */
  readonly open: () => Promise<string>
  readonly actions: readonly string[]
  readonly list: (id: string) => Lister
  /** Types of the events that the shop finds. */
  readonly found: readonly string[]
}

const CASES: readonly Case[] = [
  {
    door: 'stripe',
    provider: 'stripe',
    open: () => world.calls.intent('ORDER-1'),
    actions: ['pay-by-card', 'refund'],
    list: () => stripeEvents({ apiKey: world.accounts.stripe.secretKey, apiUrl: world.url }),
    found: ['payment.confirmed', 'refund.confirmed'],
  },
  {
    door: 'coins-ph',
    provider: 'coins-ph',
    open: async () => (await world.calls.invoice('ORDER-2')).id,
    actions: ['pay'],
    list: (id) =>
      coinsPhInvoices({ token: world.accounts.coinsPh.token, apiUrl: `${world.url}/coins-ph`, orders: () => [id] }),
    found: ['payment.confirmed'],
  },
  {
    door: 'gateway',
    provider: 'crypto-gateway',
    open: async () => (await world.calls.address('ORDER-3')).id,
    actions: ['pay', 'confirm'],
    list: (id) =>
      cryptoGatewayTransactions({
        apiKey: world.accounts.cryptoGateway.apiKey,
        apiUrl: `${world.url}/crypto-gateway/api/v1`,
        orders: () => [id],
      }),
    found: ['transaction.confirmed'],
  },
  {
    door: 'city-pay',
    provider: 'city-pay',
    open: async () => String((await world.calls.cityPayOrder('ORDER-4', 'token-of-order-4')).id),
    actions: ['choose-coin', 'pay', 'confirm'],
    list: () => cityPayOrders({ orders: () => ['ORDER-4'] }),
    found: ['payment.confirmed'],
  },
]

describe.each(CASES.map((one) => [one.provider, one] as const))('%s', (_name, { door, provider, ...rest }) => {
  test('what was missed in an outage is recovered once', async () => {
    const { receiver, control } = world
    const webhook = receiver.webhooks[door]
    await reconcile(webhook, { list: async function* () {}, graceMs: 0 })
    receiver.refuse.times = Number.POSITIVE_INFINITY
    const id = await rest.open()
    for (const action of rest.actions) await control.act(provider, id, action)
    const { deliveries } = await control.quiet(provider, id)
    expect(new Set(deliveries.map(({ state }) => state))).toEqual(new Set(['given up']))
    expect(receiver.events).toEqual([])

    receiver.refuse.times = 0
    const list = rest.list(id)
    const first = await reconcile(webhook, { list, graceMs: 0 })
    expect(first.failed).toBe(0)
    expect(first.recovered).toBe(receiver.events.length)
    expect(receiver.types()).toEqual(expect.arrayContaining([...rest.found]))

    await new Promise((resolve) => setTimeout(resolve, 5))
    expect(await reconcile(webhook, { list, graceMs: 0 })).toMatchObject({ recovered: 0, failed: 0 })
    for (const { id: delivery } of deliveries) await control.resend(delivery)
    await control.quiet(provider, id)
    const types = receiver.types().filter((type) => rest.found.includes(type))
    expect(types.sort()).toEqual([...rest.found].sort())
  })
})

test('a new store refuses to look back, as what is older may have been handled', async () => {
  const { accounts, url } = world
  const provider = stripe({ secret: accounts.stripe.webhookSecret, mode: 'test' })
  const webhook = paymentWebhook(provider, { store: memoryStore(), on: {} })
  const list = stripeEvents({ apiKey: accounts.stripe.secretKey, apiUrl: url })
  const since = new Date(Date.now() - 60_000)
  await expect(reconcile(webhook, { list, since })).rejects.toMatchObject({ code: 'RECONCILE_TOO_EARLY' })
})
