/** The checks of `doctor` against handwritten shops: each has one fault, or none. */
import { describe, expect, jest, test } from '@jest/globals'
import express, { type Express, type Request, type Response } from 'express'
import { createHmac, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import type { IncomingHttpHeaders } from 'node:http'
import { connect } from 'node:net'
import Stripe from 'stripe'
import { FAULTS, WARNINGS } from '../../../src/cli/doctor/faults.js'
import { checkAt, checkShop, listen, SECRETS, secret } from '../../support/check-endpoint.js'
import { startHandwritten } from '../../support/handwritten-processes.js'
import { handwrittenShop, type Faults } from '../../support/handwritten-shop.js'
import { runCommand } from '../../support/run-command.js'

// Processes start slowly on a busy machine.
jest.setTimeout(60_000)

const OTHER = randomBytes(16).toString('hex')
const GATEWAY = 'crypto-gateway'

const checkHandwritten = (faults: Faults, args: readonly string[] = []) =>
  checkShop((clock) => handwrittenShop(secret, faults, clock), GATEWAY, args)

/** Passes everything on, and answers 502 if nothing listens behind it. */
function proxyOf(base: string): Express {
  return express().use(express.raw({ type: () => true }), async (req, res) => {
    const { method, url, headers, body } = req
    const { connection: _, 'transfer-encoding': __, host: ___, ...kept } = headers
    const sent = { method, headers: kept as Record<string, string>, ...(method === 'POST' && { body }) }
    const answer = await fetch(new URL(url, base), sent).catch(() => undefined)
    res.status(answer?.status ?? 502).send(await answer?.text())
  })
}

/** A common kind of route: it answers 400 with the thrown message. It does not know that a parser runs before it. */
function parsedBefore(checkBytes: (body: Buffer, headers: IncomingHttpHeaders) => void): Express {
  return express().post(
    '/hook',
    ...[express.json(), express.raw({ type: 'application/json' })],
    (req: Request, res: Response) => {
      try {
        checkBytes(req.body as Buffer, req.headers)
        res.json({ received: true })
      } catch (error) {
        res.status(400).send(`Webhook Error: ${(error as Error).message}`)
      }
    },
  )
}

describe('doctor finds, by what an answer of 400 says, that the body was parsed first', () => {
  const STRIPE_WEBHOOK_SECRET = `whsec_${secret}`
  const { webhooks } = new Stripe('sk_test_none')

  test.each<[string, string, (body: Buffer, headers: IncomingHttpHeaders) => void]>([
    [
      "with Stripe's package",
      'stripe',
      (body, headers) => void webhooks.constructEvent(body, headers['stripe-signature']!, STRIPE_WEBHOOK_SECRET),
    ],
    ["with Node's own", GATEWAY, (body) => void createHmac('sha256', secret).update(body)],
  ])('%s', async (_with, provider, checkBytes) => {
    const env = { ...SECRETS, STRIPE_WEBHOOK_SECRET }
    const { found } = await checkAt(await listen(parsedBefore(checkBytes)), provider, [], undefined, env)
    expect(found).toContain(FAULTS.parsedBody.name)
    expect(found).not.toContain(FAULTS.wrongSecret.name)
  })

  test('and not where the secret is wrong, which has another answer', async () => {
    const app = express().post('/hook', express.raw({ type: 'application/json' }), (req, res) => {
      try {
        webhooks.constructEvent(req.body as Buffer, req.headers['stripe-signature']!, `whsec_${OTHER}`)
        res.json({ received: true })
      } catch (error) {
        res.status(400).send(`Webhook Error: ${(error as Error).message}`)
      }
    })
    const env = { ...SECRETS, STRIPE_WEBHOOK_SECRET }
    const { found } = await checkAt(await listen(app), 'stripe', [], undefined, env)
    expect(found).toContain(FAULTS.wrongSecret.name)
    expect(found).not.toContain(FAULTS.parsedBody.name)
  })
})

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
    ['400 to a duplicate', { duplicateStatus: 400 }, 'duplicateRefused'],
    ['409 to a duplicate', { duplicateStatus: 409 }, 'duplicateRefused'],
    ['425 to a duplicate', { duplicateStatus: 425 }, 'duplicateRefused'],
    ['500 to a duplicate', { duplicateStatus: 500 }, 'duplicateRefused'],
    ['a wrong secret', { secret: OTHER }, 'wrongSecret'],
    ['a body limit that is too small', { limit: '1kb' }, 'limitTooSmall'],
    ['no body limit', { limit: '100mb' }, 'noLimit'],
    ['a 302 answer', { redirect: true }, 'redirect'],
    ['a slow handler', { handlerMs: 3100 }, 'slowHandler'],
  ])('%s, and nothing else', async (_name, faults, fault) => {
    const { code, found } = await checkHandwritten(faults)
    expect({ code, found }).toEqual({ code: 1, found: [FAULTS[fault].name] })
  })

  test.each<[string, Faults]>([
    ['when it has no fault', {}],
    ['when its handler takes its time', { handlerMs: 2900 }],
    ['when its effects come from a queue', { queueMs: 60 }],
    ['when it refuses with 400', { refusalStatus: 400 }],
    ['when express.json() keeps the bytes for it', { keepBytes: true }],
  ])('nothing, %s', async (_name, faults) => {
    const { code, found, skipped } = await checkHandwritten(faults)
    expect({ code, found, skipped }).toEqual({ code: 0, found: [], skipped: [] })
  })

  test('nothing but a warning, when its first delivery alone is not handled', async () => {
    const report = await checkHandwritten({ coldStart: true })
    expect(report).toMatchObject({ code: 0, found: [], skipped: [] })
    expect(report.checks[0]).toMatchObject({
      state: 'warning',
      warning: WARNINGS.coldStart,
      answers: [{ status: 503 }, { status: 200 }],
    })
  })

  test.each<[string, Faults, RegExp]>([
    ['come too late', { queueMs: 900, dedupe: 'none' }, /effects come more than half a second after the answer/],
    ['are over with the first payment', { paidOnce: true }, /may have been paid by an earlier check.* --order A/],
  ])('that effects which %s say nothing about duplicates', async (_name, faults, reason) => {
    const { code, found, checks } = await checkHandwritten(faults)
    const about = (name: string) => checks.find((one) => one.name === name)
    expect({ code, found }).toEqual({ code: 0, found: [] })
    for (const name of ['duplicate', '8 copies at once']) {
      expect(about(name)).toMatchObject({ state: 'skipped', skipped: expect.stringMatching(reason) })
    }
  })

  test('the effects of duplicates in a shop that pays an order once, with an order for each', async () => {
    const orders = ['--order', 'ORDER-1001', '--order', 'ORDER-1002', '--order', 'ORDER-1003']
    const { code, found, skipped } = await checkHandwritten({ paidOnce: true }, orders)
    expect({ code, found, skipped }).toEqual({ code: 0, found: [], skipped: [] })
  })

  test('a connection that is broken off, of an endpoint that is still there', async () => {
    const { found } = await checkShop(() => express().post('/hook', (req) => void req.socket.destroy()), GATEWAY)
    expect(found).toEqual([FAULTS.noAnswer.name])
  })

  test('an address where nothing takes a POST', async () => {
    const { found } = await checkShop(() => express(), 'coins-ph')
    expect(found).toEqual([FAULTS.notFound.name])
  })

  test('no effects in a number that never stands still', async () => {
    let number = 0
    const { code, found, checks } = await checkShop(
      (clock) =>
        express()
          .get('/effects', (_req, res) => void res.type('text').send(`${number++}`))
          .use(handwrittenShop(secret, {}, clock)),
      GATEWAY,
    )
    expect({ code, found }).toEqual({ code: 0, found: [] })
    const restless = checks.filter(({ skipped }) => /changes by itself/.test(skipped ?? ''))
    expect(restless.map(({ name }) => name)).toEqual(['duplicate', '8 copies at once'])
  })
})

