/** One read of a provider's API, from a real server: what is an answer, what is none, and what no message ever says. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { inspect } from 'node:util'
import { decimal, identifier } from 'express-payment-webhooks'
import { readJson, type ReadJsonOptions } from 'express-payment-webhooks/read-back'
import { z } from 'zod'
import { freePort } from '../support/free-port.js'
import { startServer, type RunningServer } from '../support/start-server.js'

const KEY = 'sk_live_5b0e8d2f7a1c4936'
const PATH = '/payments/tok_f00d?secret=b4c0'
const payment = z.object({ id: identifier, paid: decimal })

let server: RunningServer
let answer: (req: IncomingMessage, res: ServerResponse) => void
let requests: { method: string; url: string; headers: IncomingMessage['headers']; body: string }[]
beforeAll(async () => {
  server = await startServer((req, res) => {
    let body = ''
    req.on('data', (chunk: Buffer) => (body += chunk.toString()))
    req.on('end', () => {
      requests.push({ method: req.method!, url: req.url!, headers: req.headers, body })
      answer(req, res)
    })
  })
})
afterAll(() => server.close())
beforeEach(() => {
  requests = []
})

/** Typed as what has none: the answer is looked at as it is. */
const OPTIONAL: object = { optional: true }

const answering = (status: number, body: string | Buffer = '', headers: Record<string, string> = {}) => {
  answer = (_req, res) => void res.writeHead(status, headers).end(body)
}
const read = (options: Partial<ReadJsonOptions<z.output<typeof payment>>> = {}, port = server.port) =>
  readJson(`http://127.0.0.1:${port}${PATH}`, {
    schema: payment,
    headers: { authorization: `Bearer ${KEY}` },
    signal: AbortSignal.timeout(5000),
    ...options,
  })

/** The refusal, which never says where was asked, nor with which key. */
async function faultOf(reading: Promise<unknown>): Promise<{ code: string; message: string }> {
  const error = await reading.then(
    (found) => Promise.reject(new Error(`it was read: ${JSON.stringify(found)}`)),
    (thrown: unknown) => thrown as { code: string; message: string },
  )
  const told = inspect(error, { depth: 9, showHidden: true })
  for (const secret of [KEY, 'tok_f00d', 'b4c0', '/payments']) expect(told).not.toContain(secret)
  return error
}

describe('an answer', () => {
  test('is what the schema makes of it, with exact numbers', async () => {
    answering(200, '{"id":12345678901234567890,"paid":49.90,"more":true}')
    expect(await read()).toEqual({ id: '12345678901234567890', paid: '49.9' })
    expect(requests).toMatchObject([
      { method: 'GET', url: PATH, headers: { authorization: `Bearer ${KEY}`, accept: 'application/json' }, body: '' },
    ])
  })

  test('may be asked for with a POST', async () => {
    answering(200, '{"id":"1","paid":"1"}')
    await read({ method: 'POST', body: '{"id":1}', headers: { 'content-type': 'application/json' } })
    expect(requests).toMatchObject([
      { method: 'POST', body: '{"id":1}', headers: { 'content-type': 'application/json' } },
    ])
  })

  test('may come in pieces, and be as long as 512 KB', async () => {
    const padding = 'x'.repeat(512 * 1024 - 31)
    const body = `{"id":"1","paid":"1","more":"${padding}"}`
    expect(body).toHaveLength(512 * 1024)
    answer = (_req, res) => {
      res.writeHead(200)
      for (let at = 0; at < body.length; at += 50_000) res.write(body.slice(at, at + 50_000))
      res.end()
    }
    expect(await read()).toEqual({ id: '1', paid: '1' })
    answering(200, `${body} `)
    expect(await faultOf(read())).toMatchObject({
      code: 'READ_BACK_UNAVAILABLE',
      message: expect.stringMatching(/^127\.0\.0\.1:\d+ answered with more than 524288 bytes$/),
    })
  })

  test('that there is no such payment is null where that is asked for, and a failure where it is not', async () => {
    answering(404, '{"error":"no such payment"}')
    expect(await read(OPTIONAL)).toBeNull()
    expect(await faultOf(read())).toMatchObject({ message: expect.stringContaining('answered with status 404') })
    answering(410)
    expect(await faultOf(read(OPTIONAL))).toMatchObject({ message: expect.stringContaining('410') })
  })
})

describe('anything else is no answer: the delivery is asked for again', () => {
  test.each([201, 202, 204, 400, 429, 500, 502, 503])('status %i', async (status) => {
    answering(status, status === 204 ? '' : '{"id":"1","paid":"1"}')
    expect(await faultOf(read())).toMatchObject({
      code: 'READ_BACK_UNAVAILABLE',
      message: expect.stringMatching(new RegExp(`^127\\.0\\.0\\.1:\\d+ answered with status ${status}$`)),
    })
  })

  test.each([401, 403])('status %i, which tells of a wrong key', async (status) => {
    answering(status)
    expect((await faultOf(read())).message).toContain(
      `answered with status ${status}; is the API key right, and of the right mode?`,
    )
  })

  test.each([301, 302, 303, 307, 308])(
    'a redirect (%i) is not followed, so that no key goes elsewhere',
    async (status) => {
      answering(status, '', { location: '/elsewhere' })
      expect(await faultOf(read())).toMatchObject({ code: 'READ_BACK_UNAVAILABLE' })
      expect(requests).toHaveLength(1)
    },
  )

  test.each([
    ['a page', '<html>Bad gateway</html>'],
    ['nothing', ''],
    ['half of one', '{"id":"1","pa'],
    ['two', '{"id":"1","paid":"1"}{}'],
    ['one that says two things', '{"id":"1","paid":"1","paid":"2"}'],
    ['one of another shape', '{"payment":{"id":"1","paid":"1"}}'],
    ['a negative amount', '{"id":"1","paid":"-1"}'],
    ['a list', '[]'],
    ['bytes that are no UTF-8', Buffer.from([0x22, 0xff, 0x22])],
    ['brackets without end', '['.repeat(100_000)],
  ])('%s', async (_, body) => {
    answering(200, body)
    expect(await faultOf(read())).toMatchObject({
      code: 'READ_BACK_UNAVAILABLE',
      message: expect.stringContaining('returned an unexpected answer'),
    })
  })

  test('one that is broken off', async () => {
    answer = (_req, res) => {
      res.writeHead(200, { 'content-length': '100' })
      res.write('{"id":')
      setImmediate(() => res.destroy())
    }
    expect((await faultOf(read())).message).toContain('closed the connection before its answer was complete')
  })

  test('none that comes in time, whether it has begun or not', async () => {
    answer = () => {}
    expect((await faultOf(read({ signal: AbortSignal.timeout(50) }))).message).toContain('did not answer')
    answer = (_req, res) => void res.writeHead(200).write('{')
    expect((await faultOf(read({ signal: AbortSignal.timeout(200) }))).message).toContain(
      'closed the connection before its answer was complete',
    )
    expect((await faultOf(read({ signal: AbortSignal.abort() }))).message).toContain('did not answer')
  })

  test('nobody there', async () => {
    const port = await freePort()
    expect((await faultOf(read({}, port))).message).toBe(`127.0.0.1:${port} did not answer`)
  })
})

test('an address that is none is a mistake of the provider’s, and is not shown either', async () => {
  const error = await faultOf(readJson(`api.acme.example${PATH}`, { schema: payment, signal: AbortSignal.timeout(50) }))
  expect(error).toMatchObject({ name: 'TypeError', message: 'readJson: the URL is invalid' })
})
