/** Attacks on the request around the body: bytes over a socket, through every door. */
import { describe, expect, test } from '@jest/globals'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { gzipSync } from 'node:zlib'
import express from 'express'
import { allDoors, expressDoors, fetchDoor } from '../support/doors.js'
import { bodyOf, signatureOf } from '../support/hmac-provider.js'
import { HOOK, rawRequest, requestBytes } from '../support/raw-request.js'
import { responsively } from '../support/responsively.js'
import { expectHarmless, expectStillWelcome, shops } from '../support/shops.js'

const BODY = bodyOf()
const SIGNED = `X-Signature: ${signatureOf(BODY)}`
const LIMIT = 64 * 1024
/** Cases in which the server itself must close the connection. */
const KEPT_ALIVE = 'Connection: keep-alive'

const openFetch = shops({ door: fetchDoor })

describe.each(allDoors)('%s', (_name, door) => {
  const open = shops({ door, limit: '64kb' })

  describe('methods and paths', () => {
    test.each(['GET', 'HEAD', 'PUT', 'DELETE', 'PATCH'])(
      'H01 %s is answered 405, with Allow: POST and no body',
      async (method) => {
        const shop = await open()
        const answer = await rawRequest(
          shop.port,
          requestBytes({ line: `${method} ${HOOK} HTTP/1.1`, headers: [SIGNED], body: method === 'PUT' ? BODY : '' }),
        )
        expect(answer.headers['allow']).toBe('POST')
        expect(answer.body).toBe('')
        await expectHarmless(shop, answer, 405)
      },
    )

    test('H01 a PUT whose body never ends is answered 405 and hung up on', async () => {
      const shop = await open()
      const sender = new EndlessSender(`PUT ${HOOK} HTTP/1.1`)
      const answer = await rawRequest(shop.port, (socket) => sender.send(socket))
      sender.expectHungUpOn()
      await expectHarmless(shop, answer, 405)
    })

    test('H02 OPTIONS is answered 405, without CORS headers', async () => {
      const shop = await open()
      const answer = await rawRequest(
        shop.port,
        requestBytes({ line: `OPTIONS ${HOOK} HTTP/1.1`, headers: ['Origin: https://evil.example'] }),
      )
      expect(Object.keys(answer.headers).filter((name) => name.startsWith('access-control-'))).toEqual([])
      await expectHarmless(shop, answer, 405)
    })

    test('H03 a method override in header and query is ignored: the request stays a POST', async () => {
      const shop = await open()
      const headers = [SIGNED, 'X-HTTP-Method-Override: GET', 'X-Method-Override: DELETE']
      const answer = await rawRequest(
        shop.port,
        requestBytes({ line: `POST ${HOOK}?_method=GET HTTP/1.1`, headers, body: BODY }),
      )
      expect(answer.status).toBe(200)
      expect(shop.handled).toHaveLength(1)
    })

    test('H06 the absolute form and a foreign Host change nothing: signed 200, unsigned 401', async () => {
      const shop = await open()
      const line = `POST http://evil.example${HOOK} HTTP/1.1`
      await expectHarmless(
        shop,
        await rawRequest(shop.port, requestBytes({ line, headers: ['Host: evil.example'], body: BODY })),
        401,
      )
      const again = await rawRequest(
        shop.port,
        requestBytes({ line, headers: ['Host: evil.example', SIGNED], body: BODY }),
      )
      expect(again.status).toBe(200)
      expect(shop.handled).toHaveLength(1)
      expect(shop.outcomes.at(-1)?.outcome).toBe('duplicate')
    })

    test('H30 the query is ignored completely', async () => {
      const shop = await open()
      const line = `POST ${HOOK}?x[__proto__][y]=1&order_id=1002&id=evt_9 HTTP/1.1`
      const answer = await rawRequest(shop.port, requestBytes({ line, headers: [SIGNED], body: BODY }))
      expect(answer.status).toBe(200)
      expect(shop.handled).toMatchObject([{ id: 'hmac:evt_1', orderId: '1001' }])
    })
  })

  describe('framing', () => {
    test('H07 without Content-Length there is no body: 401, and the stray bytes end the connection', async () => {
      const shop = await open()
      const head = ['POST /hooks/hmac HTTP/1.1', 'Host: shop.example', `X-Signature: ${signatureOf('{}')}`, '', '']
      const answer = await rawRequest(shop.port, `${head.join('\r\n')}{}`)
      expect(answer.raw).toMatch(/^HTTP\/1\.1 40[01] /)
      await expectHarmless(shop, answer, 400, 401)
    })

    test('H08 an empty body with the right signature of nothing is answered 400', async () => {
      const shop = await open()
      const answer = await shop.deliver('')
      expect(shop.errors.map(({ error }) => error.code)).toEqual(['BODY_EMPTY'])
      await expectHarmless(shop, answer, 400)
    })

    const framings: [string, string[]][] = [
      ['H09 Content-Length beside Transfer-Encoding', ['Content-Length: 4', 'Transfer-Encoding: chunked']],
      ['H10 two different Content-Length', ['Content-Length: 4', 'Content-Length: 5']],
      ['H10 a negative Content-Length', ['Content-Length: -1']],
      ['H10 chunked that is not the last transfer coding', ['Transfer-Encoding: chunked, identity']],
    ]
    test.each(framings)('%s is answered 400', async (_row, framing) => {
      const shop = await open()
      await expectHarmless(
        shop,
        await rawRequest(shop.port, requestBytes({ headers: [SIGNED, ...framing], body: '0\r\n\r\n' })),
        400,
      )
    })

    test('H09 a signed request hidden in the body of an unsigned one is not read as a request', async () => {
      const shop = await open()
      const hidden = requestBytes({ headers: [SIGNED], body: BODY })
      const answer = await rawRequest(shop.port, requestBytes({ body: hidden }))
      expect(answer.raw.match(/HTTP\/1\.1 /g)).toHaveLength(1)
      await expectHarmless(shop, answer, 401)
    })

    test('H09 requests sent at once on one connection are answered one by one, each by its own signature', async () => {
      const shop = await open()
      const unsigned = requestBytes({ headers: [KEPT_ALIVE], body: bodyOf({ id: 'evt_2' }) })
      const bytes = Buffer.concat([
        unsigned,
        requestBytes({ headers: [SIGNED, KEPT_ALIVE], body: BODY }),
        unsigned,
        requestBytes({ body: '' }),
      ])
      const { raw } = await rawRequest(shop.port, bytes)
      expect([...raw.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => status)).toEqual(['401', '200', '401', '401'])
      expect(shop.handled.map(({ id }) => id)).toEqual(['hmac:evt_1'])
    })

    test('H17 a flood of chunk extensions ends the connection without an answer of ours', async () => {
      const shop = await open()
      const bytes = requestBytes({
        headers: [SIGNED, 'Transfer-Encoding: chunked'],
        body: `1;${'a'.repeat(70 * 1024)}\r\n{\r\n`,
      })
      // Node answers 413 if it still can.
      await expectHarmless(shop, await rawRequest(shop.port, bytes), 400, 413)
    })

    test('H18 a header value of 17 KB is answered 431', async () => {
      const shop = await open()
      await expectHarmless(
        shop,
        await rawRequest(
          shop.port,
          requestBytes({ headers: [SIGNED, `X-Long: ${'a'.repeat(17 * 1024)}`], body: BODY }),
        ),
        431,
      )
    })

    test('H24 Expect: 100-continue gets its 100 and then the answer', async () => {
      const shop = await open()
      const answer = await shop.deliver(BODY, 'Expect: 100-continue')
      expect(answer.raw).toMatch(/^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 200 /)
      expect(shop.handled).toHaveLength(1)
    })

    test('H24 another expectation is answered 417', async () => {
      const shop = await open()
      await expectHarmless(shop, await shop.deliver(BODY, 'Expect: 200-ok'), 417)
    })

    test.each([
      ['HTTP/0.9', `POST ${HOOK}\r\n\r\n`],
      ['HTTP/1.0 without Host', `POST ${HOOK} HTTP/1.0\r\nContent-Length: 2\r\n\r\n{}`],
      ['HTTP/1.1 without Host', `POST ${HOOK} HTTP/1.1\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}`],
    ])('H26 %s, unsigned, is answered 400 or 401', async (_form, bytes) => {
      const shop = await open()
      await expectHarmless(shop, await rawRequest(shop.port, bytes), 400, 401)
    })
  })

  describe('size and encoding', () => {
    test('H11 a body one byte over the limit is answered 413 at once, with Connection: close', async () => {
      const shop = await open()
      const answer = await rawRequest(
        shop.port,
        requestBytes({ headers: [SIGNED, `Content-Length: ${LIMIT + 1}`, KEPT_ALIVE] }),
      )
      expect(answer.headers['connection']).toBe('close')
      await expectHarmless(shop, answer, 413)
    })

    test('H11 a body of exactly the limit is read', async () => {
      const shop = await open()
      const answer = await shop.deliver(BODY.padEnd(LIMIT, ' '))
      expect(answer.status).toBe(200)
      expect(shop.handled).toHaveLength(1)
    })

    test('H11 the limit holds for bytes that an earlier parser kept', async () => {
      const shop = await open({ before: (app) => app.use(express.raw({ type: () => true, limit: '1mb' })) })
      await expectHarmless(shop, await shop.deliver(BODY.padEnd(LIMIT + 1, ' ')), 413)
    })

    test('H12 a chunked body that never ends is answered 413 while it is sent, and hung up on after a bounded rest', async () => {
      const shop = await open()
      const sender = new EndlessSender(`POST ${HOOK} HTTP/1.1`)
      const answer = await rawRequest(shop.port, (socket) => sender.send(socket))
      expect(answer.headers['connection']).toBe('close')
      sender.expectHungUpOn()
      await expectHarmless(shop, answer, 413)
    })

    test('H14 a small compressed body is answered 415, even with a right signature of what was sent', async () => {
      const shop = await open()
      await expectHarmless(shop, await shop.deliver(gzipSync(BODY), 'Content-Encoding: gzip'), 415)
    })

    test.each(['identity', 'Identity', '', '   '])('H14 Content-Encoding: "%s" is no compression', async (encoding) => {
      const shop = await open()
      expect((await shop.deliver(BODY, `Content-Encoding: ${encoding}`)).status).toBe(200)
    })

    test.each(['gzip, identity', 'x-unknown', 'br', ', '])(
      'H14 Content-Encoding: %s is answered 415',
      async (encoding) => {
        const shop = await open()
        await expectHarmless(shop, await shop.deliver(BODY, `Content-Encoding: ${encoding}`), 415)
      },
    )

    test('H15 a compressed bomb is answered 415 and never inflated', async () => {
      const shop = await open()
      const bomb = gzipSync(Buffer.alloc(50 * 1024 * 1024))
      await expectHarmless(shop, await shop.deliver(bomb, 'Content-Encoding: gzip'), 415)
    })

    test('H15 a compressed bomb is answered 415 before any of it has come, so none of it is inflated', async () => {
      const shop = await open()
      const answer = await rawRequest(
        shop.port,
        requestBytes({ headers: [SIGNED, 'Content-Encoding: gzip', 'Content-Length: 51000', KEPT_ALIVE] }),
      )
      expect(answer.headers['connection']).toBe('close')
      await expectHarmless(shop, answer, 415)
    })

    test.each([
      'text/plain',
      undefined,
      ';;;',
      'application/json\ta',
      'application/x-www-form-urlencoded',
      'multipart/form-data',
    ])('H27 a signed JSON body is JSON whatever the content type says: %s', async (type) => {
      const shop = await open()
      const answer = await shop.deliver(BODY, ...(type === undefined ? [] : [`Content-Type: ${type}`]))
      expect(answer.status).toBe(200)
      expect(shop.handled).toMatchObject([{ id: 'hmac:evt_1', orderId: '1001' }])
    })

    test.each(['utf-16', 'utf-16le', 'bogus'])(
      'H28 charset=%s is ignored: UTF-8 bytes are read as UTF-8',
      async (charset) => {
        const shop = await open()
        const answer = await shop.deliver(
          bodyOf({ order_id: 'café' }),
          `Content-Type: application/json; charset=${charset}`,
        )
        expect(answer.status).toBe(200)
        expect(shop.handled[0]?.orderId).toBe('café')
      },
    )

    test('H28 a body that really is UTF-16 is answered 400', async () => {
      const shop = await open()
      const answer = await shop.deliver(Buffer.from(BODY, 'utf16le'), 'Content-Type: application/json; charset=utf-16')
      await expectHarmless(shop, answer, 400)
    })

    test.each([
      ['a key 1 000 levels deep', `a${'[b]'.repeat(1000)}=1`],
      ['10 000 parameters', 'a=1&'.repeat(10_000)],
    ])('H29 a signed form with %s is answered 400: no form is ever parsed here', async (_what, form) => {
      const shop = await open()
      const type = 'Content-Type: application/x-www-form-urlencoded'
      await expectHarmless(shop, await responsively(() => shop.deliver(form, type)), 400)
    })
  })

  describe('slow, silent and leaving senders', () => {
    // headersTimeout belongs to the shop's own server; the package sees no request before the headers are complete.
    test('H20 headers that trickle in are answered 408 by a server with a headersTimeout', async () => {
      const shop = await open({ server: { headersTimeout: 300, connectionsCheckingInterval: 50 } })
      const answer = await rawRequest(shop.port, (socket) => {
        socket.write(`POST ${HOOK} HTTP/1.1\r\n`)
        const timer = setInterval(() => socket.write('X'), 50)
        socket.on('close', () => clearInterval(timer))
      })
      await expectHarmless(shop, answer, 408)
    })

    // The body deadline is the timeoutMs option, not a separate limit.
    test('H21 a body that stops arriving is answered 408 after timeoutMs and hung up on', async () => {
      const shop = await open({ timeoutMs: 200 })
      const answer = await rawRequest(
        shop.port,
        requestBytes({ headers: [SIGNED, 'Content-Length: 100', KEPT_ALIVE], body: '{"a"' }),
      )
      expect(shop.errors.map(({ error }) => error.code)).toEqual(['BODY_TIMEOUT'])
      expect(shop.outcomes[0]!.durationMs).toBeGreaterThan(150)
      await expectHarmless(shop, answer, 408)
    })

    test.each(['FIN', 'RST'])('H22 a body cut off by a %s is one aborted delivery and nothing else', async (end) => {
      const shop = await open()
      const socket = connect(shop.port, '127.0.0.1')
      socket.on('error', () => {})
      await once(socket, 'connect')
      await new Promise((resolve) =>
        socket.write(requestBytes({ headers: [SIGNED, 'Content-Length: 100'], body: '{"a"' }), resolve),
      )
      // The server must have read the headers, or there is no delivery to abort.
      await new Promise((resolve) => setTimeout(resolve, 50))
      if (end === 'FIN') socket.end()
      else socket.resetAndDestroy()
      await until(() => shop.outcomes.length > 0)
      expect(shop.outcomes).toMatchObject([{ outcome: 'aborted', code: 'BODY_ABORTED' }])
      expect(shop.errors).toHaveLength(1)
      expect(shop.store.calls).toEqual([])
      await expectStillWelcome(shop)
    })

    test('H23 a sender who closes its own side after the body gets its answer', async () => {
      const shop = await open()
      const answer = await rawRequest(shop.port, (socket) =>
        socket.end(requestBytes({ headers: [SIGNED, KEPT_ALIVE], body: BODY })),
      )
      expect(answer.status).toBe(200)
      expect(shop.handled).toHaveLength(1)
    })

    test('H23 a sender who leaves after the body is processed once; its retry is a duplicate', async () => {
      let finish = () => {}
      const finished = new Promise<void>((resolve) => (finish = resolve))
      const shop = await open({ handler: () => finished })
      const socket = connect(shop.port, '127.0.0.1')
      await once(socket, 'connect')
      socket.write(requestBytes({ headers: [SIGNED], body: BODY }))
      await until(() => shop.store.calls.length > 0)
      socket.destroy()
      finish()
      await until(() => shop.outcomes.length > 0)
      expect((await shop.deliver()).status).toBe(200)
      expect(shop.outcomes.map(({ outcome }) => outcome)).toEqual(['handled', 'duplicate'])
      expect(shop.handled).toHaveLength(1)
    })
  })
})

