/** An event that is both received and listed is one event; one that is only listed is handled once. With recorded answers. */
import { afterEach, describe, expect, test } from '@jest/globals'
import Database from 'libsql'
import { cityPay, coinsPh, createReceiver, cryptoGateway, memoryStore, type Provider } from 'express-payment-webhooks'
import { btcPayServer, btcPayServerDeliveries } from 'express-payment-webhooks/providers/btcpay-server'
import { cityPayOrders } from 'express-payment-webhooks/providers/city-pay'
import { coinsPhInvoices } from 'express-payment-webhooks/providers/coins-ph'
import { cryptoGatewayTransactions } from 'express-payment-webhooks/providers/crypto-gateway'
import { mollie, molliePayments } from 'express-payment-webhooks/providers/mollie'
import { paypalEvents } from 'express-payment-webhooks/providers/paypal'
import { square, squareEvents } from 'express-payment-webhooks/providers/square'
import { reconcile, reconcileEvery, type Lister } from 'express-payment-webhooks/reconcile'
import { sqliteStore } from 'express-payment-webhooks/stores/sqlite'
import { sample, sampleCityPayOrder } from 'express-payment-webhooks/testing'
import { capture, event as payPalEvent, payPal } from '../providers/paypal/support.js'
import { listingApi, type Asked } from '../support/listing-api.js'
import { payloadOf } from '../support/provider-suite.js'

const KEY = 'q9T4xVb2Lm7Rw3Zk8Ns5'
const URL_OF_SHOP = 'https://shop.example/webhooks/square'

const closing: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

const fixture = (provider: string, name: string) =>
  JSON.parse(payloadOf(provider, `${name}.json`).toString()) as Record<string, unknown>