describe('doctor finds, of a shop in a process of its own,', () => {
  test.each<[NonNullable<Faults['diesOf']>, string]>([
    ['a forgery', 'forged'],
    ['a missing signature', 'without a signature or token'],
    ['a large body', 'oversized body'],
  ])('that the process ends with %s, and sends nothing more', async (diesOf, name) => {
    const base = await startHandwritten(secret, { diesOf })
    const { hostname, port } = new URL(base)
    const { code, stdout } = await runCommand(['doctor', GATEWAY, '--url', `${base}/hook`], { env: SECRETS })
    expect([code, stdout]).toEqual([1, expect.stringMatching(/\n\nfound: goes down; \d not checked\n$/)])
    const [, after] = stdout.split(`FAULT   ${name}: no answer\n        goes down: `)
    expect(after).not.toMatch(/^(ok|FAULT|warning) /m)
    await expect(once(connect(Number(port), hostname), 'connect')).rejects.toThrow('ECONNREFUSED')
  })

  test('that it goes down behind a proxy, although the proxy answers', async () => {
    const base = await listen(proxyOf(await startHandwritten(secret, { diesOf: 'a forgery' })))
    const { found, checks } = await checkAt(base, GATEWAY)
    expect(found).toEqual([FAULTS.goesDown.name])
    expect(checks.find(({ name }) => name === 'forged')).toMatchObject({ answers: [{ status: 502 }] })
  })
})
