/** The providers that `forward` can play, each against a shop on this package and a stand-in for the provider's API. */
import { afterEach, describe, expect, jest, test } from '@jest/globals'
import express from 'express'
import {
  coinsPh,
  cryptoGateway,
  memoryStore,
  paymentWebhook,
  type Provider,
  type WebhookEvent,
} from 'express-payment-webhooks'
import { btcPayServer } from 'express-payment-webhooks/providers/btcpay-server'
import { mollie } from 'express-payment-webhooks/providers/mollie'
import { paypal } from 'express-payment-webhooks/providers/paypal'
import { square } from 'express-payment-webhooks/providers/square'
import { stripe } from 'express-payment-webhooks/providers/stripe'
import { payPalTestKeys, sample } from 'express-payment-webhooks/testing'
import type { RequestListener } from 'node:http'
import { SOURCES } from '../../../src/cli/forward/sources.js'
import { SAMPLE_PROVIDERS } from '../../../src/testing/sample.js'
import { WEBHOOK_ID } from '../../support/built-in-providers.js'
import { capture, event as payPalEvent } from '../../providers/paypal/support.js'
import { forwarding } from '../../support/forwarding.js'
import { listingApi, type Asked } from '../../support/listing-api.js'
import { payloadOf } from '../../support/provider-suite.js'
import { runCommand } from '../../support/run-command.js'
import { startServer } from '../../support/start-server.js'

jest.setTimeout(60_000)

const KEY = 'q9T4xVb2Lm7Rw3Zk8Ns5'
const SECRET = 'whsec_3kTq8Wd2eZvKYlo2C0f6NcR1m'
const TEST_KEY = 'test_dHar4XY7LxsDOtmnkVtjNVWXLSlXsM'

const closing: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

const fixture = (provider: string, name: string) =>
  JSON.parse(payloadOf(provider, `${name}.json`).toString()) as Record<string, unknown>
const now = () => Math.floor(Date.now() / 1000)

/** The API of an account, a shop, and the command between them. */
async function between(
  answer: (asked: Asked) => object,
  shopAt: (apiUrl: string) => RequestListener,
  args: readonly string[],
  env: (apiUrl: string) => Record<string, string>,
) {
  const api = await listingApi(answer)
  const server = await startServer(shopAt(api.url))
  const [name, ...more] = args
  const command = forwarding([name!, '--url', `http://127.0.0.1:${server.port}/hook`, ...more], env(api.url))
  closing.push(api.close, server.close, () => command.stop())
  return { api, command }
}

interface Case {
  /** The answer of the API; `isPaid` tells whether the payment has happened. */
  readonly answer: (asked: Asked, isPaid: boolean) => object
  readonly shop: (apiUrl: string) => unknown
  readonly env: (apiUrl: string) => Record<string, string>
  readonly args?: readonly string[]
  readonly line: string
}

