/** Hosts that build requests by hand, use HTTP/2, or route by themselves: verified and answered as everywhere else. */
import { afterEach, describe, expect, jest, test } from '@jest/globals'
import { EventEmitter, once } from 'node:events'
import { createServer } from 'node:http'
import http2 from 'node:http2'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import express from 'express'
import express4 from 'express4'
import { createRequest, createResponse, type RequestMethod } from 'node-mocks-http'
import serverless from 'serverless-http'
import {
  cityPay,
  paymentWebhook,
  toNodeListener,
  type PaymentWebhook,
  type PaymentWebhookError,
  type Provider,
  type WebhookEvent,
} from 'express-payment-webhooks'
import { sample } from 'express-payment-webhooks/testing'
import { gzipSync } from 'node:zlib'
import { bodyOf, hmacProvider, signatureOf } from '../support/hmac-provider.js'
import { recordingStore } from '../support/recording-store.js'
import { startServer } from '../support/start-server.js'

const BODY = bodyOf({ order_id: 'Café/1001' })
const SIGNED = { 'x-signature': signatureOf(BODY) }

function shop(provider: Provider = hmacProvider()) {
  const handled: (string | null)[] = []
  const errors: PaymentWebhookError[] = []
  const store = recordingStore()
  const webhook = paymentWebhook(provider, {
    store,
    on: { 'payment.confirmed': ({ orderId }: WebhookEvent) => void handled.push(orderId) },
    onError: (error: PaymentWebhookError) => void errors.push(error),
    limit: '4kb',
    timeoutMs: 300,
  })
  return { webhook, handled, codes: () => errors.map(({ code }) => code), errors, store }
}

interface Sent {
  readonly method?: RequestMethod
  readonly headers?: Readonly<Record<string, string | string[]>>
  readonly body?: string | Buffer
}

interface Got {
  readonly status: number
  readonly headers: Readonly<Record<string, unknown>>
  readonly body: string
}

/** Requests and their results, the same at every host. */
const CASES: [string, Sent, Partial<Got>, string[]][] = [
  ['genuine', { headers: SIGNED, body: BODY }, { status: 200, body: '' }, []],
  ['of the name in capitals', { headers: { 'X-SIGNATURE': SIGNED['x-signature'] }, body: BODY }, { status: 200 }, []],
  ['unsigned', { headers: {}, body: BODY }, { status: 401, body: 'not authentic' }, ['AUTH_HEADER_MISSING']],
  ['of another body', { headers: SIGNED, body: `${BODY} ` }, { status: 401 }, ['AUTH_MISMATCH']],
  [
    'compressed',
    { headers: { ...SIGNED, 'content-encoding': 'gzip' }, body: gzipSync(BODY) },
    { status: 415, body: 'unsupported content encoding' },
    ['BODY_ENCODING_UNSUPPORTED'],
  ],
  ['with an empty encoding', { headers: { ...SIGNED, 'content-encoding': '' }, body: BODY }, { status: 200 }, []],
  ['too large', { headers: SIGNED, body: 'x'.repeat(5000) }, { status: 413, body: 'too large' }, ['BODY_TOO_LARGE']],
  ['no POST', { method: 'GET', headers: SIGNED }, { status: 405, body: '' }, ['METHOD_NOT_ALLOWED']],
  [
    'authentic and no JSON',
    { headers: { 'x-signature': signatureOf('{') }, body: '{' },
    { status: 400 },
    ['JSON_INVALID'],
  ],
]

/** Explanations are computed after the answer is sent, and reported with the error. */
const reported = () => new Promise((resolve) => setImmediate(resolve))

type Host = (webhook: PaymentWebhook) => (sent: Sent) => Promise<Got>

interface LambdaAnswer {
  readonly statusCode: number
  readonly headers: Record<string, string>
  readonly body: string
}

/** API Gateway's payload format 1.0 keeps the case of header names; format 2.0 uses lower case. */
const lambda =
  (version: '1.0' | '2.0', appOf: (webhook: PaymentWebhook) => serverless.Application): Host =>
  (webhook) => {
    const handler = serverless(appOf(webhook))
    return async ({ method = 'POST', headers = {}, body = '' }) => {
      const event = {
        version,
        httpMethod: method,
        path: '/hook',
        rawPath: '/hook',
        rawQueryString: '',
        queryStringParameters: null,
        headers: version === '1.0' ? headers : lowerCased(headers),
        body: Buffer.from(body).toString('base64'),
        isBase64Encoded: true,
        requestContext: { identity: { sourceIp: '192.0.2.1' }, http: { method, sourceIp: '192.0.2.1' } },
      }
      const answer = (await handler(event, {})) as LambdaAnswer
      return { status: answer.statusCode, headers: answer.headers, body: answer.body }
    }
  }

