/** Deliveries of the testing kit, to a real shop over real sockets. */
import { describe, expect, test } from '@jest/globals'
import express from 'express'
import {
  cityPay,
  coinbarPay,
  coinsPh,
  cryptoGateway,
  type DeliveryHeaders,
  type Provider,
} from 'express-payment-webhooks'
import { deliver, fakeClock, sample, signedRequest } from 'express-payment-webhooks/testing'
import { createServer } from 'node:http'
import { PATH, SECRET, smallShop, statuses } from '../support/small-shop.js'

const coins = coinsPh({ token: SECRET })
const gateway = cryptoGateway({ secret: SECRET })
const paid = sample('coins-ph', 'payment.confirmed')

/** An app that keeps its requests, and answers as the test tells it. */
function recorder(answers: readonly number[]) {
  const requests: { headers: DeliveryHeaders; body: string }[] = []
  const app = express().use(express.text({ type: () => true }), ({ headersDistinct, body }, res) => {
    requests.push({ headers: headersDistinct, body })
    res.sendStatus(answers[requests.length - 1] ?? 200)
  })
  return { app, requests }
}

describe('deliver', () => {
  test('answers what the shop answered', async () => {
    const { app, events } = smallShop(coins)
    const answer = await deliver(app, coins, paid).to(PATH)
    expect(answer).toMatchObject({ status: 200, headers: { 'content-type': 'text/plain' }, body: 'OK' })
    expect(events).toEqual(['payment.confirmed'])
  })

  test('says what is wrong with a path that does not begin with a slash', () => {
    const { app } = smallShop(coins)
    expect(() => deliver(app, coins, paid).to('webhooks')).toThrow('to("webhooks"): the path must start with "/"')
  })

  test('delivers a text as it is', async () => {
    const { app, codes } = smallShop(coins)
    expect(await deliver(app, coins, '{').to(PATH)).toMatchObject({ status: 400 })
    expect(codes).toEqual(['JSON_INVALID'])
  })

  test('delivers to a server that listens already, and leaves it open', async () => {
    const { app, events } = smallShop(coins)
    const server = createServer(app)
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    expect(statuses(await deliver(server, coins, paid).to(PATH).twice())).toEqual([200, 200])
    expect(server.listening).toBe(true)
    expect(events).toHaveLength(1)
    await new Promise((resolve) => server.close(resolve))
  })

  test('delivers once, however often it is awaited, and not at all before', async () => {
    const { app, requests } = recorder([])
    const delivery = deliver(app, coins, paid).to(PATH)
    expect(requests).toHaveLength(0)
    await Promise.all([delivery, delivery])
    await delivery
    expect(requests).toHaveLength(1)
  })

  test('does not follow a redirect, which no sender may be asked to', async () => {
    const app = express().use((_req, res) => res.redirect('/login'))
    expect(await deliver(app, coins, paid).to(PATH)).toMatchObject({ status: 302 })
  })

  test('rejects when the app hangs up', async () => {
    const app = express().use((req) => void req.socket.destroy())
    await expect(deliver(app, coins, paid).to(PATH)).rejects.toThrow('hang up')
  })
})

describe('forged()', () => {
  const clientId = '7b0c2f3e-5a41-4d8e-9c67-1f2a3b4c5d6e'
  test.each([
    ['a token', coins, paid],
    ['a signature', gateway, sample('crypto-gateway', 'transaction.confirmed')],
    [
      'a timestamped signature',
      cryptoGateway({ secret: SECRET, mode: 'timestamped' }),
      sample('crypto-gateway', 'address.created'),
    ],
    ['a signature beside a client id', coinbarPay({ clientId, secretKey: SECRET }), sample('coinbar-pay', 'SUCCESS')],
  ])('with %s is answered 401, and is well-formed', async (_name, provider: Provider, payload) => {
    const { app, events, codes } = smallShop(provider)
    expect(await deliver(app, provider, payload).to(PATH).forged()).toMatchObject({ status: 401 })
    expect([events, codes]).toEqual([[], ['AUTH_MISMATCH']])
  })

  test('takes nothing from a genuine delivery of the same event', async () => {
    const { app, events } = smallShop(gateway)
    const delivery = deliver(app, gateway, sample('crypto-gateway', 'transaction.confirmed')).to(PATH)
    expect(statuses([await delivery.forged(), await delivery, await delivery.forged()])).toEqual([401, 200, 401])
    expect(events).toHaveLength(1)
  })

  test('is refused where a callback carries nothing that could be forged', async () => {
    const city = cityPay({ orderToken: () => null })
    const { app } = smallShop(city)
    const delivery = deliver(app, city, sample('city-pay', 'CONFIRMED')).to(PATH).forged()
    await expect(delivery).rejects.toThrow('a callback of city-pay carries nothing that authenticates it')
  })
})