const CASES: Readonly<Record<string, Case>> = {
  stripe: {
    answer: (_, isPaid) => {
      const event = sample('stripe', 'payment.confirmed', { created: now(), livemode: false })
      return { data: isPaid ? [event] : [], has_more: false }
    },
    shop: () => stripe({ secret: SECRET, mode: 'test' }),
    env: (STRIPE_API_URL) => ({
      STRIPE_API_URL,
      STRIPE_API_KEY: 'sk_test_51Tq8Wd2eZvKYlo2C',
      STRIPE_WEBHOOK_SECRET: SECRET,
    }),
    line: 'payment.confirmed | pi_3Tq8Wd2eZvKYlo2C0f6NcR1m | ORDER-1001 | 200',
  },
  square: {
    answer: (_, isPaid) => ({ events: isPaid ? [fixture('square', 'payment_updated_failed')] : [] }),
    shop: () => square({ signatureKey: KEY, url: 'https://shop.example/hook' }),
    env: (SQUARE_API_URL) => ({
      SQUARE_API_URL,
      SQUARE_ACCESS_TOKEN: KEY,
      SQUARE_SIGNATURE_KEY: KEY,
      SQUARE_NOTIFICATION_URL: 'https://shop.example/hook',
    }),
    line: 'payment.failed',
  },
  paypal: {
    answer: ({ url: { pathname } }, isPaid) => {
      if (pathname === '/v1/oauth2/token') return { access_token: 'granted', expires_in: 3600 }
      if (pathname.startsWith('/v2/payments/captures/')) return capture()
      return { events: isPaid ? [payPalEvent('PAYMENT.CAPTURE.COMPLETED', capture())] : [] }
    },
    shop: (apiUrl) =>
      paypal({
        webhookId: WEBHOOK_ID,
        clientId: 'client',
        clientSecret: KEY,
        mode: 'sandbox',
        apiUrl,
        testKeys: payPalTestKeys(),
      }),
    env: (PAYPAL_API_URL) => ({
      PAYPAL_API_URL,
      PAYPAL_CLIENT_ID: 'client',
      PAYPAL_CLIENT_SECRET: KEY,
      PAYPAL_WEBHOOK_ID: WEBHOOK_ID,
    }),
    line: 'payment.confirmed',
  },
  'btcpay-server': {
    answer: ({ url: { pathname } }, isPaid) =>
      pathname.endsWith('/request')
        ? fixture('btcpay-server', 'invoice_settled')
        : isPaid
          ? [{ id: 'one', timestamp: now() }]
          : [],
    shop: () => btcPayServer({ secret: KEY }),
    env: (BTCPAY_URL) => ({
      BTCPAY_URL,
      BTCPAY_API_KEY: KEY,
      BTCPAY_STORE_ID: 'store',
      BTCPAY_WEBHOOK_ID: 'hook',
      BTCPAY_WEBHOOK_SECRET: KEY,
    }),
    line: 'payment.confirmed',
  },
  mollie: {
    answer: ({ url: { pathname } }, isPaid) => {
      const payment = {
        ...fixture('mollie', 'api_payment_paid'),
        id: 'tr_forward',
        mode: 'test',
        status: isPaid ? 'paid' : 'open',
        createdAt: new Date(Date.now() - 60_000).toISOString(),
        paidAt: new Date().toISOString(),
      }
      if (pathname.endsWith('/tr_forward')) return payment
      return { _embedded: { payments: [payment] }, _links: { next: null } }
    },
    shop: (apiUrl) => mollie({ apiKey: TEST_KEY, mode: 'test', apiUrl }),
    env: (MOLLIE_API_URL) => ({ MOLLIE_API_URL, MOLLIE_API_KEY: TEST_KEY }),
    line: 'payment.confirmed | tr_forward',
  },
  'coins-ph': {
    answer: (_, isPaid) => {
      const { data } = sample('coins-ph', 'payment.confirmed').event
      return { invoice: { ...data, id: 'INV-1', amount_received: isPaid ? data.amount : '0' } }
    },
    shop: () => coinsPh({ token: KEY }),
    env: (COINS_PH_API_URL) => ({ COINS_PH_API_URL, COINS_PH_TOKEN: KEY }),
    args: ['--payment', 'INV-1'],
    line: 'payment.confirmed | INV-1 | ORDER-1001 | 200',
  },
  'crypto-gateway': {
    answer: (_, isPaid) => {
      const { data } = sample('crypto-gateway', 'transaction.confirmed')
      return { data: isPaid ? [{ ...data, status: 'confirmed', confirmed_at: new Date().toISOString() }] : [] }
    },
    shop: () => cryptoGateway({ secret: KEY, mode: 'timestamped' }),
    env: (url) => ({ GATEWAY_API_URL: `${url}/api/v1`, GATEWAY_API_KEY: KEY, GATEWAY_SECRET: KEY }),
    args: ['--payment', 'addr_1', '--timestamped'],
    line: 'transaction.confirmed',
  },
}

function handingOver(provider: Provider, handled: WebhookEvent[]): RequestListener {
  const webhook = paymentWebhook(provider, {
    store: memoryStore(),
    on: {},
    onUnhandled: (event) => void handled.push(event),
    onError: () => {},
  })
  return express().use('/hook', webhook)
}

test('every provider that can be forwarded is played here', () => {
  expect(Object.keys(CASES).sort()).toEqual(Object.keys(SOURCES).sort())
})

describe.each(Object.entries(CASES))('%s', (name, { answer, shop, env, args = [], line }) => {
  test('what happens reaches its shop, once', async () => {
    let isPaid = false
    const handled: WebhookEvent[] = []
    const shopAt = (apiUrl: string) => handingOver(shop(apiUrl) as Provider, handled)
    const { api, command } = await between((asked) => answer(asked, isPaid), shopAt, [name, ...args], env)
    // The second look begins after the first has ended.
    const looks = (count: number) => command.until(() => api.asked.length >= count)
    await looks(3)
    expect(command.lines).toEqual([])
    isPaid = true
    await command.until(() => command.lines.length === 1)
    await looks(api.asked.length + 6)
    expect(await command.stop()).toBe(0)
    expect(command.lines).toEqual([expect.stringContaining(line)])
    expect(handled).toMatchObject([{ provider: name }])
    expect(command.stdout + command.stderr).not.toMatch(new RegExp(`${KEY}|${SECRET}|${TEST_KEY}|granted`))
  })
})

