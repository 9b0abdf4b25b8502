/** Behaviour of the Fetch door alone: it reads a Request and answers a Response, for every host. */
import { afterEach, describe, expect, test } from '@jest/globals'
import type { IncomingMessage, RequestListener } from 'node:http'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import {
  cityPay,
  memoryStore,
  toFetchHandler,
  type OutcomeReport,
  type PaymentWebhookError,
  type Provider,
  type WebhookEvent,
} from 'express-payment-webhooks'
import { sample, sampleCityPayOrder } from 'express-payment-webhooks/testing'
import fc from 'fast-check'
import { bodyOf, hmacProvider, signatureOf } from '../support/hmac-provider.js'
import { HOOK, rawRequest, requestBytes } from '../support/raw-request.js'
import { startServer, type RunningServer } from '../support/start-server.js'

const BODY = bodyOf()
const LIMIT = 64 * 1024

function shop(timeoutMs = 4000) {
  const handled: WebhookEvent[] = []
  const errors: PaymentWebhookError[] = []
  const outcomes: OutcomeReport[] = []
  const handler = toFetchHandler(hmacProvider(), {
    store: memoryStore(),
    limit: LIMIT,
    timeoutMs,
    on: { 'payment.confirmed': (event) => void handled.push(event) },
    onError: (error) => void errors.push(error),
    onOutcome: (report) => void outcomes.push(report),
  })
  return { handler, handled, outcomes, codes: () => errors.map(({ code }) => code), errors }
}

function requestOf(body: BodyInit | null, headers: Record<string, string> = {}, signedText = BODY): Request {
  return requestWith({ body, headers: { 'x-signature': signatureOf(signedText), ...headers } })
}

/** Streams need a field that not every set of types contains (fetch.spec.whatwg.org, section 5.4). */
function requestWith(init: RequestInit): Request {
  return new Request('https://shop.example/hooks/hmac', { method: 'POST', duplex: 'half', ...init } as RequestInit)
}

const streamOf = (pull: UnderlyingDefaultSource<Uint8Array>['pull'] & object) =>
  new ReadableStream<Uint8Array>({ pull })

describe('the body', () => {
  test('is read to the byte, however it is cut into chunks', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.uint8Array({ maxLength: 50 }), { maxLength: 8 }), async (chunks) => {
        const { handler, codes } = shop()
        const bytes = Buffer.concat(chunks)
        const request = requestWith({
          headers: { 'x-signature': signatureOf(bytes) },
          body: Readable.toWeb(Readable.from(chunks, { objectMode: false })) as ReadableStream,
        })
        expect((await handler(request)).status).toBe(400)
        // Any change of the bytes would make the delivery not authentic.
        expect(codes()).toEqual([expect.stringMatching(/^(BODY_EMPTY|JSON_|PAYLOAD_)/)])
      }),
    )
  })

  test('that is missing is empty', async () => {
    const { handler, codes } = shop()
    expect((await handler(requestOf(null, {}, ''))).status).toBe(400)
    expect(codes()).toEqual(['BODY_EMPTY'])
  })

  test('that says it is too large is refused before any of it is asked for', async () => {
    const { handler } = shop()
    let asked = false
    const body = new ReadableStream({ pull: () => void (asked = true) }, { highWaterMark: 0 })
    const response = await handler(requestOf(body, { 'content-length': String(LIMIT + 1) }))
    expect([response.status, await response.text(), asked]).toEqual([413, 'too large', false])
  })

  test('that never ends is refused at the limit, and no longer read', async () => {
    const { handler } = shop()
    let sent = 0
    const endless = streamOf((controller) => {
      sent += 1024
      controller.enqueue(new Uint8Array(1024))
    })
    expect((await handler(requestOf(endless))).status).toBe(413)
    const sentByThen = sent
    await new Promise((resolve) => setTimeout(resolve, 50))
    expect(sent).toBeLessThanOrEqual(sentByThen + 1024)
    expect(sent).toBeLessThanOrEqual(LIMIT + 2 * 1024)
  })

  test('that stops arriving is answered 408', async () => {
    const { handler, codes } = shop(150)
    const silent = streamOf(() => new Promise(() => {}))
    const response = await handler(requestOf(silent))
    expect([response.status, response.headers.get('connection')]).toEqual([408, 'close'])
    expect(codes()).toEqual(['BODY_TIMEOUT'])
  })

  test('that breaks off is an aborted delivery and nothing else', async () => {
    const { handler, outcomes } = shop()
    const broken = streamOf((controller) => controller.error(new Error('ECONNRESET')))
    expect((await handler(requestOf(broken))).status).toBe(400)
    expect(outcomes).toMatchObject([{ outcome: 'aborted', code: 'BODY_ABORTED' }])
  })

  test('that was read, or is being read, is answered 500, and the message names the fix', async () => {
    const { handler, errors } = shop()
    const [read, locked] = [requestOf(BODY), requestOf(BODY)]
    await read.text()
    locked.body?.getReader()
    for (const request of [read, locked]) expect((await handler(request)).status).toBe(500)
    const fault = { code: 'RAW_BODY_CONSUMED', message: expect.stringContaining('clone') }
    expect(errors).toMatchObject([fault, fault])
  })

  test('that was cloned first is verified', async () => {
    const { handler, handled } = shop()
    const request = requestOf(BODY)
    const clone = request.clone()
    expect(await request.json()).toMatchObject({ id: 'evt_1' })
    expect((await handler(clone)).status).toBe(200)
    expect(handled).toHaveLength(1)
  })
})

