/** docs/migrate.md, "Look on": the old handler gives the same answers as before, however it reads the request. */
import { beforeAll, describe, expect, jest, test } from '@jest/globals'
import { createHash, randomBytes } from 'node:crypto'
import { EventEmitter, once } from 'node:events'
import { Agent, request, type IncomingMessage } from 'node:http'
import { json as readJson, text as readText } from 'node:stream/consumers'
import { setImmediate as turn, setTimeout } from 'node:timers/promises'
import { gzipSync } from 'node:zlib'
import express, { type Express, type RequestHandler } from 'express'
import express4 from 'express4'
import { captureRawBody } from 'express-payment-webhooks'
import { stripe } from 'express-payment-webhooks/providers/stripe'
import { sample, signedRequest } from 'express-payment-webhooks/testing'
import getRawBody from 'raw-body'
import Stripe from 'stripe'
import { lookOn } from '../../examples/recipes/migrate/look-on.js'
import { startServer } from '../support/start-server.js'

// Express 4 prints what its error handler answers.
beforeAll(() => void jest.spyOn(console, 'error').mockImplementation(() => {}))

const secret = `whsec_${randomBytes(24).toString('hex')}`
const provider = stripe({ secret })
const { webhooks } = new Stripe('sk_test_none')
const PATH = '/webhook'
const AT_ONCE = 'nothing, and says no at once,'
const agent = new Agent({ keepAlive: true })

type Kit = typeof express
type Old = (app: Express, kit: Kit) => void

/** Everything that a handler found, so that any difference shows in the answer. */
const seen = (text: string | Buffer, more: object = {}) => ({
  digest: createHash('sha256').update(text).digest('hex'),
  ...more,
})

/** The route from Stripe's own pages, for every way in which the bytes get to it. */
const checked =
  (bytesIn: (req: express.Request) => string | Buffer | Promise<string | Buffer>): RequestHandler =>
  async (req, res) => {
    try {
      const bytes = await bytesIn(req)
      const event = webhooks.constructEvent(bytes, req.headers['stripe-signature']!, secret)
      res.json(seen(bytes, { received: event.id, typed: typeof bytes }))
    } catch (error) {
      res.status(400).send(`Webhook Error: ${(error as Error).message}`)
    }
  }

const rawBodyOf = (req: express.Request) => (req as unknown as { rawBody: Buffer }).rawBody
const type = 'application/json'

async function streamed(req: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of req) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}

const listened = (req: IncomingMessage) =>
  new Promise<string>((resolve) => {
    let text = ''
    req.setEncoding('utf8')
    req.on('data', (part: string) => (text += part))
    req.on('end', () => resolve(text))
  })

const pulled = (req: IncomingMessage) =>
  new Promise<Buffer>((resolve) => {
    const chunks: Buffer[] = []
    req.on('readable', () => {
      for (let part = req.read() as Buffer | null; part !== null; part = req.read() as Buffer | null) chunks.push(part)
    })
    req.on('end', () => resolve(Buffer.concat(chunks)))
  })

