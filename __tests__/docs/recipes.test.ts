/** The recipes of docs/recipes.md, run as a shop would run them. */
import { beforeAll, describe, expect, jest, test } from '@jest/globals'
import { randomBytes } from 'node:crypto'
import { EventEmitter, once } from 'node:events'
import { setImmediate } from 'node:timers/promises'
import express from 'express'
import Database from 'libsql'
import request from 'supertest'
import {
  coinsPh,
  cryptoGateway,
  memoryStore,
  paymentWebhook,
  type ErrorDetails,
  type Secret,
} from 'express-payment-webhooks'
import { sqliteStore } from 'express-payment-webhooks/stores/sqlite'
import { openOrder, type OrderPayment } from 'express-payment-webhooks/orders'
import { deliver, sample, sampleCityPayOrder, signedRequest } from 'express-payment-webhooks/testing'
import { shopBehindProxy } from '../../examples/recipes/behind-a-proxy.js'
import { cityPayShop } from '../../examples/recipes/city-pay-expiry.js'
import { gatewayFrom } from '../../examples/recipes/secret-rotation.js'
import { toFunction, type GatewayRequest } from '../../examples/recipes/serverless.js'
import { severalShops, type ShopAccount } from '../../examples/recipes/several-shops.js'

const newSecret = () => randomBytes(32).toString('hex')

// Recipes leave `onError` out, and some of these tests are about refusals.
beforeAll(() => void jest.spyOn(console, 'error').mockImplementation(() => {}))

describe('behind a proxy', () => {
  const DEPOSIT = JSON.stringify(sample('city-pay', 'transaction.confirmed'))

  function shop(proxies: string[]) {
    const deposits: string[] = []
    const app = shopBehindProxy({
      proxies,
      senders: ['203.0.113.0/24'],
      orderToken: () => null,
      store: memoryStore(),
      onDeposit: async ({ id }) => void deposits.push(id),
    })
    const post = (forwardedFor?: string) => {
      const req = request(app).post('/webhooks/city-pay')
      return (forwardedFor === undefined ? req : req.set('x-forwarded-for', forwardedFor)).send(DEPOSIT)
    }
    return { deposits, post }
  }

  test('the address that the proxy saw decides', async () => {
    const { deposits, post } = shop(['127.0.0.1', '::1'])
    await post('203.0.113.7').expect(200)
    expect(deposits).toHaveLength(1)
    await post('198.51.100.9').expect(401)
  })

  test('what the sender claims in front of it does not', async () => {
    const { post } = shop(['127.0.0.1', '::1'])
    await post('203.0.113.7, 198.51.100.9').expect(401)
  })

  test('nobody but the proxy is asked for an address', async () => {
    const { deposits, post } = shop(['10.0.0.0/8'])
    await post('203.0.113.7').expect(401)
    await post().expect(401)
    expect(deposits).toEqual([])
  })
})

describe('a function that is given the body', () => {
  const provider = coinsPh({ token: newSecret() })
  const invocation = (body: string, headers: Record<string, string>, encoded = false): GatewayRequest => ({
    headers,
    body: encoded ? Buffer.from(body).toString('base64') : body,
    isBase64Encoded: encoded,
    requestContext: { http: { method: 'POST', sourceIp: '203.0.113.7' } },
  })

  function newFunction() {
    const paid: string[] = []
    const handle = toFunction(provider, {
      store: memoryStore(),
      on: { 'payment.confirmed': ({ orderId }) => void paid.push(orderId!) },
      onError: () => {},
    })
    return { paid, handle }
  }

  test.each([true, false])('takes it as text and as base64 (%s), once', async (encoded) => {
    const { paid, handle } = newFunction()
    const { headers, body } = signedRequest(provider, sample('coins-ph', 'payment.confirmed'))
    expect(await handle(invocation(body, headers, encoded))).toMatchObject({ statusCode: 200, body: 'OK' })
    expect(await handle(invocation(body, headers, !encoded))).toMatchObject({ statusCode: 200 })
    expect(paid).toEqual(['ORDER-1001'])
  })

  test('sees the signed text, not what a parser makes of it', async () => {
    const gateway = cryptoGateway({ secret: newSecret() })
    const text = JSON.stringify(sample('crypto-gateway', 'transaction.confirmed'), null, 2)
    const { headers, body } = signedRequest(gateway, text)
    const handle = toFunction(gateway, { store: memoryStore(), on: {}, onError: () => {} })
    expect(await handle(invocation(body, headers))).toMatchObject({ statusCode: 200 })
    expect(await handle(invocation(JSON.stringify(JSON.parse(body)), headers))).toMatchObject({ statusCode: 401 })
  })

  test('refuses another method, a large body and a forged one', async () => {
    const { paid, handle } = newFunction()
    const get = { ...invocation('', {}), requestContext: { http: { method: 'GET', sourceIp: '203.0.113.7' } } }
    expect(await handle(get)).toMatchObject({ statusCode: 405, headers: { allow: 'POST' } })
    const { headers, body } = signedRequest(provider, sample('coins-ph', 'payment.confirmed'))
    expect(await handle(invocation(body.padEnd(100 * 1024 + 1), headers))).toMatchObject({ statusCode: 413 })
    const forged = { ...headers, authorization: 'Token of somebody else' }
    expect(await handle(invocation(body, forged))).toMatchObject({ statusCode: 401 })
    expect(await handle({ ...invocation('', headers), body: undefined! })).toMatchObject({ statusCode: 400 })
    expect(paid).toEqual([])
  })
})

