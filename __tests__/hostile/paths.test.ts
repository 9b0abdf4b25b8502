/** Paths next to the webhook's path, in the shops that readers copy: a short plain answer that repeats no input. */
import { afterEach, describe, expect, test } from '@jest/globals'
import type { RequestListener } from 'node:http'
import { cryptoGateway, memoryStore, paymentWebhook, toNodeListener } from 'express-payment-webhooks'
import { sample, signedRequest } from 'express-payment-webhooks/testing'
import { createApp, WEBHOOK_PATH } from '../../examples/minimal/app.js'
import { openShop } from '../../examples/existing-shop/__tests__/shop.js'
import { SECRET } from '../support/hmac-provider.js'
import { rawRequest, requestBytes } from '../support/raw-request.js'
import { startServer, type RunningServer } from '../support/start-server.js'

interface Example {
  readonly listener: RequestListener
  /** A request that would reach a handler if it were sent to the right path. */
  readonly signed: { readonly headers: Readonly<Record<string, string>>; readonly body: string }
  readonly handled: unknown[]
}

const PAYMENT = sample('crypto-gateway', 'transaction.confirmed')
const signed = signedRequest(cryptoGateway({ secret: SECRET }), PAYMENT)

const minimal = (handled: unknown[]) =>
  createApp({
    secret: SECRET,
    onPaid: (event) => void handled.push(event),
    onReview: (event) => void handled.push(event),
  })

const EXAMPLES: [string, () => Example][] = [
  [
    'examples/minimal',
    () => {
      const handled: unknown[] = []
      return { listener: minimal(handled), signed, handled }
    },
  ],
  [
    'examples/existing-shop',
    () => {
      const { app, providers, logged } = openShop()
      // The handler logs an unknown order, so the log shows whether an event was handled.
      return { listener: app, signed: signedRequest(providers.cryptoGateway, PAYMENT), handled: logged }
    },
  ],
  [
    'toNodeListener before examples/minimal',
    () => {
      const handled: unknown[] = []
      const webhook = paymentWebhook(cryptoGateway({ secret: SECRET }), {
        store: memoryStore(),
        on: { 'transaction.confirmed': (event) => void handled.push(event) },
      })
      return { listener: toNodeListener({ [WEBHOOK_PATH]: webhook }, minimal([])), signed, handled }
    },
  ],
]

describe.each(EXAMPLES)('%s', (_name, open) => {
  let server: RunningServer
  afterEach(() => server.close())

  test.each([
    '//webhooks/gateway',
    '/webhooks/%67ateway',
    '/x/../webhooks/gateway',
    `${WEBHOOK_PATH}%00`,
    `${WEBHOOK_PATH}%zz`,
    `${WEBHOOK_PATH};a=b`,
    `${WEBHOOK_PATH}/<script>alert(1)</script>`,
  ])('H05 %s is answered 404 or 400 in a few plain words that do not repeat it', async (path) => {
    const { listener, signed, handled } = open()
    server = await startServer(listener)
    const answer = await post(path, signed)
    expect([400, 404]).toContain(answer.status)
    expect(answer.headers['content-type']).not.toMatch(/html/)
    expect(answer.body.length).toBeLessThan(100)
    expect(answer.raw).not.toMatch(/<|webhooks|ateway|script/)
    expect(handled).toEqual([])
  })

  test('H05 the same request reaches a handler at the right path', async () => {
    const { listener, signed, handled } = open()
    server = await startServer(listener)
    expect([200, 503]).toContain((await post(WEBHOOK_PATH, signed)).status)
    expect(handled).toHaveLength(1)
  })

  function post(path: string, { headers, body }: Example['signed']) {
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`)
    return rawRequest(server.port, requestBytes({ line: `POST ${path} HTTP/1.1`, headers: lines, body }))
  }
})