// In a Request/Response host, the host itself decides about paths.
describe.each(expressDoors)('paths, through %s', (_name, door) => {
  const open = shops({ door })

  test.each([`${HOOK}/`, HOOK.toUpperCase()])('H04 %s gets the same checks: unsigned 401, signed 200', async (path) => {
    const shop = await open()
    const line = `POST ${path} HTTP/1.1`
    await expectHarmless(shop, await rawRequest(shop.port, requestBytes({ line, body: BODY })), 401)
    const answer = await rawRequest(
      shop.port,
      requestBytes({
        line,
        headers: [`X-Signature: ${signatureOf(bodyOf({ id: 'evt_2' }))}`],
        body: bodyOf({ id: 'evt_2' }),
      }),
    )
    expect(answer.status).toBe(200)
    expect(shop.handled).toHaveLength(2)
  })

  test('H04 a doubled slash at the end is the hook with all its checks, or no path at all', async () => {
    const shop = await open()
    const line = `POST ${HOOK}// HTTP/1.1`
    await expectHarmless(shop, await rawRequest(shop.port, requestBytes({ line, body: BODY })), 401, 404)
  })

  test.each([
    '//hooks/hmac',
    '/hooks/%68mac',
    '/x/../hooks/hmac',
    `${HOOK}%00`,
    `${HOOK}%zz`,
    `${HOOK};a=b`,
    `${HOOK}/below`,
  ])('H05 %s is another path: the application answers 404 or 400, even when signed', async (path) => {
    const shop = await open()
    await expectHarmless(
      shop,
      await rawRequest(shop.port, requestBytes({ line: `POST ${path} HTTP/1.1`, headers: [SIGNED], body: BODY })),
      404,
      400,
    )
  })
})

