/** `--test`: samples and checks of test mode, for shops whose provider supports it. */
import { afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals'
import express from 'express'
import {
  coinsPh,
  memoryStore,
  paymentWebhook,
  RetryLater,
  type Provider,
  type WebhookEvent,
} from 'express-payment-webhooks'
import { checkoutCom } from 'express-payment-webhooks/providers/checkout-com'
import { mollie } from 'express-payment-webhooks/providers/mollie'
import { payMongo } from 'express-payment-webhooks/providers/paymongo'
import { paystack } from 'express-payment-webhooks/providers/paystack'
import { stripe } from 'express-payment-webhooks/providers/stripe'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { FAULTS } from '../../src/cli/doctor/faults.js'
import { checkShop } from '../support/check-endpoint.js'
import { runCommand } from '../support/run-command.js'

jest.setTimeout(60_000)

const secret = 'whsec_9Qk3vT7Lw0xR5mB2zH8c'
const secretKey = `sk_test_${secret.slice(6)}`

/** Full next-gen payloads need only the payment from the API. */
const SHOPS: readonly (readonly [name: string, provider: Provider, env: Record<string, string>])[] = [
  ['stripe', stripe({ secret, mode: 'test' }), { STRIPE_WEBHOOK_SECRET: secret }],
  ['paymongo', payMongo({ secret, mode: 'test' }), { PAYMONGO_WEBHOOK_SECRET: secret }],
  ['paystack', paystack({ secretKey, mode: 'test' }), { PAYSTACK_SECRET_KEY: secretKey }],
  ['checkout-com', checkoutCom({ signatureKey: secret, mode: 'test' }), { CKO_SIGNATURE_KEY: secret }],
  ['mollie', mollie({ secret, mode: 'test' }), { MOLLIE_WEBHOOK_SECRET: secret }],
]

const servers: Server[] = []
beforeAll(() => void jest.spyOn(process, 'emitWarning').mockImplementation(() => {}))
afterEach(() => void servers.splice(0).forEach((server) => server.close()))

function shopOf(provider: Provider, kind?: 'of known orders' | 'without effects') {
  const paid: (string | null)[] = []
  const on = {
    'payment.confirmed'({ orderId, paymentId }: WebhookEvent) {
      if (kind === 'of known orders' && orderId !== 'ORDER-1001') throw new RetryLater('order not stored yet')
      if (kind !== 'without effects') paid.push(paymentId)
    },
  }
  const app = express()
  app.use('/hook', paymentWebhook(provider, { store: memoryStore(), on, onError: () => {} }))
  app.get('/effects', (_req, res) => void res.json(paid.length))
  return { app, paid }
}

async function open(provider: Provider) {
  const { app, paid } = shopOf(provider)
  const server = app.listen(0, '127.0.0.1')
  servers.push(server)
  await once(server, 'listening')
  return { paid, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }
}

describe.each(SHOPS)('%s', (name, provider, env) => {
  const send = (url: string, ...more: string[]) =>
    runCommand(['send', name, 'payment.confirmed', '--url', `${url}/hook`, '--order', 'ORDER-7', ...more], {
      env,
      isWatched: true,
    })

  test('send --test is a payment for a shop of test mode', async () => {
    const { paid, url } = await open(provider)
    expect(await send(url, '--test')).toMatchObject({ code: 0, stderr: expect.not.stringContaining('live mode') })
    expect(paid).toHaveLength(1)
  })

  test('send without it is none, and says what to add', async () => {
    const { paid, url } = await open(provider)
    const { stderr } = await send(url)
    // A Paystack key contains its mode, and PayMongo signs test deliveries in a different way.
    const told: Readonly<Record<string, RegExp>> = {
      paystack: /the sample of live mode: pass --test/,
      paymongo: / not accepted: 401 .* add --test if /,
    }
    const ofMode = / the sample is of live mode, which .* accepts, but not as money: for it, add --test $/
    expect(stderr.replace(/\s+/g, ' ')).toMatch(told[name] ?? ofMode)
    expect(paid).toEqual([])
  })

  test('doctor --test has its effects counted', async () => {
    const { url } = await open(provider)
    const args = ['doctor', name, '--url', `${url}/hook`, '--effects', `${url}/effects`, '--json']
    const { stdout } = await runCommand(
      [...args, '--test', ...['A-1', 'A-2', 'A-3'].flatMap((id) => ['--order', id])],
      {
        env,
      },
    )
    const { checks } = JSON.parse(stdout) as { checks: { name: string; state: string }[] }
    expect(checks.filter(({ state }) => state === 'fault')).toEqual([])
    expect(checks.find((check) => check.name === 'duplicate')).toMatchObject({ state: 'ok' })
  })
})

/** Paystack keys contain their mode, and PayMongo signs test deliveries in a different way. */
const UNPROVEN = SHOPS.filter(([name]) => !['paystack', 'paymongo'].includes(name))

const ADD_TEST = /^add --test if the .* mode: 'test'; otherwise give the shop's provider the mode /

describe('doctor calls it a fault, and ends with 1, where a shop is of the other mode', () => {
  const found = (checks: Awaited<ReturnType<typeof checkShop>>['checks']) =>
    checks.flatMap(({ name, fault }) => (fault === null ? [] : [[name, fault.name, fault.fix]]))

  test.each(UNPROVEN)('%s: it refuses unknown orders in that mode alone', async (name, provider, env) => {
    const { code, checks } = await checkShop(() => shopOf(provider, 'of known orders').app, name, [], env)
    const fault = ['genuine delivery', FAULTS.otherMode.name, expect.stringMatching(ADD_TEST)]
    expect([code, found(checks)]).toEqual([1, [fault]])
  })

  test.each(UNPROVEN)('%s: effects are of deliveries in that mode alone', async (name, provider, env) => {
    const { code, checks } = await checkShop(() => shopOf(provider).app, name, [], env)
    const fault = ['duplicate', FAULTS.otherMode.name, expect.stringMatching(ADD_TEST)]
    expect([code, found(checks)]).toEqual([1, [fault]])
  })

  test('with --test, at a shop of live mode', async () => {
    const shop = () => shopOf(stripe({ secret }), 'of known orders').app
    const { code, checks } = await checkShop(shop, 'stripe', ['--test'], { STRIPE_WEBHOOK_SECRET: secret })
    expect([code, found(checks)]).toEqual([1, [['genuine delivery', FAULTS.otherMode.name, expect.any(String)]]])
    expect(found(checks)[0]![2]).toMatch(/^leave --test out unless .* has mode: 'test'; otherwise /)
  })
})

describe('doctor finds no other mode', () => {
  const env = { STRIPE_WEBHOOK_SECRET: secret }

  test('in a shop of the same mode that refuses unknown orders', async () => {
    const report = await checkShop(() => shopOf(stripe({ secret }), 'of known orders').app, 'stripe', [], env)
    expect(report).toMatchObject({ code: 0, found: [], skipped: [] })
  })

  test('in a shop of the same mode that takes unknown orders, and refuses the other mode', async () => {
    const refuse: express.Handler = (req, res, next) =>
      String(req.body).includes('"livemode":false') ? void res.status(400).end() : next()
    const shop = () =>
      express()
        .use('/hook', express.raw({ type: () => true }), refuse)
        .use(shopOf(stripe({ secret })).app)
    const { code, found } = await checkShop(shop, 'stripe', [], env)
    expect({ code, found }).toEqual({ code: 0, found: [] })
  })
})

describe('doctor says in its report, before any other reason, that accepted deliveries may be of the other mode', () => {
  const reasons = async (provider: Provider, env: Record<string, string>, ...more: string[]) => {
    const { checks } = await checkShop(() => shopOf(provider).app, provider.name, more, env)
    return Object.fromEntries(checks.map(({ name, skipped, fault }) => [name, skipped ?? fault?.fix]))
  }

  test.each(UNPROVEN)(
    '%s: without --test, at a shop of test mode that takes unknown orders',
    async (_name, provider, env) => {
      const found = await reasons(provider, env)
      const first =
        /^either the shop is of the other mode and accepts these, but not as money \(add --test if the .* mode: 'test'\), or /
      expect(found['failed, then delivered again']).toMatch(first)
    },
  )

  test('where neither mode has an effect', async () => {
    const shop = () => shopOf(stripe({ secret }), 'without effects').app
    const { code, checks } = await checkShop(shop, 'stripe', [], { STRIPE_WEBHOOK_SECRET: secret })
    const told = /did not change within \w+ seconds\. either the shop is of the other mode .* \(add --test if .*\), or /
    expect(code).toBe(0)
    for (const name of ['duplicate', '8 copies at once'])
      expect(checks.find((check) => check.name === name)?.skipped).toMatch(told)
  })

  test('paymongo: without --test, where a shop of test mode refuses the signature', async () => {
    const found = await reasons(payMongo({ secret, mode: 'test' }), { PAYMONGO_WEBHOOK_SECRET: secret })
    expect(found['genuine delivery']).toMatch(/^add --test if .* mode: 'test'; otherwise compare the shop's secret/)
  })

  test('stripe: of a wrong secret it says nothing of the mode, which is not in the signature', async () => {
    const other = randomBytes(16).toString('hex')
    const found = await reasons(stripe({ secret: other }), { STRIPE_WEBHOOK_SECRET: secret })
    expect(found['genuine delivery']).toMatch(/^compare the shop's secret/)
  })

  test('and of a provider without modes it says nothing of them', async () => {
    const found = await reasons(coinsPh({ token: secret }), { COINS_PH_TOKEN: secret })
    expect(found['failed, then delivered again']).toMatch(
      /^the shop accepts events about orders that it does not have, or answers before its handler runs/,
    )
  })
})

describe('of the mode send says nothing', () => {
  const OF_MODE = expect.not.stringMatching(/mode|--test/)
  const env = { STRIPE_WEBHOOK_SECRET: secret }
  const args = (url: string) => ['send', 'stripe', 'payment.confirmed', '--url', `${url}/hook`, '--order', 'ORDER-7']

  test.each([
    ['where no terminal shows it', [], false],
    ['with more about a payment that was sent before', ['--payment', 'p'], true],
  ])('%s', async (_when, more, isWatched) => {
    const { url } = await open(stripe({ secret }))
    expect(await runCommand([...args(url), ...more], { env, isWatched })).toMatchObject({ code: 0, stderr: OF_MODE })
  })

  test('where the answer is a refusal that has nothing to do with it', async () => {
    const { url } = await open(stripe({ secret: randomBytes(16).toString('hex') }))
    expect(await runCommand(args(url), { env, isWatched: true })).toMatchObject({ code: 1, stderr: OF_MODE })
  })
})

test('a provider whose events say nothing of a mode has no --test', async () => {
  const args = ['send', 'coins-ph', 'payment.confirmed', '--url', 'http://127.0.0.1:1/', '--test']
  const { code, stderr } = await runCommand(args, { env: { COINS_PH_TOKEN: 'c0f6NcR1mq-8Lw2Zs7Bn' } })
  expect([code, stderr]).toEqual([
    2,
    expect.stringContaining('--test is for checkout-com, mollie, paymongo, paystack, stripe'),
  ])
})