const olds: Record<string, Old> = {
  'express.raw': (app, kit) =>
    void app.post(
      PATH,
      kit.raw({ type }),
      checked(({ body }) => body),
    ),
  'express.raw before everything': (app, kit) =>
    void app.use(kit.raw({ type: '*/*', limit: '1mb' })).post(
      PATH,
      checked(({ body }) => body),
    ),
  'express.json, which cannot be verified': (app, kit) =>
    void app.use(kit.json()).post(PATH, (req, res) => void res.json(seen(JSON.stringify(req.body)))),
  'express.json with verify': (app, kit) =>
    void app.use(kit.json({ verify: captureRawBody })).post(PATH, checked(rawBodyOf)),
  'express.text': (app, kit) =>
    void app.post(
      PATH,
      kit.text({ type: '*/*' }),
      checked(({ body }) => body),
    ),
  'express.urlencoded before it': (app, kit) =>
    void app.use(kit.urlencoded({ extended: true })).post(
      PATH,
      kit.raw({ type }),
      checked(({ body }) => body),
    ),
  'raw-body': (app) =>
    void app.post(
      PATH,
      checked((req) => getRawBody(req, { length: req.headers['content-length']!, limit: '1mb' })),
    ),
  'a loop over the request': (app) => void app.post(PATH, checked(streamed)),
  "the request's 'data'": (app) => void app.post(PATH, checked(listened)),
  "the request's 'readable'": (app) => void app.post(PATH, checked(pulled)),
  'a consumer of streams': (app) =>
    void app.post(PATH, async (req, res) => {
      const body = await readJson(req).catch(() => 'unreadable')
      res.json(seen(JSON.stringify(body)))
    }),
  'express.raw behind something that waits': (app, kit) => {
    app.use(
      (_req, _res, next) =>
        void turn()
          .then(turn)
          .then(turn)
          .then(() => next()),
    )
    app.post(
      PATH,
      kit.raw({ type }),
      checked(({ body }) => body),
    )
  },
  [AT_ONCE]: (app) => void app.post(PATH, (_req, res) => void res.status(403).send('forbidden')),
  'no route at all': () => {},
  'a router': (app, kit) => {
    const router = kit.Router()
    router.post('/', kit.raw({ type }), (req, res) => {
      const { url, baseUrl, originalUrl, path, route } = req
      res.json(seen(req.body, { url, baseUrl, originalUrl, path, route: (route as { path: string }).path }))
    })
    app.use(PATH, router)
  },
}

interface Sent {
  readonly text: string
  readonly encode?: (text: string) => Buffer
  readonly headers?: Readonly<Record<string, string>>
  /** Bytes are written in this many parts, one at a time. */
  readonly parts?: number
  readonly chunked?: boolean
}

/** Each is another event, so none is a duplicate. */
const paid = (name: string, indent?: number) =>
  JSON.stringify({ ...sample('stripe', 'payment.confirmed'), id: `evt_${name}` }, null, indent)

const KB = 1024
const gzipped = { encode: gzipSync, headers: { 'content-encoding': 'gzip' } }
const sendings = {
  atOnce: { text: paid('atOnce') },
  indented: { text: paid('indented', 2) },
  lateAndInParts: { text: paid('lateAndInParts'), parts: 5 },
  withoutLength: { text: paid('withoutLength'), parts: 5, chunked: true },
  large: { text: paid('large') + ' '.repeat(90 * KB), parts: 3 },
  tooLargeForTheNewOne: { text: paid('tooLarge') + ' '.repeat(300 * KB) },
  tooLargeForBoth: { text: paid('tooLarge') + ' '.repeat(2 * KB * KB) },
  compressed: { text: paid('compressed'), ...gzipped },
  compressedInParts: { text: paid('compressed'), ...gzipped, parts: 4 },
  noJson: { text: '{"id":' },
  empty: { text: '' },
} satisfies Record<string, Sent>

const observed = (name: string) => ({
  observed: `stripe:evt_${name}`,
  type: 'payment.confirmed',
  orderId: 'ORDER-1001',
  paymentId: expect.stringMatching(/^pi_/),
  received: { amount: '49.9', currency: 'EUR', basis: 'total' },
  refund: null,
  dispute: null,
})
const all: Record<keyof typeof sendings, object> = {
  atOnce: observed('atOnce'),
  indented: observed('indented'),
  lateAndInParts: observed('lateAndInParts'),
  withoutLength: observed('withoutLength'),
  large: observed('large'),
  tooLargeForTheNewOne: { error: 'BODY_TOO_LARGE' },
  tooLargeForBoth: { error: 'BODY_TOO_LARGE' },
  compressed: { error: 'BODY_ENCODING_UNSUPPORTED' },
  compressedInParts: { error: 'BODY_ENCODING_UNSUPPORTED' },
  noJson: expect.objectContaining({ error: 'JSON_INVALID' }),
  empty: expect.objectContaining({ error: 'BODY_EMPTY' }),
}

