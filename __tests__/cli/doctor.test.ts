/** `doctor`, at shops with one fault each, and at shops without. */
import { afterEach, describe, expect, jest, test } from '@jest/globals'
import express, { type Express } from 'express'
import {
  coinbarPay,
  coinsPh,
  cryptoGateway,
  memoryStore,
  paymentWebhook,
  RetryLater,
  type Provider,
} from 'express-payment-webhooks'
import { openOrder, orderUpdates } from 'express-payment-webhooks/orders'
import { randomBytes, randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { connect, type AddressInfo } from 'node:net'
import path from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { FAULTS, WARNINGS } from '../../src/cli/doctor/faults.js'
import { freePort } from '../support/free-port.js'
import { startHandwritten } from '../support/handwritten-processes.js'
import { handwrittenShop, type Faults } from '../support/handwritten-shop.js'
import { runCommand } from '../support/run-command.js'

jest.setTimeout(90_000)

const secret = randomBytes(16).toString('hex')
const OTHER = randomBytes(16).toString('hex')
const clientId = randomUUID()
const env = { COINS_PH_TOKEN: secret, GATEWAY_SECRET: secret, COINBAR_SECRET_KEY: secret, COINBAR_CLIENT_ID: clientId }

const servers: Server[] = []
afterEach(() => Promise.all(servers.splice(0).map((server) => new Promise((resolve) => server.close(resolve)))))

async function listen(app: Express): Promise<string> {
  const server = createServer(app)
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

interface Report {
  readonly examinations: readonly {
    name: string
    state: string
    fault: { name: string } | null
    warning: { name: string } | null
    skipped: string | null
    answers: readonly { status: number | null }[]
  }[]
}

/** What it says about a shop: the exit code, and the faults by name. */
async function examine(app: Express, provider: string, args: readonly string[] = []) {
  return examineAt(await listen(app), provider, args)
}

async function examineAt(base: string, provider: string, args: readonly string[] = []) {
  const all = ['doctor', `${base}/hook`, '--provider', provider, '--effects', `${base}/effects`, '--json', ...args]
  const { code, stdout, stderr } = await runCommand(all, { env })
  expect(stdout + stderr).not.toContain(secret)
  const { examinations } = JSON.parse(stdout) as Report
  return {
    code,
    examinations,
    found: [...new Set(examinations.flatMap(({ fault }) => fault?.name ?? []))],
    skipped: examinations.filter(({ state }) => state === 'skipped').map(({ name }) => name),
  }
}

/** Passes everything on, and answers 502 when nobody is behind it. */
function proxyOf(base: string): Express {
  return express().use(express.raw({ type: () => true }), async (req, res) => {
    const { method, url, headers, body } = req
    const { connection: _, 'transfer-encoding': __, host: ___, ...kept } = headers
    const sent = { method, headers: kept as Record<string, string>, ...(method === 'POST' && { body }) }
    const answer = await fetch(new URL(url, base), sent).catch(() => undefined)
    res.status(answer?.status ?? 502).send(await answer?.text())
  })
}

/** A shop on this package, which knows one order. */
function kitShop(provider: Provider, handlerMs = 0, ...before: express.RequestHandler[]) {
  let effects = 0
  const webhook = paymentWebhook(provider, {
    store: memoryStore(),
    on: {},
    async onUnhandled({ orderId }) {
      await setTimeout(handlerMs)
      if (orderId !== 'ORDER-1001') throw new RetryLater('order not stored yet')
      effects++
    },
    onError: () => {},
  })
  return express()
    .get('/effects', (_req, res) => void res.type('text').send(`${effects}`))
    .use('/hook', ...before, webhook)
}

/** A shop whose orders are paid once, by the package's own rules, and which counts shipments or all that it stores. */
function orderShop(provider: Provider, orderIds: readonly string[], counted: 'shipments' | 'changes') {
  const expected = { amount: '100.50', currency: 'USDT' }
  const payments = [{ provider: 'crypto-gateway', paymentId: 'addr_4d8e21f06b9a' }]
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

describe('doctor finds, in a handwritten shop,', () => {
  test.each<[string, Faults, keyof typeof FAULTS]>([
    ['express.json() first, and an error', { parseFirst: 'and fail' }, 'parsedBody'],
    ['express.json() first, and a hash of the text of an object', { parseFirst: 'and hash its text' }, 'parsedBody'],
    ['express.json() before express.raw()', { parseFirst: 'and fail', jsonOnly: true }, 'parsedBody'],
    ['express.json() before one who waits for the bytes', { parseFirst: 'and wait', jsonOnly: true }, 'parsedBody'],
    ['a wrong secret behind express.json() that keeps the bytes', { keepBytes: true, secret: OTHER }, 'wrongSecret'],
    ['a wrong secret, where it refuses with 400', { refusalStatus: 400, secret: OTHER }, 'wrongSecret'],
    ['a re-serialised HMAC, where it refuses with 400', { refusalStatus: 400, reserialise: true }, 'reserialisedBody'],
    ['an error that is no refusal, although its status is 400', { refusalStatus: 401, failure: 400 }, 'notHandled'],
    ['missing dedupe before a queue', { dedupe: 'none', queueMs: 60 }, 'noDedupe'],
    ['a re-serialised HMAC', { reserialise: true }, 'reserialisedBody'],
    ['no check at all', { unverified: true }, 'unverified'],
    ['missing dedupe', { dedupe: 'none' }, 'noDedupe'],
    ['non-atomic dedupe', { dedupe: 'not atomic', handlerMs: 500 }, 'racyDedupe'],
    ['an answer to duplicates that has them delivered again', { duplicateStatus: 409 }, 'duplicateRefused'],
    ['marked done before success', { doneFirst: true }, 'doneTooEarly'],
    ['a wrong secret', { secret: OTHER }, 'wrongSecret'],
    ['a body limit that is too small', { limit: '1kb' }, 'limitTooSmall'],
    ['no body limit', { limit: '100mb' }, 'noLimit'],
    ['a 302 answer', { redirect: true }, 'redirect'],
    ['a slow handler', { handlerMs: 3100 }, 'slowHandler'],
  ])('%s, and nothing else', async (_name, faults, fault) => {
    const { code, found } = await examine(handwrittenShop(secret, faults), 'crypto-gateway')
    expect({ code, found }).toEqual({ code: 1, found: [FAULTS[fault].name] })
  })

  test.each<[string, Faults]>([
    ['when it has no fault', {}],
    ['when its effects come from a queue', { queueMs: 60 }],
    ['when it refuses with 400', { refusalStatus: 400 }],
    ['when express.json() keeps the bytes for it', { keepBytes: true }],
  ])('nothing, %s', async (_name, faults) => {
    const { code, found, skipped } = await examine(handwrittenShop(secret, faults), 'crypto-gateway')
    expect({ code, found, skipped }).toEqual({ code: 0, found: [], skipped: [] })
  })

  test('nothing but a warning, when its first delivery alone is not handled', async () => {
    const report = await examine(handwrittenShop(secret, { coldStart: true }), 'crypto-gateway')
    expect(report).toMatchObject({ code: 0, found: [], skipped: [] })
    expect(report.examinations[0]).toMatchObject({
      state: 'warning',
      warning: WARNINGS.coldStart,
      answers: [{ status: 503 }, { status: 200 }],
    })
  })

  test.each<[NonNullable<Faults['diesOf']>, string]>([
    ['a forgery', 'forged'],
    ['a missing signature', 'without a signature or token'],
    ['a large body', 'oversized body'],
  ])('that its process ends with %s, and sends nothing more', async (diesOf, name) => {
    const base = await startHandwritten(secret, { diesOf })
    const { hostname, port } = new URL(base)
    const { code, stdout } = await runCommand(['doctor', `${base}/hook`, '--provider', 'crypto-gateway'], { env })
    expect([code, stdout]).toEqual([1, expect.stringMatching(/\n\nfound: goes down; \d not examined\n$/)])
    const [, after] = stdout.split(`FAULT   ${name}: no answer\n        goes down: `)
    expect(after).not.toMatch(/^(ok|FAULT|warning) /m)
    await expect(once(connect(Number(port), hostname), 'connect')).rejects.toThrow('ECONNREFUSED')
  })

  test.each<[string, Faults, RegExp]>([
    ['come too late', { queueMs: 900, dedupe: 'none' }, /effects come more than half a second after the answer/],
    ['are over with the first payment', { paidOnce: true }, /may have been paid by an examination before.* --order A/],
  ])('that effects which %s say nothing about duplicates', async (_name, faults, reason) => {
    const { code, found, examinations } = await examine(handwrittenShop(secret, faults), 'crypto-gateway')
    const about = (name: string) => examinations.find((one) => one.name === name)
    expect({ code, found }).toEqual({ code: 0, found: [] })
    for (const name of ['duplicate', '8 copies at once']) {
      expect(about(name)).toMatchObject({ state: 'skipped', skipped: expect.stringMatching(reason) })
    }
  })

  test('what duplicates do in a shop that pays an order once, with an order for each', async () => {
    const orders = ['--order', 'ORDER-1001', '--order', 'ORDER-1002', '--order', 'ORDER-1003']
    const { code, found, skipped } = await examine(
      handwrittenShop(secret, { paidOnce: true }),
      'crypto-gateway',
      orders,
    )
    expect({ code, found, skipped }).toEqual({ code: 0, found: [], skipped: [] })
  })
})

describe('doctor finds, in a shop on this package,', () => {
  test.each([
    ['coins-ph', coinsPh({ token: secret }), []],
    ['crypto-gateway', cryptoGateway({ secret }), []],
    ['crypto-gateway', cryptoGateway({ secret, mode: 'timestamped' }), ['--timestamped']],
    ['coinbar-pay', coinbarPay({ clientId, secretKey: secret }), []],
  ] as const)('nothing: %s, %#', async (name, provider: Provider, args) => {
    const { code, found } = await examine(kitShop(provider), name, args)
    expect({ code, found }).toEqual({ code: 0, found: [] })
  })

  test('nothing, with an order for each examination that counts effects', async () => {
    const orders = ['A-1', 'A-2', 'A-3']
    const args = orders.flatMap((order) => ['--order', order])
    const report = await examine(orderShop(cryptoGateway({ secret }), orders, 'shipments'), 'crypto-gateway', args)
    expect(report).toMatchObject({ code: 0, found: [], skipped: [] })
  })

  test.each([
    ['coins-ph', coinsPh({ token: secret })],
    ['crypto-gateway', cryptoGateway({ secret })],
    ['coinbar-pay', coinbarPay({ clientId, secretKey: secret })],
  ] as const)('nothing, with one order whose changes are counted: %s', async (name, provider: Provider) => {
    const report = await examine(orderShop(provider, ['A-1'], 'changes'), name, ['--order', 'A-1'])
    expect(report).toMatchObject({ code: 0, found: [], skipped: [] })
  })

  test.each([
    ['express.json() first', kitShop(cryptoGateway({ secret }), 0, express.json()), [], 'parsedBody'],
    ['another mode', kitShop(cryptoGateway({ secret })), ['--timestamped'], 'wrongSecret'],
    ['an order it does not know', kitShop(cryptoGateway({ secret })), ['--order', 'ORDER-7'], 'notHandled'],
    ['a handler that outlasts its deadline', kitShop(cryptoGateway({ secret }), 5000), [], 'slowHandler'],
  ] as const)('%s', async (_name, shop, args, fault) => {
    const { code, found } = await examine(shop, 'crypto-gateway', args)
    expect({ code, found }).toEqual({ code: 1, found: [FAULTS[fault].name] })
  })
})

describe('doctor does not take express.json() first for a fault where a token is all that is checked:', () => {
  test('coins-ph', async () => {
    const { code, found } = await examine(kitShop(coinsPh({ token: secret }), 0, express.json()), 'coins-ph')
    expect({ code, found }).toEqual({ code: 1, found: [FAULTS.notHandled.name] })
  })
})

describe('doctor', () => {
  test('finds what docs/operations.md lists, and nothing else', () => {
    const page = readFileSync(path.join(__dirname, '../../docs/operations.md'), 'utf8')
    const [, table = ''] = /^\| it finds.*\n.*\n((?:\|.*\n)+)/m.exec(page) ?? []
    const listed = [...table.matchAll(/^\| (.*?) +\|/gm)].map((match) => match[1])
    expect(listed.sort()).toEqual(
      Object.values(FAULTS)
        .map(({ name }) => name)
        .sort(),
    )
  })

  test('explains a fault and its repair to people', async () => {
    const base = await listen(handwrittenShop(secret, { reserialise: true }))
    const { code, stdout } = await runCommand(['doctor', `${base}/hook`, '--provider', 'crypto-gateway'], { env })
    expect(code).toBe(1)
    expect(stdout).toMatch(/^ok {6}genuine delivery: 200$/m)
    expect(stdout).toMatch(
      /^FAULT {3}other white space: 401\n {8}signature over a re-serialised body: .*\n {8}fix: check/m,
    )
    expect(stdout).toMatch(/^skipped duplicate: 200 200\n {8}whether it took effect twice is not seen: pass --effects/m)
    expect(stdout).toMatch(/\n\nfound: signature over a re-serialised body; 2 not examined\n$/)
  })

  test('says that a connection is broken off, and that the endpoint is still there', async () => {
    const app = express().post('/hook', (req) => void req.socket.destroy())
    const { found } = await examine(app, 'crypto-gateway')
    expect(found).toEqual([FAULTS.noAnswer.name])
  })

  test('says that an endpoint behind a proxy goes down, although the proxy answers', async () => {
    const base = await startHandwritten(secret, { diesOf: 'a forgery' })
    const proxied = await examine(proxyOf(base), 'crypto-gateway')
    expect(proxied.found).toEqual([FAULTS.goesDown.name])
    expect(proxied.examinations.find(({ name }) => name === 'forged')).toMatchObject({ answers: [{ status: 502 }] })
  })

  test('does not count with a number that never stands still', async () => {
    let number = 0
    const app = express()
      .get('/effects', (_req, res) => void res.type('text').send(`${number++}`))
      .use(handwrittenShop(secret))
    const { code, found, examinations } = await examine(app, 'crypto-gateway')
    expect({ code, found }).toEqual({ code: 0, found: [] })
    const restless = examinations.filter(({ skipped }) => /does not stand still/.test(skipped ?? ''))
    expect(restless.map(({ name }) => name)).toEqual(['duplicate', '8 copies at once'])
  })

  test('says that nothing takes a POST at an address', async () => {
    const { found } = await examine(express(), 'coins-ph')
    expect(found).toEqual([FAULTS.notFound.name])
  })

  test('ends with 3 when nobody answers, and when the effects are no number', async () => {
    const base = await listen(handwrittenShop(secret))
    const args = ['--provider', 'crypto-gateway']
    const nobody = await runCommand(['doctor', `http://127.0.0.1:${await freePort()}/`, ...args], { env })
    const page = await runCommand(['doctor', `${base}/hook`, ...args, '--effects', `${base}/page`], { env })
    expect([nobody.code, nobody.stderr]).toEqual([3, expect.stringContaining('does not answer')])
    expect([page.code, page.stderr]).toEqual([3, expect.stringContaining('must answer one whole number')])
  })

  test.each([
    [[], /takes one URL/],
    [['http://127.0.0.1:1/'], /whose webhook\? Pass --provider/],
    [['http://127.0.0.1:1/', '--provider', 'coin-ph'], /Did you mean "coins-ph"\?/],
    [['http://127.0.0.1:1/', '--provider', 'city-pay'], /cannot play "city-pay"/],
    [['http://shop.example/', '--provider', 'coins-ph'], /must be https/],
    [['127.0.0.1:3000/hook', '--provider', 'coins-ph'], /^the URL must be an http or https URL, such as http:/],
    [
      ['http://127.0.0.1:1/', '--provider', 'coins-ph', '--effects', '127.0.0.1:3000/effects'],
      /^--effects must be an http or https URL/,
    ],
    [['http://127.0.0.1:1/', '--provider', 'coins-ph', '--timestamped'], /--timestamped is for the crypto-gateway/],
    [['http://127.0.0.1:1/', '--provider', 'coinbar-pay', '--timestamped'], /--timestamped is for the crypto-gateway/],
  ])('%j ends with 2 and says why', async (args, message) => {
    const { code, stdout, stderr } = await runCommand(['doctor', ...args], { env })
    expect([code, stdout]).toEqual([2, ''])
    expect(stderr).toMatch(message)
  })
})
