/** A fault is reported to the operator in one safe line, and to the sender in one fixed word. */
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals'
import type { RequestListener } from 'node:http'
import { inspect } from 'node:util'
import { z } from 'zod'
import {
  cityPay,
  cityPayReadBack,
  coinbarPay,
  coinsPh,
  createReceiver,
  cryptoGateway,
  defineProvider,
  hmacSignature,
  type Provider,
} from 'express-payment-webhooks'
import { sample, sampleCityPayOrder, signedRequest } from 'express-payment-webhooks/testing'
import { clock, setClock } from '../../src/lib/clock.js'
import { proofOf } from '../support/deliver.js'
import { allDoors } from '../support/doors.js'
import { bodyOf, hmacProvider, SECRET, signatureOf } from '../support/hmac-provider.js'
import type { Shop } from '../support/open-shop.js'
import { recordingStore } from '../support/recording-store.js'
import { expectStillWelcome, shops, throughEveryDoor } from '../support/shops.js'
import { startServer, type RunningServer } from '../support/start-server.js'

const open = shops()

/** Every line the default log wrote. */
let log: string[]
beforeEach(() => {
  log = []
  jest.spyOn(console, 'error').mockImplementation((...args) => void log.push(args.map(String).join(' ')))
  // The default log limits lines per minute, over all tests of this file: each test runs in minutes of its own.
  minutes += 10
})
afterEach(() => void jest.restoreAllMocks())
let minutes = 0
const system = clock
setClock({
  ...system,
  now: () => system.now() + minutes * 60_000,
  monotonic: () => system.monotonic() + minutes * 60_000,
})

