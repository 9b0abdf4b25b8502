/** Getting at the exact bytes of a request of node:http, and saying what stood in the way. */
import { describe, expect, test } from '@jest/globals'
import { IncomingMessage } from 'node:http'
import { Socket } from 'node:net'
import { Deadline } from '../../src/lib/deadline.js'
import { readBody, type ReadableRequest } from '../../src/http/read-body.js'

const LIMIT = 10

/** A request whose body has arrived, unless it is null. */
function requestOf(body: string | null, headers: Record<string, string> = {}, fields: object = {}): ReadableRequest {
  const req = new IncomingMessage(new Socket())
  Object.assign(req.headers, headers)
  if (body !== null) {
    req.push(body)
    req.push(null)
  }
  return Object.assign(req, fields)
}

async function read(req: ReadableRequest, timeoutMs = 1000): Promise<string> {
  const deadline = new Deadline(timeoutMs)
  try {
    return (await readBody(req, LIMIT, deadline)).toString()
  } finally {
    deadline.clear()
  }
}

const TOO_LARGE = {
  code: 'BODY_TOO_LARGE',
  message: 'the body is larger than 10 bytes; raise the option limit',
}
const CONSUMED = {
  code: 'RAW_BODY_CONSUMED',
  message:
    'another parser consumed the body before it could be verified. Mount paymentWebhook() before express.json() or express.urlencoded(), or give that parser { verify: captureRawBody }',
}

describe('a body', () => {
  test.each([{}, { 'content-encoding': 'identity' }, { 'content-encoding': 'IDENTITY' }, { 'content-length': '10' }])(
    'is read to the limit, with the headers %p',
    async (headers) => {
      expect(await read(requestOf('0123456789', headers))).toBe('0123456789')
    },
  )

  test('that is compressed is refused unread', async () => {
    await expect(read(requestOf('x', { 'content-encoding': 'gzip' }))).rejects.toMatchObject({
      code: 'BODY_ENCODING_UNSUPPORTED',
      message: 'the body is compressed; only the bytes as sent can be verified',
    })
  })

  test('that is larger than the limit is refused', async () => {
    await expect(read(requestOf('01234567890'))).rejects.toMatchObject(TOO_LARGE)
  })

  test('that says it will be larger is not waited for', async () => {
    await expect(read(requestOf(null, { 'content-length': '11' }))).rejects.toMatchObject(TOO_LARGE)
  })

  test('that ends before its length is incomplete', async () => {
    await expect(read(requestOf('012', { 'content-length': '5' }))).rejects.toMatchObject({
      code: 'BODY_ABORTED',
      message: 'the connection closed before the body was complete',
      cause: { type: 'request.size.invalid' },
    })
  })

  test('that does not come is waited for until the deadline', async () => {
    await expect(read(requestOf(null), 20)).rejects.toMatchObject({
      code: 'BODY_TIMEOUT',
      message: 'the body did not arrive within 20 ms',
    })
  })
})

describe('bytes that were kept', () => {
  const [kept, other] = [Buffer.from('kept'), Buffer.from('other')]

  test.each([
    [{ rawBody: kept }, 'kept'],
    [{ body: kept }, 'kept'],
    [{ rawBody: kept, body: other }, 'kept'],
    [{ rawBody: new Uint8Array(kept) }, 'kept'],
    [{ rawBody: Buffer.from('0123456789') }, '0123456789'],
    // Serverless hosts keep the text that they were given.
    [{ rawBody: 'text', body: other }, 'text'],
    [{ rawBody: 'text', body: { parsed: true } }, 'text'],
    [{ rawBody: '' }, ''],
    [{ rawBody: { parsed: true }, body: 'a text that a parser made' }, 'stream'],
  ])('as %p are %p', async (fields, text) => {
    expect(await read(requestOf('stream', {}, fields))).toBe(text)
  })

  test('have the same limit', async () => {
    for (const rawBody of [Buffer.from('01234567890'), '0123456789é'.slice(1)])
      await expect(read(requestOf('', {}, { rawBody }))).rejects.toMatchObject(TOO_LARGE)
  })
})

test.each<[string, (req: ReadableRequest) => unknown]>([
  ['was read', (req) => req.read()],
  ['flows elsewhere', (req) => req.resume()],
  ['is decoded on its way', (req) => req.setEncoding('utf8')],
])('a body that %s cannot be verified', async (_, meddle) => {
  const req = requestOf('0123').on('error', () => {})
  meddle(req)
  await expect(read(req)).rejects.toMatchObject(CONSUMED)
})

test('a sender who hung up before anybody read is no other parser', async () => {
  const req = requestOf('0123').on('error', () => {})
  req.destroy()
  await expect(read(req)).rejects.toMatchObject({ code: 'BODY_ABORTED' })
})

describe('a body that is there once the parser has gone on', () => {
  const arriving = (body: string, length = body.length) => {
    const req = requestOf(null, { 'content-length': String(length) })
    return { req, arrive: () => (req.push(body), req.push(null), (req.complete = true)) }
  }

  test('is taken without a listener', async () => {
    const { req, arrive } = arriving('0123')
    const reading = read(req)
    arrive()
    expect(req.eventNames()).toEqual([])
    expect(await reading).toBe('0123')
  })

  test('is seen by whoever listens from then on as well', async () => {
    const { req, arrive } = arriving('0123')
    const seen: string[] = []
    const reading = read(req)
    req.on('data', (chunk) => seen.push(String(chunk)))
    arrive()
    expect(await reading).toBe('0123')
    expect(seen).toEqual(['0123'])
  })

  test.each([
    ['shorter than its length', '012', 5, { code: 'BODY_ABORTED' }],
    ['longer than its length', '01234', 3, { code: 'BODY_ABORTED' }],
  ])('is refused where it is %s', async (_, body, length, fault) => {
    const { req, arrive } = arriving(body, length)
    const reading = read(req)
    arrive()
    await expect(reading).rejects.toMatchObject(fault)
  })

  test('is refused where it is decoded on its way', async () => {
    const { req, arrive } = arriving('0123')
    const reading = read(req.setEncoding('utf8'))
    arrive()
    await expect(reading).rejects.toMatchObject(CONSUMED)
  })
})