const lowerCased = (headers: object) =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value as unknown]))

/** Objects that look like a request and a response, with the body on the request as other middleware leaves it. */
const mocks =
  (bodyAs: (body: Buffer) => object): Host =>
  (webhook) =>
  async ({ method = 'POST', headers = {}, body = '' }) => {
    const req = createRequest({ method, url: '/', headers })
    Object.assign(req, bodyAs(Buffer.from(body)))
    const res = createResponse({ eventEmitter: EventEmitter, req })
    const ended = once(res, 'end')
    await webhook(req, res)
    await ended
    return { status: res.statusCode, headers: res.getHeaders(), body: res._getData() as string }
  }

const expressed = (create: () => express.Express) => (webhook: PaymentWebhook) => create().use('/hook', webhook)

const HOSTS: [string, Host][] = [
  ['serverless-http with Express 5, format 1.0', lambda('1.0', expressed(express))],
  ['serverless-http with Express 5, format 2.0', lambda('2.0', expressed(express))],
  ['serverless-http with Express 4', lambda('2.0', expressed(express4))],
  ['serverless-http with the listener', lambda('1.0', (webhook) => toNodeListener({ '/hook': webhook }, express()))],
  ['serverless-http with the webhook alone', lambda('1.0', (webhook) => webhook)],
  ['node-mocks-http with a Buffer', mocks((body) => ({ body }))],
  ['node-mocks-http with a raw body', mocks((rawBody) => ({ rawBody, body: { parsed: true } }))],
]

describe.each(HOSTS)('%s', (_name, host) => {
  test.each(CASES)('a request that is %s', async (_what, sent, got, expected) => {
    const { webhook, handled, codes, store } = shop()
    expect(await host(webhook)(sent)).toMatchObject(got)
    await reported()
    expect(codes()).toEqual(expected)
    expect(handled).toEqual(got.status === 200 ? ['Café/1001'] : [])
    if (expected.length > 0) expect(store.calls).toEqual([])
  })
})

test.each([
  ['has no raw headers', (req: object) => Reflect.deleteProperty(req, 'rawHeaders')],
  ['has empty raw headers', (req: object) => Object.assign(req, { rawHeaders: [] })],
])('a request of node:http that %s is verified by its headers', async (_, change) => {
  const { webhook, handled } = shop()
  const server = await startServer((req, res) => {
    Object.defineProperty(req, 'rawHeaders', { value: undefined, writable: true, configurable: true })
    change(req)
    void webhook(req, res)
  })
  const url = `http://127.0.0.1:${server.port}/`
  const answers = [
    await fetch(url, { method: 'POST', headers: SIGNED, body: BODY }),
    await fetch(url, { method: 'POST', headers: { 'x-signature': signatureOf('x') }, body: BODY }),
  ]
  await server.close()
  expect([answers.map(({ status }) => status), handled]).toEqual([[200, 401], ['Café/1001']])
})