describe('several shops', () => {
  const store = sqliteStore(new Database(':memory:'), { allowVolatile: true })
  const paid: string[] = []
  const accountOf = (id: string): ShopAccount => ({
    id,
    coinsPhToken: newSecret(),
    onPaid: async (event) => void paid.push(`${id} ${event.id}`),
  })
  const [tea, coffee] = [accountOf('tea'), accountOf('coffee')]
  const app = severalShops([tea, coffee], store)
  const payload = sample('coins-ph', 'payment.confirmed')
  const to = (path: string, from: ShopAccount) => deliver(app, coinsPh({ token: from.coinsPhToken }), payload).to(path)

  test('get events of the same name once each, and none of each other', async () => {
    for (const answer of await to('/webhooks/tea/coins-ph', tea).twice()) expect(answer.status).toBe(200)
    for (const answer of await to('/webhooks/coffee/coins-ph', coffee).twice()) expect(answer.status).toBe(200)
    expect((await to('/webhooks/coffee/coins-ph', tea)).status).toBe(401)
    const [id] = paid[0]!.split(' ').slice(1)
    expect(paid).toEqual([`tea ${id}`, `coffee ${id}`])
    await store.close()
  })
})

describe('secret rotation', () => {
  const [old, next] = [newSecret(), newSecret()]

  function shop(env: NodeJS.ProcessEnv) {
    const explanations: ErrorDetails['explanation'][] = []
    const app = express().use(
      '/hook',
      paymentWebhook(gatewayFrom(env), {
        store: memoryStore(),
        on: {},
        onError: (_error, { explanation }) => void explanations.push(explanation),
      }),
    )
    const statusOf = async (secret: Secret) =>
      (await deliver(app, cryptoGateway({ secret }), sample('crypto-gateway', 'transaction.confirmed')).to('/hook'))
        .status
    return { explanations, statusOf }
  }

  test('before, only the old secret is accepted', async () => {
    const { statusOf } = shop({ GATEWAY_SECRET: old })
    expect([await statusOf(old), await statusOf(next)]).toEqual([200, 401])
  })

  test('meanwhile both are', async () => {
    const { statusOf } = shop({ GATEWAY_SECRET: next, GATEWAY_SECRET_OLD: old })
    expect([await statusOf(old), await statusOf(next)]).toEqual([200, 200])
  })

  test('afterwards the old one is refused, and named to the operator', async () => {
    const { statusOf, explanations } = shop({ GATEWAY_SECRET: next, GATEWAY_SECRET_RETIRED: old })
    expect([await statusOf(old), await statusOf(next)]).toEqual([401, 200])
    expect(explanations).toEqual([
      'the signature was made with a retired secret: the sender does not have the new one yet',
    ])
  })

  test('a variable that was forgotten or is empty stops the shop at its start', () => {
    expect(() => gatewayFrom({})).toThrow(expect.objectContaining({ code: 'CONFIG_SECRET_MISSING' }))
    expect(() => gatewayFrom({ GATEWAY_SECRET_OLD: old })).toThrow(
      expect.objectContaining({ code: 'CONFIG_SECRET_MISSING' }),
    )
    expect(() => gatewayFrom({ GATEWAY_SECRET: next, GATEWAY_SECRET_OLD: '' })).toThrow(
      expect.objectContaining({ code: 'CONFIG_SECRET_MISSING' }),
    )
  })
})

