/** Orders read with the API token, from a server that replaces CoinGate's. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { memoryStore, type Provider } from 'express-payment-webhooks'
import { coinGate, type CoinGateOptions } from 'express-payment-webhooks/providers/coingate'
import { receiverOf } from '../../support/deliver.js'
import { apiServer, payloadOf } from '../../support/provider-suite.js'
import { API_TOKEN, callback, order, TOKEN } from './support.js'

const answers: Record<string, { status?: number; body: string | Buffer }> = {}
const api = apiServer(answers)

/** Both of CoinGate's systems are played on this machine. */
const HOSTS = { live: 'https://api.coingate.com', sandbox: 'https://api-sandbox.coingate.com' }
const systemFetch = globalThis.fetch
let asked: string[] = []
beforeEach(() => {
  asked = []
  api.requests.length = 0
  for (const path of Object.keys(answers)) delete answers[path]
  globalThis.fetch = (url, init) => {
    const { origin, pathname } = new URL(String(url))
    if (!Object.values(HOSTS).includes(origin)) return systemFetch(url, init)
    asked.push(String(url))
    return systemFetch(`${api.url()}${pathname}`, init)
  }
})
afterEach(() => {
  globalThis.fetch = systemFetch
})

async function told(sent: object = callback(), options: Partial<CoinGateOptions> = {}) {
  const provider = coinGate({ orderToken: () => TOKEN, apiToken: API_TOKEN, ...options })
  const receiver = receiverOf(provider as Provider, { store: memoryStore() })
  const { kind, error } = await receiver.deliver(JSON.stringify(sent))
  return { kind, error, events: receiver.events }
}

test('an order is asked for by its id, with the token, and what is answered is the event', async () => {
  answers['/v2/orders/518842'] = { body: payloadOf('coingate', 'api_order_paid.json') }
  const { kind, events } = await told(callback({ price_amount: '1.0' }))
  expect(kind).toBe('unhandled')
  expect(events).toMatchObject([
    {
      type: 'payment.confirmed',
      orderId: 'ORDER-1001',
      paymentId: '518842',
      received: { amount: '129', currency: 'EUR', basis: 'total' },
      original: { amount: '0.00142', currency: 'BTC' },
    },
  ])
  expect(asked).toEqual(['https://api.coingate.com/v2/orders/518842'])
  expect(api.requests).toMatchObject([{ path: '/v2/orders/518842', headers: { authorization: `Token ${API_TOKEN}` } }])
})

test('the sandbox is another host', async () => {
  answers['/v2/orders/518842'] = { body: payloadOf('coingate', 'api_order_paid.json') }
  expect((await told(callback(), { mode: 'sandbox' })).kind).toBe('unhandled')
  expect(asked).toEqual(['https://api-sandbox.coingate.com/v2/orders/518842'])
})

describe('the callback comes again while', () => {
  test.each<[string, { status?: number; body: string } | null, string]>([
    ['there is no such order', null, 'READ_BACK_UNAVAILABLE'],
    ['the token is of another system', { status: 401, body: '{"reason":"Unauthorized"}' }, 'READ_BACK_UNAVAILABLE'],
    ['too much is asked for', { status: 429, body: '{}' }, 'READ_BACK_UNAVAILABLE'],
    ['CoinGate fails', { status: 500, body: 'oops' }, 'READ_BACK_UNAVAILABLE'],
    ['it answers no JSON', { body: '<html>' }, 'READ_BACK_UNAVAILABLE'],
    ['it answers no order', { body: '{"id":518842}' }, 'READ_BACK_UNAVAILABLE'],
    ['it answers another order', { body: JSON.stringify(order({ id: 518843 })) }, 'READ_BACK_MISMATCH'],
    ['the order is behind the callback', { body: JSON.stringify(order({ status: 'confirming' })) }, 'READ_BACK_BEHIND'],
  ])('%s', async (_what, answer, code) => {
    if (answer !== null) answers['/v2/orders/518842'] = answer
    const { kind, error, events } = await told()
    expect([kind, error?.code, events]).toEqual(['retry_later', code, []])
    expect(String(error?.message) + String(error?.cause ?? '')).not.toContain(API_TOKEN)
  })
})

test('nothing is asked for with another token of the order', async () => {
  expect(await told(callback({ token: `${TOKEN}x` }))).toMatchObject({ kind: 'not_authentic', events: [] })
  expect(api.requests).toEqual([])
})