describe('the sender’s address, for providers that look at it', () => {
  const provider = cityPay({
    orderToken: () => '730914458201',
    readBack: async () => sampleCityPayOrder('CONFIRMED'),
    allowedIps: ['203.0.113.7'],
  }) as Provider
  const errors: PaymentWebhookError[] = []
  const options = { store: memoryStore(), on: {}, onError: (error: PaymentWebhookError) => void errors.push(error) }
  const request = () => requestOf(JSON.stringify(sample('city-pay', 'CONFIRMED')))
  afterEach(() => void errors.splice(0))

  test('has to come from clientAddress: without it the handler is not made', () => {
    expect(() => toFetchHandler(provider, options)).toThrow(
      expect.objectContaining({ code: 'CONFIG_OPTION_INVALID', message: expect.stringContaining('clientAddress') }),
    )
  })

  test('is what clientAddress makes of the request and of what the host hands over beside it', async () => {
    const handler = toFetchHandler(provider, {
      ...options,
      clientAddress: (_request, server: { address: string }) => server.address,
    })
    expect((await handler(request(), { address: '192.0.2.1' })).status).toBe(401)
    expect((await handler(request(), { address: '203.0.113.7' })).status).toBe(200)
  })

  test('that clientAddress does not know, or fails to find, is nobody’s', async () => {
    const unknown = toFetchHandler(provider, { ...options, clientAddress: () => undefined })
    expect((await unknown(request())).status).toBe(401)
    const failing = toFetchHandler(provider, {
      ...options,
      clientAddress: () => {
        throw new Error('no connection')
      },
    })
    expect((await failing(request())).status).toBe(500)
    // The reason why a delivery is not authentic is reported after its answer is sent.
    await new Promise((resolve) => setImmediate(resolve))
    expect(errors.map(({ code }) => code)).toEqual(expect.arrayContaining(['AUTH_SOURCE_REFUSED', 'INTERNAL']))
  })
})

test('close has later deliveries answered 503, and health says so', async () => {
  const { handler } = shop()
  expect(await handler.health()).toMatchObject({ ok: true, closing: false })
  await handler.close()
  expect(await handler.health()).toMatchObject({ ok: false, closing: true })
  expect((await handler(requestOf(BODY))).status).toBe(503)
})

describe('as a Next.js route handler', () => {
  /** The exports of a route.ts, as Next.js types and calls them; `npm run check:package` builds and runs a real application. */
  type RouteHandler = (request: Request, context: { params: Promise<Record<string, string>> }) => Promise<Response>

  /** The part of Next.js by its documentation: a Request of the web platform in, a Response out. */
  const host =
    (routes: Record<string, RouteHandler | undefined>): RequestListener =>
    async (req, res) => {
      const route = routes[req.method!]
      if (route === undefined) return res.writeHead(405).end()
      const response = await route(webRequest(req), { params: Promise.resolve({}) })
      res.writeHead(response.status, Object.fromEntries(response.headers))
      await pipeline(Readable.from(Buffer.from(await response.arrayBuffer())), res)
    }

  const webRequest = (req: IncomingMessage) => {
    const headers = new Headers()
    for (const [name, values = []] of Object.entries(req.headersDistinct))
      for (const value of values) headers.append(name, value)
    const body = req.method === 'GET' ? null : (Readable.toWeb(req) as ReadableStream)
    return requestWith({ method: req.method!, headers, body })
  }

  let server: RunningServer
  afterEach(() => server.close())
  const post = (...headers: string[]) => rawRequest(server.port, requestBytes({ headers, body: BODY }))

  test('exported as POST: handles, repeats, refuses', async () => {
    const { handler, handled, outcomes } = shop()
    const route = { POST: handler } satisfies { POST: RouteHandler }
    server = await startServer(host(route))
    const signed = `X-Signature: ${signatureOf(BODY)}`
    for (const status of [200, 200]) expect((await post(signed)).status).toBe(status)
    const forged = await post(`X-Signature: ${signatureOf('x')}`)
    expect([forged.status, forged.body]).toEqual([401, 'not authentic'])
    expect((await post(signed, signed)).status).toBe(401)
    expect(handled).toHaveLength(1)
    expect(outcomes.map(({ outcome }) => outcome)).toEqual(['handled', 'duplicate', 'not_authentic', 'not_authentic'])
  })

  test('exported as GET too: answers 405 with Allow, where Next.js would leave Allow out', async () => {
    const { handler } = shop()
    server = await startServer(host({ GET: handler, POST: handler }))
    const answer = await rawRequest(server.port, requestBytes({ line: `GET ${HOOK} HTTP/1.1` }))
    expect([answer.status, answer.headers['allow']]).toEqual([405, 'POST'])
  })
})