throughEveryDoor((open) => {
  describe('L01 nothing that proves a sender is written down', () => {
    const TOKEN = 'Tk4mXc8LpB3sYdk7Jw2nVq9T'
    const CLIENT = '7b0c2f3e-5a41-4d8e-9c67-1f2a3b4c5d6e'
    const providers: [string, Provider, string][] = [
      ['hmac', hmacProvider(), bodyOf()],
      ['coinsPh', coinsPh({ token: TOKEN }), JSON.stringify(sample('coins-ph', 'payment.confirmed'))],
      [
        'cryptoGateway',
        cryptoGateway({ secret: SECRET, mode: 'timestamped' }),
        JSON.stringify(sample('crypto-gateway', 'transaction.confirmed')),
      ],
      [
        'coinbarPay',
        coinbarPay({ clientId: CLIENT, secretKey: SECRET }),
        JSON.stringify(sample('coinbar-pay', 'SUCCESS')),
      ],
    ]
    const COOKIE = 'session=c00k1e-of-the-buyer'
    const PATH = '/hooks/unguessable-p4th'

    test.each(providers)('%s: not in logs, answers, reports, or the store', async (_name, provider, body) => {
      const shop = await open({
        provider,
        path: PATH,
        logsErrors: true,
        handler: () => Promise.reject(new Error('no')),
        store: recordingStore({ durable: true }),
      })
      const right = proofOf(provider, body)
      const proofs = Object.entries(right)
      const answers: string[] = []
      const send = async (text: string, headers: string[]) =>
        answers.push((await shop.post(text, `Cookie: ${COOKIE}`, ...headers)).raw)
      const lines = proofs.map(([header, value]) => `${header}: ${value}`)
      for (const [at, [header, value]] of proofs.entries()) {
        const others = lines.filter((_, index) => index !== at)
        for (const spoiled of [`${value}0`, value.slice(0, -1), `x${value}`, value.toUpperCase().replace(/.$/, '_')])
          await send(body, [...others, `${header}: ${spoiled}`])
        await send(body, [...others, lines[at]!, lines[at]!])
        await send(body, others)
      }
      await send('not json', proofs.length === 0 ? [] : signedLines(provider, 'not json'))
      await send('{}', signedLines(provider, '{}'))
      await send(body, lines)
      expect(log.length).toBeGreaterThan(3)
      const written = [...log, ...answers, inspect(shop.outcomes), inspect(shop.store.calls, { depth: 9 })].join('\n')
      // A client id names the account, and proves nothing without the signature.
      const secrets = proofs.filter(([, value]) => value !== provider.account)
      expect(secrets.length).toBeGreaterThan(proofs.length - 2)
      for (const [, value] of secrets) expect(written).not.toContain(value.slice(-24))
      for (const secret of [SECRET, TOKEN, COOKIE, PATH]) expect(written).not.toContain(secret)
    })

    describe('cityPay: the token of an order is not in logs, answers, reports, or the store', () => {
      const ORDER_TOKEN = '730914458201'
      const callback = JSON.stringify(sample('city-pay', 'CONFIRMED', { order_token: ORDER_TOKEN }))
      const order = (fields: object = {}) => JSON.stringify(sampleCityPayOrder('CONFIRMED', undefined, fields))
      let server: RunningServer | undefined
      afterEach(async () => {
        await server?.close()
        server = undefined
      })

      test.each([
        ['in its message', (token: string) => new Error(`GET /orders/${token} failed`)],
        ['in its cause', (token: string) => new Error('no', { cause: new Error(`GET /orders/${token}`) })],
        ['in a field of its own', (token: string) => Object.assign(new Error('no'), { url: `/orders/${token}` })],
        ['and nothing else', (token: string) => token],
      ])("where the shop's own order read fails with it %s", async (_where, failure) => {
        const shop = await open({
          provider: cityPay({
            orderToken: () => ORDER_TOKEN,
            readBack: (token) => Promise.reject(failure(token)),
          }),
          logsErrors: true,
          store: recordingStore({ durable: true }),
        })
        const answer = await shop.post(callback)
        expect(answer.status).toBe(503)
        expect(log).toHaveLength(1)
        expect([...log, answer.raw, inspect(shop.outcomes, { depth: 9 })].join('\n')).not.toContain(ORDER_TOKEN)
      })

      test.each<[string, RequestListener]>([
        ['refuses', (_req, res) => void res.writeHead(404).end()],
        ['redirects', (req, res) => void res.writeHead(302, { location: req.url }).end()],
        ['answers a page that names it', (req, res) => void res.end(`<html>no ${req.url}</html>`)],
        ['hangs up', (req) => void req.socket.destroy()],
        ['answers another order', (_req, res) => void res.end(order({ token: `${ORDER_TOKEN}0` }))],
        ['answers no usable order', (_req, res) => void res.end(order({ id: { [ORDER_TOKEN]: ORDER_TOKEN } }))],
        ['answers the order, and a handler fails', (_req, res) => void res.end(order())],
      ])('where the order read %s', async (_what, orderRead) => {
        server = await startServer(orderRead)
        const shop = await open({
          provider: cityPay({
            orderToken: () => ORDER_TOKEN,
            readBack: cityPayReadBack(`http://127.0.0.1:${server.port}`),
          }),
          logsErrors: true,
          handler: () => Promise.reject(new Error('no')),
          store: recordingStore({ durable: true }),
        })
        const answers = [await shop.post(callback), await shop.post(callback.slice(1)), await shop.post('{}')]
        expect(answers.map(({ status }) => status)).not.toContain(200)
        expect(log).toHaveLength(answers.length)
        const written = [
          ...log,
          ...answers.map(({ raw }) => raw),
          inspect(shop.outcomes),
          inspect(shop.store.calls, { depth: 9 }),
        ].join('\n')
        expect(written).not.toContain(ORDER_TOKEN)
      })
    })

    test('onError gets no headers', async () => {
      const shop = await open()
      await shop.post(bodyOf(), `X-Signature: ${signatureOf('x')}`, `Authorization: Bearer ${TOKEN}`)
      expect(Object.keys(shop.errors[0]!.details).sort()).toEqual([
        'account',
        'body',
        'event',
        'explanation',
        'outcome',
        'provider',
        'requestId',
      ])
      expect(inspect(shop.errors, { depth: 9 })).not.toMatch(new RegExp(`${TOKEN}|${signatureOf('x')}`))
    })

    test('P06 the path is not in any log line: it may be part of how a shop keeps strangers out', async () => {
      const shop = await open({ path: PATH, logsErrors: true })
      await shop.post(bodyOf())
      await shop.deliver('{')
      expect(log).toHaveLength(2)
      expect(log.join()).not.toContain('unguessable')
    })
  })

  test('L02 a secret the provider sends in a header by accident is not kept with the delivery', async () => {
    const shop = await open({ store: recordingStore({ durable: true }), logsErrors: true })
    const leaked = Buffer.from(SECRET).toString('base64')
    await shop.deliver(bodyOf(), `X-Encoded-Secret: ${leaked}`)
    await shop.deliver('{"id":', `X-Encoded-Secret: ${leaked}`)
    expect(shop.store.kept).toHaveLength(1)
    const written = [...log, inspect(shop.store.calls, { depth: 9 }), inspect(shop.outcomes)].join('\n')
    expect(written).not.toContain(leaked)
  })
})

