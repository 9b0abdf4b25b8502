/** Behaviour of the listener alone: it stands in front of an application, which must not notice it. */
import { afterEach, describe, expect, test } from '@jest/globals'
import events, { once } from 'node:events'
import { createServer, type RequestListener, type Server } from 'node:http'
import { connect, type AddressInfo } from 'node:net'
import express from 'express'
import {
  cityPay,
  memoryStore,
  paymentWebhook,
  toNodeListener,
  type PaymentWebhook,
  type Provider,
} from 'express-payment-webhooks'
import { sample, sampleCityPayOrder } from 'express-payment-webhooks/testing'
import fc from 'fast-check'
import { bodyOf, hmacProvider, signatureOf } from '../support/hmac-provider.js'
import { HOOK, rawRequest, requestBytes } from '../support/raw-request.js'

const servers: Server[] = []
afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
})

async function listen(server: Server): Promise<number> {
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return (server.address() as AddressInfo).port
}

const serve = (listener: RequestListener) => listen(createServer(listener))

const webhookOf = (
  handler: () => unknown = () => {},
  provider: Provider = hmacProvider(),
  store = memoryStore(),
): PaymentWebhook => paymentWebhook(provider, { store, on: { 'payment.confirmed': handler }, onError() {} })

const BODY = bodyOf()
const SIGNED = `X-Signature: ${signatureOf(BODY)}`
const KEPT_ALIVE = 'Connection: keep-alive'
const signed = (...headers: string[]) => requestBytes({ headers: [SIGNED, ...headers], body: BODY })

const statuses = (raw: string) => [...raw.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => Number(status))

describe('the application gets everything else untouched', () => {
  const shop = () =>
    express()
      .use(express.json())
      .post('/orders', (req, res) => void res.status(201).json(req.body))

  test('a POST with its body', async () => {
    const port = await serve(toNodeListener({ [HOOK]: webhookOf() }, shop()))
    const headers = ['Content-Type: application/json']
    const answer = await rawRequest(port, requestBytes({ line: 'POST /orders HTTP/1.1', headers, body: '{"total":1}' }))
    expect([answer.status, answer.body]).toEqual([201, '{"total":1}'])
  })

  test('requests pipelined on one connection, in their order, between those for the webhook', async () => {
    const port = await serve(toNodeListener({ [HOOK]: webhookOf() }, shop()))
    const order = (body: string, ...headers: string[]) =>
      requestBytes({
        line: 'POST /orders HTTP/1.1',
        headers: ['Content-Type: application/json', ...headers],
        body,
      })
    const bytes = [signed(KEPT_ALIVE), order('{}', KEPT_ALIVE), requestBytes({ headers: [KEPT_ALIVE] }), order('{')]
    const { raw } = await rawRequest(port, Buffer.concat(bytes))
    expect(statuses(raw)).toEqual([200, 201, 401, 400])
  })

  test('a request whose sender goes away', async () => {
    let left = () => {}
    const leaving = new Promise<void>((resolve) => (left = resolve))
    const port = await serve(toNodeListener({ [HOOK]: webhookOf() }, (req) => void req.on('error', left)))
    const socket = connect(port, '127.0.0.1')
    socket.write(requestBytes({ line: 'POST /orders HTTP/1.1', headers: ['Content-Length: 9'], body: '{' }), () =>
      setTimeout(() => socket.resetAndDestroy(), 50),
    )
    await leaving
  })

  test('what it answers reaches the server, which may look out for promises that are rejected', async () => {
    const failing = (): unknown => Promise.reject(new Error('the application'))
    // Node's own switch for rejections (events.captureRejections), as a shop would set it for all of its emitters.
    events.captureRejections = true
    const server = createServer(toNodeListener({ [HOOK]: webhookOf() }, failing))
    events.captureRejections = false
    const port = await listen(server)
    expect((await rawRequest(port, requestBytes({ line: 'GET / HTTP/1.1' }))).status).toBe(500)
  })

  test('upgrade requests, which are the server’s: those for the webhook’s path as well', async () => {
    let runs = 0
    const server = createServer(toNodeListener({ [HOOK]: webhookOf(() => runs++) }, shop()))
    server.on('upgrade', (_req, socket) => socket.end('HTTP/1.1 101 Switching Protocols\r\n\r\n'))
    const port = await listen(server)
    for (const line of ['GET /live HTTP/1.1', `POST ${HOOK} HTTP/1.1`]) {
      const headers = ['Connection: Upgrade', 'Upgrade: websocket', SIGNED]
      expect((await rawRequest(port, requestBytes({ line, headers, body: BODY }))).status).toBe(101)
    }
    expect(runs).toBe(0)
  })

  test('an upgrade nobody listens for is an ordinary request: all checks', async () => {
    const port = await serve(toNodeListener({ [HOOK]: webhookOf() }, shop()))
    const headers = ['Connection: Upgrade, close', 'Upgrade: h2c']
    expect((await rawRequest(port, requestBytes({ headers, body: BODY }))).status).toBe(401)
    expect((await rawRequest(port, signed(...headers))).status).toBe(200)
  })
})