describe('HTTP/2', () => {
  const open: { close: () => void }[] = []
  afterEach(() => {
    for (const one of open.splice(0)) one.close()
    jest.restoreAllMocks()
  })

  /** Sends requests over one connection. */
  async function connect(webhook: PaymentWebhook) {
    // The compatibility API passes objects in place of the request and the response of node:http.
    const listener = toNodeListener({ '/hook': webhook }, (_req, res) => void res.writeHead(404).end())
    const server = http2.createServer(listener as unknown as Parameters<typeof http2.createServer>[1])
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const session = http2.connect(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
    open.push(session, server)
    return async ({
      method = 'POST',
      headers = {},
      body = '',
      ends = true,
    }: Sent & { ends?: boolean }): Promise<Got> => {
      const stream = session.request(
        { ':path': '/hook', ':method': method, ...lowerCased(headers) },
        { endStream: false },
      )
      const answered = once(stream, 'response') as Promise<[http2.IncomingHttpHeaders]>
      if (ends) stream.end(body)
      else stream.write(body)
      const [{ ':status': status, ...rest }] = await answered
      const answer = await text(stream)
      stream.close()
      return { status: Number(status), headers: rest, body: answer }
    }
  }

  test.each(CASES)('a request that is %s', async (_what, sent, got, expected) => {
    const warnings = jest.spyOn(process, 'emitWarning').mockImplementation(() => {})
    const { webhook, handled, codes } = shop()
    const send = await connect(webhook)
    const answer = await send(sent)
    expect(answer).toMatchObject(got)
    // Forbidden in HTTP/2 (RFC 9113, section 8.2.2); Node would omit it with a warning.
    expect(answer.headers).not.toHaveProperty('connection')
    expect(warnings.mock.calls).toEqual([])
    await reported()
    expect(codes()).toEqual(expected)
    expect(handled).toEqual(got.status === 200 ? ['Café/1001'] : [])
  })

  test('several at once on one connection, each event once', async () => {
    const { webhook, handled } = shop()
    const send = await connect(webhook)
    const bodies = ['1', '2', '3', '1', '2', '3'].map((order_id) => bodyOf({ id: `evt_${order_id}`, order_id }))
    const answers = await Promise.all(
      bodies.map((body) => send({ headers: { 'x-signature': signatureOf(body) }, body })),
    )
    expect(answers.map(({ status }) => status)).toEqual(Array(6).fill(200))
    expect(handled.sort()).toEqual(['1', '2', '3'])
  })

  test('a signature that was sent twice is refused', async () => {
    const { webhook, codes } = shop()
    const send = await connect(webhook)
    const twice = { 'x-signature': [SIGNED['x-signature'], SIGNED['x-signature']] }
    expect((await send({ headers: twice, body: BODY })).status).toBe(401)
    await reported()
    expect(codes()).toEqual(['AUTH_HEADER_REPEATED'])
  })

  test('a body that does not come is answered 408, and others on the connection go on', async () => {
    const { webhook, codes } = shop()
    const send = await connect(webhook)
    const slow = send({
      headers: { ...SIGNED, 'content-length': String(BODY.length) },
      body: BODY.slice(0, 9),
      ends: false,
    })
    expect((await send({ headers: SIGNED, body: BODY })).status).toBe(200)
    expect(await slow).toMatchObject({ status: 408, body: 'body timeout' })
    expect(codes()).toEqual(['BODY_TIMEOUT'])
  })

  test('a webhook that is closed answers 503, without a warning', async () => {
    const warnings = jest.spyOn(process, 'emitWarning').mockImplementation(() => {})
    const { webhook } = shop()
    const send = await connect(webhook)
    await webhook.close()
    expect(await send({ headers: SIGNED, body: BODY })).toMatchObject({
      status: 503,
      headers: { 'retry-after': '5' },
      body: 'retry later',
    })
    expect(warnings.mock.calls).toEqual([])
  })
})

describe('a host that hands over no next', () => {
  /** As the API routes of Next.js and the functions of several hosts call it: already routed, with any URL. */
  async function serve(webhook: PaymentWebhook) {
    const server = createServer((req, res) => void webhook(req, res))
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    return { url: `http://127.0.0.1:${port}/api/webhooks/hmac?tenant=7`, close: () => server.close() }
  }

  test('has every request answered, whatever its URL', async () => {
    const { webhook, handled } = shop()
    const { url, close } = await serve(webhook)
    const statuses = [
      await fetch(url, { method: 'POST', headers: SIGNED, body: BODY }),
      await fetch(url, { method: 'POST', headers: SIGNED, body: `${BODY} ` }),
      await fetch(url),
    ].map(({ status }) => status)
    close()
    expect([statuses, handled]).toEqual([[200, 401, 405], ['Café/1001']])
  })

  test.each([
    ['127.0.0.1', 200],
    ['203.0.113.9', 401],
  ])('has the address at the other end of the connection compared with allowedIps: %s', async (allowed, status) => {
    const provider = cityPay({ orderToken: () => null, allowedIps: [allowed] }) as Provider
    const { webhook, errors } = shop(provider)
    const { url, close } = await serve(webhook)
    const answer = await fetch(url, {
      method: 'POST',
      headers: { 'x-forwarded-for': '127.0.0.1' },
      body: JSON.stringify(sample('city-pay', 'deposit CONFIRMED')),
    })
    close()
    await reported()
    expect([answer.status, errors]).toEqual([
      status,
      status === 200 ? [] : [expect.objectContaining({ code: 'AUTH_SOURCE_REFUSED' })],
    ])
  })
})