describe.each(allDoors)('L03 through %s a handler that', (_name, door) => {
  const throwing: [string, () => unknown][] = [
    ['an error with a password', () => new Error('db password=hunter2')],
    ['null', () => null],
    ['undefined', () => undefined],
    ['a text', () => 'no'],
    ['a symbol', () => Symbol('no')],
    ['an object without a prototype', () => Object.create(null)],
    ['an error whose message is no text', () => Object.assign(new Error('no'), { message: { code: 7 } })],
    [
      'an error whose message throws',
      () =>
        Object.defineProperty(new Error('no'), 'message', {
          get: () => {
            throw new Error('again')
          },
        }),
    ],
    [
      'an error with itself as its cause',
      () => {
        const error = new Error('no')
        return Object.assign(error, { cause: error })
      },
    ],
  ]

  const expectOneFailure = async (shop: Shop, recover: () => void) => {
    const answer = await shop.deliver()
    expect(answer.status).toBe(500)
    expect(answer.body).toBe('failed')
    expect(answer.raw).not.toMatch(/hunter2|\.ts|<html/i)
    expect(log.map((line) => JSON.parse(line))).toMatchObject([
      { level: 'error', code: 'HANDLER_FAILED', eventId: 'hmac:evt_1', orderId: '1001' },
    ])
    expect(shop.store.calls.map(({ method }) => method)).toEqual(['claim', 'release'])
    recover()
    await expectStillWelcome(shop)
  }

  test.each(throwing)(
    'throws %s is answered 500 with a fixed body, logged once, and run again by the retry',
    async (_what, thrown) => {
      let fails = true
      const shop = await open({
        door,
        logsErrors: true,
        handler() {
          if (fails) throw thrown()
        },
      })
      await expectOneFailure(shop, () => (fails = false))
    },
  )

  test.each(throwing)(
    'rejects with %s is answered 500 with a fixed body, logged once, and run again by the retry',
    async (_what, thrown) => {
      let fails = true
      const shop = await open({
        door,
        logsErrors: true,
        async handler() {
          await Promise.resolve()
          if (fails) throw thrown()
        },
      })
      await expectOneFailure(shop, () => (fails = false))
    },
  )

  test('never settles is answered 503 at the deadline, and is not run a second time while it holds the event', async () => {
    let runs = 0
    const shop = await open({
      door,
      timeoutMs: 150,
      handler: () => {
        runs++
        return new Promise(() => {})
      },
    })
    expect((await shop.deliver()).status).toBe(503)
    const again = await shop.deliver()
    expect([again.status, again.headers['retry-after'], again.body]).toEqual([503, '5', 'retry later'])
    expect(runs).toBe(1)
    expect(shop.store.calls.map(({ method }) => method)).toEqual(['claim'])
  })

  test('throws after the sender was answered is reported, released, and run again by the retry', async () => {
    let fails = true
    const shop = await open({
      door,
      timeoutMs: 150,
      async handler() {
        if (!fails) return
        await new Promise((resolve) => setTimeout(resolve, 300))
        throw new Error('too late')
      },
    })
    expect((await shop.deliver()).status).toBe(503)
    while (shop.errors.length < 2) await new Promise((resolve) => setTimeout(resolve, 10))
    expect(shop.errors.map(({ error }) => error.code)).toEqual(['DEADLINE_PASSED', 'HANDLER_FAILED'])
    fails = false
    await expectStillWelcome(shop)
  })
})

describe('L03 reporting that', () => {
  test.each([
    ['throws an error', () => new Error('reporting is down')],
    ['throws an object without a prototype', () => Object.create(null) as unknown],
    ['throws undefined', () => undefined],
  ])('%s changes no answer', async (_what, thrown) => {
    const warn = jest.spyOn(process, 'emitWarning').mockImplementation(() => {})
    const fail = () => {
      throw thrown()
    }
    const shop = await open({ onError: fail, onOutcome: fail })
    expect((await shop.post(bodyOf())).status).toBe(401)
    await expectStillWelcome(shop)
    expect(warn).toHaveBeenCalledTimes(3)
  })

  test.each([
    ['an error', () => new Error('reporting is down')],
    ['an object without a prototype', () => Object.create(null) as unknown],
  ])('rejects with %s changes no answer', async (_what, thrown) => {
    const warn = jest.spyOn(process, 'emitWarning').mockImplementation(() => {})
    const shop = await open({ onError: () => Promise.reject(thrown()), onOutcome: () => Promise.reject(thrown()) })
    expect((await shop.post(bodyOf())).status).toBe(401)
    await expectStillWelcome(shop)
    expect(warn).toHaveBeenCalledTimes(3)
  })
})