describe('indented()', () => {
  test('is another body with the same meaning, signed genuinely', async () => {
    const { app, requests } = recorder([])
    const payload = sample('crypto-gateway', 'transaction.confirmed')
    await deliver(app, gateway, payload).to(PATH).indented()
    const [{ headers, body } = { headers: {}, body: '' }] = requests
    expect(body).toContain('\n  "event": "transaction.confirmed",\n')
    expect(JSON.parse(body)).toEqual(payload)
    expect(headers).toMatchObject({
      'x-gateway-signature': [signedRequest(gateway, body).headers['x-gateway-signature']],
    })
  })

  test('is handled, and is the same event', async () => {
    const { app, events } = smallShop(gateway)
    const delivery = deliver(app, gateway, sample('crypto-gateway', 'transaction.confirmed')).to(PATH)
    expect(statuses([await delivery, await delivery.indented()])).toEqual([200, 200])
    expect(events).toHaveLength(1)
  })

  test('leaves the inside of a text alone', async () => {
    const { app, requests } = recorder([])
    await deliver(app, coins, '{"amount":1.00}').to(PATH).indented()
    expect(requests).toMatchObject([{ body: '\n  {"amount":1.00}\n' }])
  })

  test('can be forged', async () => {
    const { app, requests } = recorder([])
    await deliver(app, coins, paid).to(PATH).forged().indented()
    await deliver(app, coins, paid).to(PATH).indented().forged()
    for (const { body, headers } of requests) {
      expect(body).toContain('\n  "event": {\n')
      expect(headers['authorization']).toEqual([expect.stringMatching(/^Token /)])
      expect(headers['authorization']).not.toEqual([`Token ${SECRET}`])
    }
    expect(requests).toHaveLength(2)
  })
})

describe('twice() and concurrently()', () => {
  test('deliver one event, which is handled once', async () => {
    const { app, events } = smallShop(coins)
    const delivery = deliver(app, coins, paid).to(PATH)
    expect(statuses(await delivery.twice())).toEqual([200, 200])
    expect(statuses(await delivery.concurrently(5))).toEqual([200, 200, 200, 200, 200])
    expect(events).toHaveLength(1)
  })

  test('concurrently() has all of them under way before any is answered', async () => {
    let waiting: (() => void)[] = []
    const app = express().use((_req, res) => {
      waiting.push(() => void res.sendStatus(200))
      if (waiting.length < 4) return
      for (const answer of waiting) answer()
      waiting = []
    })
    expect(statuses(await deliver(app, coins, paid).to(PATH).concurrently(4))).toEqual([200, 200, 200, 200])
  })
})

describe('outOfOrder()', () => {
  test('delivers the last event first', async () => {
    const { app, events } = smallShop(gateway)
    const [detected, confirmed] = [
      sample('crypto-gateway', 'transaction.detected'),
      sample('crypto-gateway', 'transaction.confirmed'),
    ]
    const balance = sample('crypto-gateway', 'address.balance_updated')
    expect(statuses(await deliver(app, gateway, detected).to(PATH).outOfOrder(confirmed, balance))).toEqual([
      200, 200, 200,
    ])
    expect(events).toEqual(['crypto-gateway.address.balance_updated', 'transaction.confirmed', 'transaction.detected'])
  })
})

describe('withRetries()', () => {
  test('delivers again until the shop accepts it', async () => {
    let failures = 2
    const { app, events, codes } = smallShop(coins, {
      handle() {
        if (failures-- > 0) throw new Error('the database is away')
      },
    })
    expect(statuses(await deliver(app, coins, paid).to(PATH).withRetries())).toEqual([500, 500, 200])
    expect(events).toHaveLength(3)
    expect(codes).toEqual(['HANDLER_FAILED', 'HANDLER_FAILED'])
  })

  test('gives up after five attempts, as a sender does', async () => {
    const { app, requests } = recorder([500, 503, 302, 404, 500, 200])
    expect(statuses(await deliver(app, coins, paid).to(PATH).withRetries())).toEqual([500, 503, 302, 404, 500])
    expect(requests).toHaveLength(5)
  })

  test('moves a clock on between attempts, and signs each at its time', async () => {
    const clock = fakeClock()
    const startedAt = clock.now()
    const timestamped = cryptoGateway({ secret: SECRET, mode: 'timestamped', now: clock.now })
    const { app, requests } = recorder([500, 500, 500])
    const payload = sample('crypto-gateway', 'transaction.confirmed')
    await deliver(app, timestamped, payload).to(PATH).withRetries({ clock })
    const sentAt = requests.map(({ headers }) => Number(headers['x-gateway-timestamp']) - startedAt / 1000)
    expect(sentAt).toEqual([0, 1, 3, 7])
  })
})