describe('one handler behind both doors', () => {
  test('runs once for deliveries that come through both at the same moment', async () => {
    let runs = 0
    let finish = () => {}
    const finished = new Promise<void>((resolve) => (finish = resolve))
    const webhook = webhookOf(() => {
      runs++
      return finished
    })
    const behind = await serve(express().use(HOOK, webhook))
    const before = await serve(toNodeListener({ [HOOK]: webhook }, express()))
    const answers = [rawRequest(behind, signed()), rawRequest(before, signed())]
    while (runs === 0) await new Promise((resolve) => setTimeout(resolve, 5))
    finish()
    expect((await Promise.all(answers)).map(({ status }) => status)).toEqual([200, 200])
    expect(runs).toBe(1)
  })

  test('is closed for both', async () => {
    const webhook = webhookOf()
    const port = await serve(toNodeListener({ [HOOK]: webhook }, express()))
    expect(await webhook.health()).toMatchObject({ ok: true, store: 'ok' })
    await webhook.close()
    expect((await rawRequest(port, signed())).status).toBe(503)
  })
})

describe('paths', () => {
  test('several webhooks, each at its own', async () => {
    const [first, second] = [webhookOf(), webhookOf(undefined, hmacProvider({ name: 'other-pay' }))]
    const port = await serve(toNodeListener({ [HOOK]: first, '/': second }, express()))
    await first.close()
    const toRoot = requestBytes({ line: 'POST / HTTP/1.1', headers: [SIGNED], body: BODY })
    expect((await rawRequest(port, toRoot)).status).toBe(200)
    expect((await rawRequest(port, signed())).status).toBe(503)
  })

  const wellFormed = [
    ...[
      '/',
      '//',
      'hooks',
      'HOOKS',
      'hmac',
      'Hmac',
      '/hooks/hmac',
      '/hooks/hmac/',
      '/below',
      '.',
      '..',
      '%68mac',
      '%2F',
    ],
    ...['?', '?a=b', '#', ';', '&', 'http://', 'HTTPS://', 'evil.example', '[::1]', ':80'],
  ]
  /** These characters are invalid in a host name, although they are well-formed in a path. */
  const ODD_HOST = /^https?:\/\/[^/?#]*[;&]/i
  const odd = ['%', '\\', '@', '*', '|', '{}', '"', '<', '^', '\u00e9', '\u00a0', ':']

  test.each([
    ['well-formed', wellFormed],
    ['any', [...wellFormed, ...odd]],
  ])('%s URLs lead to the webhook where Express would lead them, or to the application', async (kind, pieces) => {
    const webhook = webhookOf()
    const behind = await serve(express().use(HOOK, webhook))
    const before = await serve(toNodeListener({ [HOOK]: webhook }, express()))
    await fc.assert(
      fc.asyncProperty(fc.array(fc.constantFrom(...pieces), { minLength: 1, maxLength: 6 }), async (chosen) => {
        const url = chosen.join('')
        const request = requestBytes({ line: `POST ${url} HTTP/1.1`, body: BODY })
        const byExpress = (await rawRequest(behind, request)).status
        const byListener = (await rawRequest(before, request)).status
        const isOdd = kind === 'any' || ODD_HOST.test(url)
        expect(isOdd ? [byExpress, 404] : [byExpress]).toContain(byListener)
      }),
      {
        numRuns: 300,
        examples: [
          [['/hooks/hmac', '?']],
          [['http://', 'evil.example', '/hooks/hmac']],
          [['http://', '&', '/hooks/hmac']],
        ],
      },
    )
  })
})

describe('the sender’s address, for providers that look at it', () => {
  const PARTNER = '203.0.113.7'
  const webhook = () =>
    webhookOf(
      undefined,
      cityPay({
        orderToken: () => '730914458201',
        readBack: async () => sampleCityPayOrder('CONFIRMED'),
        allowedIps: [PARTNER],
      }),
    )
  const callback = requestBytes({
    headers: [`X-Forwarded-For: ${PARTNER}`],
    body: JSON.stringify(sample('city-pay', 'CONFIRMED')),
  })
  const plain: RequestListener = (_req, res) => res.writeHead(404).end()

  test('is that of the connection when the application is not Express, whatever headers say', async () => {
    const port = await serve(toNodeListener({ [HOOK]: webhook() }, plain))
    expect((await rawRequest(port, callback)).status).toBe(401)
  })

  test('is what clientAddress says, where it is given', async () => {
    const clientAddress = ({ headers }: { headers: NodeJS.Dict<string | string[]> }) =>
      String(headers['x-forwarded-for'])
    for (const app of [plain, express().set('trust proxy', true)]) {
      const port = await serve(toNodeListener({ [HOOK]: webhook() }, app, { clientAddress }))
      expect((await rawRequest(port, callback)).status).toBe(200)
    }
  })

  test('is what the application makes of it, where it overrides request.ip', async () => {
    const app = express()
    Object.defineProperty(app.request, 'ip', {
      get(this: express.Request) {
        return this.get('X-Forwarded-For')
      },
    })
    const port = await serve(toNodeListener({ [HOOK]: webhook() }, app))
    expect((await rawRequest(port, callback)).status).toBe(200)
  })
})

describe('what cannot work is refused when the listener is made', () => {
  const make =
    (routes: object, app: unknown = express(), options?: object) =>
    () =>
      toNodeListener(routes as Record<string, PaymentWebhook>, app as RequestListener, options)
  const invalid = (message: RegExp) =>
    expect.objectContaining({ code: 'CONFIG_OPTION_INVALID', message: expect.stringMatching(message) })

  test.each([
    ['hooks/hmac'],
    ['/hooks/:provider'],
    ['/hooks/*'],
    ['/hooks/hmac?x=1'],
    ['/hooks/%68mac'],
    ['/hooks/{hmac}'],
    [''],
    ['/hooks/caf\u00e9'],
  ])('the path %j', (path) => {
    expect(make({ [path]: webhookOf() })).toThrow(invalid(/one path/))
  })

  test('one path twice', () => {
    expect(make({ '/hooks/hmac': webhookOf(), '/Hooks/HMAC/': webhookOf() })).toThrow(invalid(/twice/))
  })

  test.each([[undefined], [() => {}], [{}]])('%p for a webhook', (webhook) => {
    expect(make({ [HOOK]: webhook })).toThrow(invalid(/paymentWebhook\(\)/))
  })

  test.each([[undefined], [{}], ['app']])('%p for an application', (app) => {
    expect(() => toNodeListener({ [HOOK]: webhookOf() }, app as never)).toThrow(invalid(/app/))
  })

  test('an option it does not have', () => {
    expect(make({ [HOOK]: webhookOf() }, express(), { trustProxy: true })).toThrow(
      expect.objectContaining({ code: 'CONFIG_OPTION_UNKNOWN' }),
    )
  })
})

test('a webhook answers while the application is busy with a request of its own', async () => {
  const busy: RequestListener = () => {}
  const server = createServer(toNodeListener({ [HOOK]: webhookOf() }, busy))
  const port = await listen(server)
  const waiting = connect(port, '127.0.0.1')
  waiting.on('error', () => {})
  waiting.write(requestBytes({ line: 'GET /slow HTTP/1.1' }))
  await once(server, 'request')
  expect((await rawRequest(port, signed())).status).toBe(200)
  waiting.destroy()
})