describe('L04 a log line cannot be forged', () => {
  const forged = '\n{"level":"info","msg":"paid"}'

  test.each([
    forged,
    '\u001b[2J',
    '\u009b2J',
    '\r',
    '\u0085',
    '\u2028',
    '\u2029',
    '\u202e',
    '\u200b',
    '\u007f',
    '\u{e0041}',
  ])('by an id with %j', async (text) => {
    const shop = await open({ logsErrors: true, handler: () => Promise.reject(new Error('no')) })
    await shop.deliver(bodyOf({ order_id: `1001${text}` }))
    await shop.deliver(bodyOf({ id: `evt${text}` }))
    expect(log).toHaveLength(2)
    for (const line of log) {
      expect(line).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u)
      expect(JSON.parse(line)).toMatchObject({ level: 'error' })
    }
  })

  test('by what a handler throws, and the line still says it in full', async () => {
    const message = `card declined\u2028\u001b[2J\u{e0041}${forged}`
    const shop = await open({ logsErrors: true, handler: () => Promise.reject(new Error(message)) })
    await shop.deliver()
    expect(log).toHaveLength(1)
    expect(log[0]).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u)
    expect(JSON.parse(log[0]!).cause).toContain(message)
  })
})

test('a release tells the store why in text that every database takes', async () => {
  const shop = await open({ handler: () => Promise.reject(new Error(`no\0${'x'.repeat(499)}😀`)) })
  await shop.deliver()
  const [, , lastError] = shop.store.calls.find(({ method }) => method === 'release')!.args as [string, string, string]
  expect(lastError).not.toContain('\0')
  expect(lastError.isWellFormed()).toBe(true)
  expect(lastError.length).toBeLessThanOrEqual(500)
})

test('what a store keeps about an unusable delivery is text that every database takes', async () => {
  const provider = defineProvider({
    name: 'strict-pay',
    types: ['payment.confirmed'],
    authentication: hmacSignature({ header: 'x-signature', secret: SECRET }),
    schema: z.strictObject({}),
    toEvent: (native) => ({ type: 'payment.confirmed', identity: ['1'], native }),
  })
  const shop = await open({ provider: provider, store: recordingStore({ durable: true }) })
  await shop.deliver('{"a\\u0000b":1,"c\\ud800d":2}')
  expect(shop.store.kept).toMatchObject([{ message: expect.stringMatching(/"a\?b".*"c\?d"/) }])
})

test('L05 100 000 bad requests leave a bounded number of lines, which say how many were left out', async () => {
  const provider = hmacProvider() as Provider
  const store = recordingStore()
  const receiver = createReceiver(provider, { store, on: {} })
  const { body } = signedRequest(provider, bodyOf())
  const delivery = { body: Buffer.from(body), headers: { 'x-signature': signatureOf('forged') } }
  for (let sent = 0; sent < 100_000; sent += 1000)
    await Promise.all(Array.from({ length: 1000 }, () => receiver.receive(delivery)))
  // Explanations are computed after the answers are sent.
  await new Promise((resolve) => setImmediate(resolve))
  // A minute may begin during the loop.
  expect(log.length).toBeLessThanOrEqual(20)
  minutes += 2
  await receiver.receive(delivery)
  await new Promise((resolve) => setImmediate(resolve))
  expect(JSON.parse(log.at(-1)!)).toMatchObject({ code: 'AUTH_MISMATCH', suppressed: expect.any(Number) })
  expect(store.calls).toEqual([])
})

test('L05 a CityPay callback nobody vouches for is not kept, however many there are', async () => {
  const provider = cityPay({ orderToken: () => null }) as Provider
  const shop = await open({ provider, store: recordingStore({ durable: true }) })
  for (let sent = 0; sent < 50; sent++) expect((await shop.post(`{"n":${sent}}`)).status).toBe(400)
  expect(shop.store.calls).toEqual([])
})

function signedLines(provider: Provider, body: string): string[] {
  return Object.entries(proofOf(provider, body)).map(([header, value]) => `${header}: ${value}`)
}