test.each([`${HOOK}/`, HOOK.toUpperCase(), `${HOOK}//`, '/hooks/%68mac', '/x/../hooks/hmac', `${HOOK};a=b`])(
  'H04, H05 %s, wherever a Request/Response host leads it, is never answered without the checks',
  async (path) => {
    const shop = await openFetch()
    const line = `POST ${path} HTTP/1.1`
    await expectHarmless(shop, await rawRequest(shop.port, requestBytes({ line, body: BODY })), 401, 404)
  },
)

/** Bytes that a sender can send before the connection is closed: the server reads some, and the system buffers others. */
const TAKEN_BYTES = 32 * 1024 * 1024

const HUNG_UP_MS = 5000

/** Sends a request with an endless body, as fast as the server reads it, until the server closes the connection. */
class EndlessSender {
  readonly #line: string
  #takenBytes = 0
  #answeredMs = Number.POSITIVE_INFINITY
  #endedMs = Number.POSITIVE_INFINITY

  constructor(line: string) {
    this.#line = line
  }

  send(socket: Socket): void {
    const startedAt = performance.now()
    const chunk = `4000\r\n${'a'.repeat(0x4000)}\r\n`
    const goOn = () => {
      while (!socket.destroyed && socket.write(chunk));
      this.#takenBytes = socket.bytesWritten - socket.writableLength
    }
    socket.write(requestBytes({ line: this.#line, headers: [SIGNED, 'Transfer-Encoding: chunked', KEPT_ALIVE] }))
    socket.on('drain', goOn)
    socket.once('data', () => (this.#answeredMs = performance.now() - startedAt))
    socket.once('close', () => (this.#endedMs = performance.now() - startedAt))
    goOn()
  }

  expectHungUpOn(): void {
    expect(this.#answeredMs).toBeLessThan(HUNG_UP_MS)
    expect(this.#endedMs).toBeLessThan(HUNG_UP_MS)
    expect(this.#takenBytes).toBeGreaterThan(LIMIT)
    expect(this.#takenBytes).toBeLessThan(TAKEN_BYTES)
  }
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5))
}