/** Some senders go on sending after an early answer. */
async function post(port: number, { text, encode = Buffer.from, headers = {}, parts = 1, chunked }: Sent) {
  const body = encode(text)
  const length = chunked === true ? {} : { 'content-length': body.length }
  const sending = request({
    ...{ port, path: PATH, method: 'POST', agent },
    headers: { ...signedRequest(provider, text).headers, ...headers, ...length },
  })
  const answered = once(sending, 'response') as Promise<[IncomingMessage]>
  // The server may hang up on a sender that still sends after its answer.
  sending.on('error', () => {})
  const size = Math.ceil(body.length / parts) || 1
  for (let at = 0; at < body.length; at += size) {
    if (parts > 1) await setTimeout(5)
    sending.write(body.subarray(at, at + size))
  }
  sending.end()
  const [response] = await answered
  const answer = await readText(response)
  return { status: response.statusCode, answer: answer.replaceAll(/\bat .*/g, '') }
}

/** The old shop's answers to all requests, and the notes of `lookOn` in front of it for each request. */
async function play(kit: Kit, old: Old, isWatched: boolean) {
  const notes = new EventEmitter()
  const app = kit()
  app.set('env', 'test')
  if (isWatched) lookOn(app, PATH, provider, (seen) => void notes.emit('note', seen))
  old(app, kit)
  const server = await startServer(app)
  const answers: Record<string, unknown> = {}
  const seen: Record<string, unknown> = {}
  try {
    for (const [how, sent] of Object.entries(sendings)) {
      const note = isWatched ? once(notes, 'note') : []
      answers[how] = await post(server.port, sent)
      const [first] = (await note) as unknown[]
      seen[how] = first
    }
  } finally {
    await server.close()
  }
  return { answers, seen }
}

const gone = { error: 'BODY_ABORTED' }

const taken = (how: string) => ({ [AT_ONCE]: 403, 'no route at all': 404 })[how] ?? 200

describe.each([
  ['Express 4', express4],
  ['Express 5', express],
] as [string, Kit][])('an old handler on %s that reads', (_name, kit) => {
  test.each(Object.entries(olds))('%s answers what it answered before, and the event is observed', async (how, old) => {
    const [alone, watched] = await Promise.all([play(kit, old, false), play(kit, old, true)])
    expect(alone.answers).toMatchObject({ atOnce: { status: taken(how) }, lateAndInParts: { status: taken(how) } })
    expect(watched.answers).toEqual(alone.answers)
    if (how !== AT_ONCE) return expect(watched.seen).toEqual(all)
    // Node discards bytes that arrive after the answer. The amount depends on timing.
    for (const [sent, note] of Object.entries(watched.seen)) {
      expect([all[sent as keyof typeof all], gone]).toContainEqual(note)
    }
  })
})

test('lookOn behind something that has waited says so, and the old handler answers what it answered before', async () => {
  const notes: object[] = []
  const app = express()
  app.use((_req, _res, next) => void setTimeout(20).then(() => next()))
  lookOn(app, PATH, provider, (seen) => void notes.push(seen))
  olds['express.raw']!(app, express)
  const server = await startServer(app)
  expect(await post(server.port, sendings.atOnce)).toEqual({ status: 200, answer: expect.any(String) })
  await server.close()
  expect(notes).toEqual([{ error: 'RAW_BODY_CONSUMED' }])
})

test.each(['GET', 'PUT'])('a %s, and what is below the path, is not looked at', async (method) => {
  const notes: object[] = []
  const app = express()
  lookOn(app, PATH, provider, (seen) => void notes.push(seen))
  app.use(express.text({ type: '*/*' }), (req, res) => void res.json([req.url, req.body]))
  const server = await startServer(app)
  const base = `http://127.0.0.1:${server.port}${PATH}`
  const body = method === 'GET' ? {} : { body: 'text' }
  expect(await (await fetch(base, { method, ...body })).json()).toEqual(
    [PATH, ...Object.values(body)].concat(method === 'GET' ? [null as never] : []),
  )
  expect(await (await fetch(`${base}/other`, { method: 'POST', body: 'text' })).json()).toEqual([
    `${PATH}/other`,
    'text',
  ])
  await server.close()
  expect(notes).toEqual([])
})