describe('CityPay orders whose time is up', () => {
  const OVERDUE = new Date('2025-03-04T11:00:00Z')
  const TOKEN = '730914458201'
  const unpaid = (token: string) =>
    sampleCityPayOrder('IN_PROGRESS', undefined, token === TOKEN ? {} : { id: token, token })
  const later = (minutes: number) => new Date(OVERDUE.getTime() + minutes * 60_000)

  /** One order of CityPay and one of Coins.ph, both at their deadline. */
  function shop(answer: (token: string) => object | Promise<object>) {
    const order = (orderId: string, provider: string, paymentId: string) =>
      openOrder({
        orderId,
        expected: { amount: '50', currency: 'USD' },
        payments: [{ provider, paymentId }],
        expiresAt: OVERDUE,
      })
    const orders = new Map<string, OrderPayment>(
      [order('ORDER-1001', 'city-pay', '30412'), order('ORDER-2', 'coins-ph', 'invoice-2')].map((one) => [
        one.orderId,
        one,
      ]),
    )
    const shipped: string[] = []
    const readBack = jest.fn(async (token: string) => answer(token))
    const { webhook, expireOverdue } = cityPayShop({
      orderToken: (orderId) => (orderId === 'ORDER-1001' ? TOKEN : orderId),
      readBack,
      store: memoryStore(),
      find: ({ orderId }) => orders.get(orderId ?? ''),
      save(next, { firstConfirmed }) {
        if (firstConfirmed) shipped.push(next.orderId)
        return Boolean(orders.set(next.orderId, next))
      },
      overdue: async (now) =>
        [...orders.values()].filter(
          ({ status, expiresAt }) =>
            ['awaiting_payment', 'payment_detected', 'payment_insufficient', 'payment_failed'].includes(status) &&
            Date.parse(expiresAt!) <= now.getTime(),
        ),
    })
    /** Further CityPay orders at their deadline, named by their token and by CityPay's own id. */
    const addOrders = (count: number) => {
      for (let number = 1; number <= count; number++) {
        orders.set(`ORDER-C${number}`, order(`ORDER-C${number}`, 'city-pay', `ORDER-C${number}`))
      }
    }
    const statuses = () => [...orders.values()].map(({ status }) => status)
    return { addOrders, readBack, expireOverdue, statuses, shipped, app: express().use('/', webhook) }
  }

  test('one that was paid, and whose callback was lost, is confirmed', async () => {
    const { expireOverdue, statuses, shipped, app } = shop(() => sampleCityPayOrder('CONFIRMED'))
    expect(await expireOverdue(OVERDUE)).toBe(1)
    expect(statuses()).toEqual(['confirmed', 'expired'])
    expect(await expireOverdue(later(1))).toBe(0)
    // The lost callback arrives after all.
    const callback = JSON.stringify(sample('city-pay', 'payment.confirmed'))
    await request(app).post('/').set('content-type', 'application/json').send(callback).expect(200)
    expect(shipped).toEqual(['ORDER-1001'])
  })

  test('one that was not paid expires', async () => {
    const { expireOverdue, statuses, readBack } = shop(() => sampleCityPayOrder('IN_PROGRESS'))
    expect(await expireOverdue(OVERDUE)).toBe(2)
    expect(statuses()).toEqual(['expired', 'expired'])
    expect(readBack).toHaveBeenCalledTimes(1)
  })

  test('one that cannot be read stays open, is asked for again after a minute, and keeps no other waiting', async () => {
    let answer = (): object => {
      throw new Error('CityPay is away')
    }
    const { expireOverdue, statuses, readBack } = shop(() => answer())
    expect(await expireOverdue(OVERDUE)).toBe(1)
    expect(statuses()).toEqual(['awaiting_payment', 'expired'])
    answer = () => sampleCityPayOrder('CONFIRMED')
    expect(await expireOverdue(later(0.5))).toBe(0)
    expect(readBack).toHaveBeenCalledTimes(1)
    await expireOverdue(later(1))
    expect(statuses()).toEqual(['confirmed', 'expired'])
  })

  test('however many there are, a few are read at a time, and all of them expire', async () => {
    let [underWay, most] = [0, 0]
    const { addOrders, expireOverdue, statuses } = shop(async (token) => {
      most = Math.max(most, ++underWay)
      await setImmediate()
      underWay--
      return unpaid(token)
    })
    addOrders(40)
    expect(await expireOverdue(OVERDUE)).toBe(42)
    expect(new Set(statuses())).toEqual(new Set(['expired']))
    expect(most).toBeLessThanOrEqual(8)
  })

  test('one whose read waits behind those of callbacks is not taken for unpaid, and is asked for again', async () => {
    let isBack = false
    const answer = new EventEmitter()
    answer.setMaxListeners(64)
    const { readBack, expireOverdue, statuses, app } = shop(async (token) => {
      if (!isBack) await once(answer, 'back')
      return unpaid(token)
    })
    const callback = JSON.stringify(sample('city-pay', 'payment.pending'))
    // Deliveries about one order share a read, so these are about other orders.
    const callbacks = Array.from({ length: 32 }, (_, number) =>
      request(app)
        .post('/')
        .set('content-type', 'application/json')
        .send(callback.replaceAll('ORDER-1001', `ORDER-X${number}`).replaceAll(TOKEN, `ORDER-X${number}`))
        .then(),
    )
    while (readBack.mock.calls.length < 32) await setImmediate()
    await expireOverdue(OVERDUE)
    expect(statuses()).toEqual(['awaiting_payment', 'expired'])
    isBack = true
    answer.emit('back')
    await Promise.all(callbacks)
    await expireOverdue(later(1))
    expect(statuses()).toEqual(['expired', 'expired'])
  })

  test('one with money on its way is asked for once a minute, and becomes final', async () => {
    let status: 'PAID_UNCONFIRMED' | 'CONFIRMED' = 'PAID_UNCONFIRMED'
    const { expireOverdue, statuses, readBack } = shop(() => sampleCityPayOrder(status))
    for (const minutes of [0, 0.3, 0.6]) await expireOverdue(later(minutes))
    expect(statuses()[0]).toBe('payment_detected')
    expect(readBack).toHaveBeenCalledTimes(1)
    status = 'CONFIRMED'
    await expireOverdue(later(1))
    expect(statuses()[0]).toBe('confirmed')
  })
})