test('every other provider is refused, with what to do instead', async () => {
  const others = SAMPLE_PROVIDERS.filter((name) => !(name in SOURCES))
  expect(others).toHaveLength(SAMPLE_PROVIDERS.length - Object.keys(SOURCES).length)
  for (const name of others) {
    const { code, stderr } = await runCommand(['forward', name, '--url', 'http://127.0.0.1:3000/hook'])
    expect([name, code]).toEqual([name, 2])
    expect(stderr).toMatch(/cannot be forwarded: .*docs\/local-development\.md#/)
  }
})

const BUSY = { status: 429, headers: { 'retry-after': '0' } }

test('PayPal being busy when it is asked for a token is waited for, and told of', async () => {
  const { answer, shop, env } = CASES['paypal']!
  let isBusy = true
  let isPaid = false
  const handled: WebhookEvent[] = []
  const busyAtFirst = (asked: Asked) => {
    if (!isBusy || asked.url.pathname !== '/v1/oauth2/token') return answer(asked, isPaid)
    isBusy = false
    return BUSY
  }
  const shopAt = (apiUrl: string) => handingOver(shop(apiUrl) as Provider, handled)
  const { api, command } = await between(busyAtFirst, shopAt, ['paypal'], env)
  await command.until(() => api.asked.length > 3)
  isPaid = true
  await command.until(() => command.lines.length === 1)
  expect(await command.stop()).toBe(0)
  expect(command.stderr).toContain('asks for a pause (429)')
  expect(handled).toMatchObject([{ provider: 'paypal', type: 'payment.confirmed' }])
})

describe('a payment of Mollie that has to be read', () => {
  const old = new Date(Date.now() - 60 * 60_000).toISOString()
  const payment = (id: string, more: object) => ({
    ...fixture('mollie', 'api_payment_paid'),
    ...{ id, mode: 'test', createdAt: old, paidAt: old },
    ...more,
  })
  const refunds = [{ id: 're_1', status: 'refunded', createdAt: old }]
  const returned = (value: string) => ({ amountRefunded: { value, currency: 'EUR' } })
  const listOf = (payments: object[]) => ({ _embedded: { payments }, _links: { next: null } })
  const { env } = CASES['mollie']!
  const bodies: string[] = []
  const keeping = () =>
    express().post('/hook', express.text({ type: () => true }), (req, res) => {
      bodies.push(String(req.body))
      res.end()
    })
  afterEach(() => void bodies.splice(0))

  test('and was there before it began is no news', async () => {
    let back = '10.00'
    const answer = ({ url: { pathname } }: Asked) => {
      if (pathname.endsWith('/tr_back')) {
        const later = { id: 're_2', status: 'refunded', createdAt: new Date().toISOString() }
        const _embedded = { refunds: back === '10.00' ? refunds : [...refunds, later] }
        return payment('tr_back', { ...returned(back), _embedded })
      }
      return listOf([payment('tr_paid', {}), payment('tr_back', returned(back))])
    }
    const { api, command } = await between(answer, keeping, ['mollie'], env)
    await command.until(() => api.asked.length > 5)
    expect(bodies).toEqual([])
    back = '20.00'
    await command.until(() => command.lines.length > 0)
    await command.until(() => api.asked.length > 12)
    expect(bodies).toEqual(['id=tr_back'])
    expect(await command.stop()).toBe(0)
  })

  test('while the API is busy, at the first look, is read once it is not', async () => {
    let reads = 0
    const answer = ({ url: { pathname } }: Asked) => {
      if (!pathname.endsWith('/tr_back')) return listOf([payment('tr_back', returned('10.00'))])
      return reads++ === 0 ? BUSY : payment('tr_back', { ...returned('10.00'), _embedded: { refunds } })
    }
    const { api, command } = await between(answer, keeping, ['mollie', '--since', '2h'], env)
    await command.until(() => command.lines.length === 1 && api.asked.length > 5)
    expect(await command.stop()).toBe(0)
    expect(command.stderr).toMatch(/answered with status 429\. It is asked again\n/)
    expect(bodies).toEqual(['id=tr_back'])
  })
})