async function api(answer: Parameters<typeof listingApi>[0]) {
  const running = await listingApi(answer)
  closing.push(running.close)
  return running
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

/** Receives one callback, then lists it and another one, twice. */
async function comesAndIsListed(provider: Provider<never>, came: unknown, list: Lister) {
  const handled: string[] = []
  const receiver = createReceiver(provider as unknown as Provider, {
    store: sqliteStore(new Database(':memory:'), { allowVolatile: true }),
    on: {},
    onUnhandled: ({ id }) => void handled.push(id),
    onError: () => {},
  })
  closing.push(() => receiver.close({ timeoutMs: 100 }))
  await reconcile(receiver, { list, graceMs: 0 })
  const outcome = await receiver.receive(
    came instanceof Object && 'body' in came ? (came as never) : provider.sign(came),
  )
  await pause(5)
  const first = await reconcile(receiver, { list, graceMs: 0 })
  await pause(5)
  const since = new Date(Date.now() - 60_000)
  const second = await reconcile(receiver, { list, graceMs: 0, since }).catch((error: unknown) => error)
  return { outcome, first, second, handled }
}

const ONE_KNOWN_ONE_RECOVERED = { listed: 2, known: 1, recovered: 1, failed: 0 }

describe('squareEvents', () => {
  // A completed payment has an identity of its own, and others have that of the event.
  const event = (event_id: string) => ({ ...fixture('square', 'payment_updated_failed'), event_id })

  test('lists by cursor what the callbacks are known by', async () => {
    const { url, asked } = await api(({ body }: Asked) =>
      (JSON.parse(body) as { cursor?: string }).cursor === undefined
        ? { events: [event('came')], cursor: 'next' }
        : { events: [event('missed')] },
    )
    const list = squareEvents({ accessToken: KEY, apiUrl: url, types: ['payment.updated'] })
    const provider = square({ signatureKey: KEY, url: URL_OF_SHOP }) as unknown as Provider<never>
    const { first, handled } = await comesAndIsListed(provider, event('came'), list)
    expect(first).toEqual(ONE_KNOWN_ONE_RECOVERED)
    expect(handled).toEqual(['square:came', 'square:missed'])
    expect(asked[0]!).toMatchObject({ method: 'POST', headers: { authorization: `Bearer ${KEY}` } })
    expect(JSON.parse(asked[0]!.body)).toMatchObject({
      query: { filter: { event_types: ['payment.updated'] }, sort: { order: 'ASC' } },
    })
  })
})

describe('paypalEvents', () => {
  const CAPTURES = '/v2/payments/captures/'
  const resource = (id: string) => capture({ id })
  const event = (id: string) => payPalEvent('PAYMENT.CAPTURE.COMPLETED', resource(id), `WH-${id}`)

  test('lists page by page, and both are known by what is read back', async () => {
    const { url, asked } = await api((one, base) => {
      if (one.url.pathname === '/v1/oauth2/token') return { access_token: 'granted', expires_in: 3600 }
      if (one.url.searchParams.has('page')) return { events: [event('CAME')] }
      const href = `${base}/v1/notifications/webhooks-events?page=2`
      return { events: [event('MISSED')], links: [{ rel: 'next', href }] }
    })
    const answers = Object.fromEntries(['CAME', 'MISSED'].map((id) => [CAPTURES + id, resource(id)]))
    const { provider } = payPal(answers)
    const list = paypalEvents({ clientId: 'client', clientSecret: KEY, apiUrl: url })
    const { outcome, first, handled } = await comesAndIsListed(provider as never, event('CAME'), list)
    expect(outcome.kind).toBe('unhandled')
    expect(first).toEqual(ONE_KNOWN_ONE_RECOVERED)
    expect(handled).toHaveLength(2)
    expect(asked.at(-1)!.headers.authorization).toBe('Bearer granted')
  })

  test('sends its token to no other host', async () => {
    const { url } = await api((one) =>
      one.url.pathname === '/v1/oauth2/token'
        ? { access_token: 'granted', expires_in: 3600 }
        : { events: [], links: [{ rel: 'next', href: 'https://elsewhere.example/v1' }] },
    )
    const list = paypalEvents({ clientId: 'client', clientSecret: KEY, apiUrl: url })
    const window = { since: new Date(0), until: new Date(1), signal: new AbortController().signal }
    await expect(list(window)[Symbol.asyncIterator]().next()).rejects.toThrow('at another host')
  })
})

describe('the token of paypalEvents', () => {
  const window = { since: new Date(0), until: new Date(1), signal: new AbortController().signal }
  const look = (list: Lister) => list(window)[Symbol.asyncIterator]().next()

  test('is asked for by the given client, and with the patience of a lister', async () => {
    let refusals = 2
    const { url } = await api((one) => {
      if (one.url.pathname !== '/v1/oauth2/token') return { events: [] }
      return refusals-- > 0
        ? { status: 503, headers: { 'retry-after': '0' } }
        : { access_token: 'granted', expires_in: 3600 }
    })
    const paths: string[] = []
    const client: typeof fetch = (input, init) => {
      paths.push(new URL(String(input)).pathname)
      return fetch(input, init)
    }
    await look(paypalEvents({ clientId: 'client', clientSecret: KEY, apiUrl: url, fetch: client }))
    expect(paths).toEqual([...Array<string>(3).fill('/v1/oauth2/token'), '/v1/notifications/webhooks-events'])
  })

  test('is another one after a look that failed', async () => {
    let granted = 0
    const { url } = await api((one) => {
      if (one.url.pathname === '/v1/oauth2/token') return { access_token: `token-${++granted}`, expires_in: 3600 }
      return one.headers.authorization === 'Bearer token-1' ? { status: 401 } : { events: [] }
    })
    const list = paypalEvents({ clientId: 'client', clientSecret: KEY, apiUrl: url })
    await expect(look(list)).rejects.toThrow('answered with status 401')
    await expect(look(list)).resolves.toEqual({ done: true, value: undefined })
  })
})

describe('btcPayServerDeliveries', () => {
  const event = (originalDeliveryId: string) => ({ ...fixture('btcpay-server', 'invoice_settled'), originalDeliveryId })

  test('lists the bodies that were sent, the oldest first', async () => {
    const timestamp = () => Math.floor(Date.now() / 1000)
    const { url, asked } = await api(({ url }) => {
      const [, id] = /deliveries\/(\w+)\/request$/.exec(url.pathname) ?? []
      if (id !== undefined) return event(id)
      return [
        { id: 'missed', timestamp: timestamp(), status: 'HttpError' },
        { id: 'came', timestamp: timestamp(), status: 'HttpSuccess' },
        { id: 'old', timestamp: timestamp() - 3600, status: 'Failed' },
      ]
    })
    const list = btcPayServerDeliveries({ url, apiKey: KEY, storeId: 'store', webhookId: 'hook' })
    const provider = btcPayServer({ secret: KEY }) as unknown as Provider<never>
    const { first, handled } = await comesAndIsListed(provider, event('came'), list)
    expect(first).toEqual(ONE_KNOWN_ONE_RECOVERED)
    expect(handled).toHaveLength(2)
    expect(asked[0]!.url.pathname).toBe('/api/v1/stores/store/webhooks/hook/deliveries')
    expect(asked[0]!.headers.authorization).toBe(`token ${KEY}`)
  })
})

describe('molliePayments', () => {
  const LIVE = 'live_dHar4XY7LxsDOtmnkVtjNVWXLSlXsM'
  const payment = (id: string, rest: object = {}) => ({
    ...fixture('mollie', 'api_payment_paid'),
    id,
    mode: 'live',
    createdAt: new Date(Date.now() - 60_000).toISOString(),
    ...rest,
  })
  const refunds = [{ id: 're_1', status: 'refunded', createdAt: '2026-11-26T09:00:00+00:00' }]
  const refunded = { amountRefunded: { value: '10.00', currency: 'EUR' } }

  test('lists page by page, reads only what has refunds, and leaves open payments alone', async () => {
    const listOf = (payments: object[], next: string | null) => ({
      _embedded: { payments },
      _links: { next: next === null ? null : { href: next } },
    })
    const { url, asked } = await api((one, base) => {
      const [, id] = /payments\/(\w+)$/.exec(one.url.pathname) ?? []
      if (id === 'tr_refunded') return payment(id, { ...refunded, _embedded: { refunds } })
      if (id !== undefined) return payment(id)
      if (one.url.searchParams.has('from')) {
        return listOf(
          [payment('tr_refunded', refunded), payment('tr_old', { createdAt: '2020-01-01T00:00:00Z' })],
          `${base}/no`,
        )
      }
      return listOf(
        [payment('tr_open', { status: 'open' }), payment('tr_came'), payment('tr_missed')],
        `${base}/v2/payments?from=2`,
      )
    })
    const provider = mollie({ apiKey: LIVE, apiUrl: url }) as unknown as Provider<never>
    const list = molliePayments({ apiKey: LIVE, apiUrl: url })
    const form = { 'content-type': 'application/x-www-form-urlencoded' }
    const came = { body: 'id=tr_came', headers: form }
    const { outcome, first, second, handled } = await comesAndIsListed(provider, came, list)
    expect(outcome.kind).toBe('unhandled')
    expect(first).toEqual({ listed: 3, known: 1, recovered: 2, failed: 0 })
    expect(second).toMatchObject({ code: 'RECONCILE_TOO_EARLY' })
    expect(handled).toHaveLength(3)
    const read = asked.map((one) => one.url.pathname).filter((path) => /tr_/.test(path))
    expect(read).toEqual(['/v2/payments/tr_came', '/v2/payments/tr_refunded'])
  })
})

describe('molliePayments on a receiver of next-gen events', () => {
  const LIVE = 'live_dHar4XY7LxsDOtmnkVtjNVWXLSlXsM'
  const list = molliePayments({ apiKey: LIVE })
  const receiverOf = (provider: unknown) => {
    const receiver = createReceiver(provider as Provider, { store: memoryStore(), on: {} })
    closing.push(() => receiver.close())
    return receiver
  }

  test.each([
    ['a secret alone', { secret: KEY }],
    ['a secret and a key', { secret: KEY, apiKey: LIVE }],
  ])('is refused at start with %s, and names the fix', async (_, options) => {
    const receiver = receiverOf(mollie(options))
    const refusal = { code: 'CONFIG_OPTION_INVALID', message: expect.stringContaining('mollie({ apiKey })') }
    await expect(reconcile(receiver, { list })).rejects.toMatchObject(refusal)
    expect(() => reconcileEvery(receiver, { list })).toThrow(expect.objectContaining(refusal))
  })

  test('is taken for classic webhooks, with an account of its own as well', () => {
    for (const provider of [mollie({ apiKey: LIVE }), { ...mollie({ apiKey: LIVE }), account: 'merchant-7' }]) {
      const reconciler = reconcileEvery(receiverOf(provider), { list })
      closing.push(() => reconciler.close())
    }
  })
})

describe('orders one by one', () => {
  test('cityPayOrders has every open order read back', async () => {
    const answers = (token: string) =>
      sampleCityPayOrder('CONFIRMED', undefined, { token, id: token === 'of came' ? 1 : 2 })
    const provider = cityPay({
      orderToken: (order) => `of ${order}`,
      readBack: async (token) => answers(token),
    }) as unknown as Provider<never>
    const list = cityPayOrders({ orders: () => ['came', 'missed'] })
    const came = { status: 'Confirmed', client_order_id: 'came' }
    const { outcome, first, handled } = await comesAndIsListed(provider, came, list)
    expect(outcome.kind).toBe('unhandled')
    expect(first).toEqual(ONE_KNOWN_ONE_RECOVERED)
    expect(handled).toHaveLength(2)
  })

  test('coinsPhInvoices lists what was paid by the amounts that callbacks are known by', async () => {
    const payload = sample('coins-ph', 'payment.confirmed') as { event: { name: string; data: Record<string, string> } }
    const { data } = payload.event
    const eight = (decimal: string) => Number(decimal).toFixed(8)
    const invoice = (id: string, received = data['amount_received']!) => ({
      ...{ ...data, id },
      amount: eight(data['amount']!),
      amount_received: eight(received),
    })
    const { url, asked } = await api((one) => {
      const id = one.url.pathname.split('/').at(-1)!
      if (id === 'gone') return { status: 404 }
      return { invoice: invoice(id, id === 'unpaid' ? '0' : undefined) }
    })
    const orders = async function* () {
      yield* ['came', 'unpaid', 'gone', 'missed']
    }
    const list = coinsPhInvoices({ token: KEY, apiUrl: url, orders })
    const provider = coinsPh({ token: KEY }) as unknown as Provider<never>
    const came = { event: { ...payload.event, data: { ...data, id: 'came' } } }
    const { first, handled } = await comesAndIsListed(provider, came, list)
    expect(first).toEqual(ONE_KNOWN_ONE_RECOVERED)
    expect(handled).toHaveLength(2)
    expect(asked[0]!.headers.authorization).toBe(`Token ${KEY}`)
  })

  test('cryptoGatewayTransactions lists the transactions of every open address', async () => {
    const payload = sample('crypto-gateway', 'transaction.confirmed') as { event: string; data: { id: string } }
    const transaction = (id: string) => ({ ...payload.data, id, status: 'confirmed' })
    const { url, asked } = await api((one) => ({
      success: true,
      data: [transaction(one.url.searchParams.get('address_id')!), { ...transaction('odd'), status: 'unheard of' }],
    }))
    const list = cryptoGatewayTransactions({
      apiKey: KEY,
      apiUrl: `${url}/api/v1`,
      orders: async () => ['came', 'missed'],
    })
    const provider = cryptoGateway({ secret: KEY }) as unknown as Provider<never>
    const came = { ...payload, data: transaction('came') }
    const { first, handled } = await comesAndIsListed(provider, came, list)
    expect(first).toEqual(ONE_KNOWN_ONE_RECOVERED)
    expect(handled).toHaveLength(2)
    expect(asked[0]!).toMatchObject({ headers: { 'x-api-key': KEY } })
  })
})
