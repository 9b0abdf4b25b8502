/** Forged bodies under genuine headers, at a shop on Express, with PayPal's API on a socket: one effect, and the true one. */
import { afterEach, describe, expect, test } from '@jest/globals'
import express from 'express'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { paymentWebhook, type WebhookEvent } from 'express-payment-webhooks'
import { paypal } from 'express-payment-webhooks/providers/paypal'
import { payPalTestKeys } from 'express-payment-webhooks/testing'
import { recordingStore } from '../../support/recording-store.js'
import { startServer, type RunningServer } from '../../support/start-server.js'
import { capture, CAPTURE, event, fixture, forgedLike, vectors, WEBHOOK_ID } from './support.js'

const [genuine, forgery] = [vectors.cases[0]!, vectors.forgery[0]!]
const CLIENT_SECRET = 'EL1tVxAjhT7cJimnz5-Nsx9k2reTKSVfErNQF'

const servers: RunningServer[] = []
afterEach(async () => {
  globalThis.fetch = systemFetch
  for (const server of servers.splice(0)) await server.close()
})
const systemFetch = globalThis.fetch

async function serve(listener: (req: IncomingMessage, res: ServerResponse) => void): Promise<string> {
  const server = await startServer(listener)
  servers.push(server)
  return `http://127.0.0.1:${server.port}`
}

/** A shop, and a PayPal API that has one capture and counts requests. */
async function openShop(options: object = {}) {
  const asked: string[] = []
  const apiUrl = await serve((req, res) => {
    const path = `${req.method} ${req.url}`
    asked.push(path)
    res.setHeader('content-type', 'application/json')
    if (path === 'POST /v1/oauth2/token') return res.end('{"access_token":"A21AAF","expires_in":32400}')
    if (req.url!.includes('/certs/')) return res.end(vectors.certificates.leaf)
    if (path === `GET /v2/payments/captures/${CAPTURE}` && req.headers.authorization === 'Bearer A21AAF') {
      return res.end(JSON.stringify(capture()))
    }
    res.writeHead(404).end('{}')
  })
  globalThis.fetch = (url, init) => systemFetch(String(url).replace('https://api.sandbox.paypal.com', apiUrl), init)
  const store = recordingStore()
  const events: WebhookEvent[] = []
  const provider = paypal({
    webhookId: WEBHOOK_ID,
    clientId: 'AYSq3RDGsmBLJE',
    clientSecret: CLIENT_SECRET,
    mode: 'sandbox',
    apiUrl,
    ...options,
  })
  const app = express()
  app.use(
    '/paypal',
    paymentWebhook(provider, { store, on: {}, onUnhandled: (one) => void events.push(one), onError: () => {} }),
  )
  const url = await serve(app)
  const send = async (body: string, headers: Record<string, string>) => {
    const { status } = await fetch(`${url}/paypal`, { method: 'POST', body, headers })
    return status
  }
  const reads = () => asked.filter((path) => path.startsWith('GET /v2/'))
  return { provider, send, events, store, asked, reads }
}

const atVectors = { issuers: vectors.root_pem, now: () => Date.parse(vectors.at) }
const headers = genuine.headers as Record<string, string>

const TRUE_EVENT = {
  id: `paypal:capture:${CAPTURE}:COMPLETED`,
  type: 'payment.confirmed',
  orderId: 'ORDER-1001',
  received: { amount: '49.9', currency: 'EUR' },
}

describe('the forgery of the vectors, whose signature is genuine', () => {
  test.each([
    ['after the genuine delivery is refused, and nobody is asked', [genuine, forgery], [200, 401], 1],
    ['before it has the true effect, and the genuine one has no second', [forgery, genuine], [200, 401], 1],
    ['between two of them has no effect', [genuine, forgery, genuine], [200, 401, 200], 2],
  ])('sent %s', async (_when, deliveries, statuses, reads) => {
    const shop = await openShop(atVectors)
    const answered: number[] = []
    for (const { raw_body } of deliveries) answered.push(await shop.send(raw_body, headers))
    expect(answered).toEqual(statuses)
    expect(shop.events).toMatchObject([TRUE_EVENT])
    expect(shop.reads()).toHaveLength(reads)
  })

  test('at the same moment as the genuine delivery has one effect, and the true one', async () => {
    const shop = await openShop(atVectors)
    await Promise.all([forgery, genuine, forgery, genuine].map(({ raw_body }) => shop.send(raw_body, headers)))
    expect(shop.events).toMatchObject([TRUE_EVENT])
  })

  test('of a capture that does not exist is asked for again, writes nothing, and does not shut the genuine one out', async () => {
    const shop = await openShop(atVectors)
    const native = fixture('payment_capture_completed')
    const forged = forgedLike(genuine.raw_body, {
      ...native,
      resource: { ...native.resource, id: '9ZZ99999ZZ999999Z' },
    })
    expect(await shop.send(forged, headers)).toBe(503)
    expect(shop.store.calls).toEqual([])
    expect(await shop.send(genuine.raw_body, headers)).toBe(200)
    expect(shop.events).toMatchObject([TRUE_EVENT])
  })
})

describe('a hundred forged ids that name one real capture', () => {
  const forged = Array.from({ length: 100 }, (_, at) => ({
    ...fixture('payment_capture_completed'),
    id: `WH-FORGED-${at}`,
  }))

  test('under the headers of one genuine delivery have one effect', async () => {
    const shop = await openShop(atVectors)
    const bodies = forged.map((native) => forgedLike(genuine.raw_body, native))
    expect(new Set(bodies).size).toBe(100)
    const statuses = await Promise.all([...bodies, genuine.raw_body].map((body) => shop.send(body, headers)))
    expect(statuses.every((status) => status === 200 || status === 401)).toBe(true)
    expect(shop.events).toMatchObject([TRUE_EVENT])
  })

  test('each under a transmission of its own have one effect, and reads are shared', async () => {
    const shop = await openShop({ testKeys: payPalTestKeys() })
    const statuses = await Promise.all(
      forged.map((native) => {
        const { body, headers: signed } = shop.provider.sign(native)
        return shop.send(body.toString(), { ...signed })
      }),
    )
    expect(new Set(statuses)).toEqual(new Set([200]))
    expect(shop.events).toMatchObject([TRUE_EVENT])
    expect(shop.reads().length).toBeLessThan(100)
  })
})

test('nothing is written before PayPal has confirmed it', async () => {
  const shop = await openShop({ testKeys: payPalTestKeys() })
  for (const [name, resource] of [
    ['PAYMENT.CAPTURE.COMPLETED', { id: 'UNKNOWN1' }],
    ['PAYMENT.CAPTURE.REFUNDED', { id: 'UNKNOWN2' }],
    ['BILLING.PLAN.CREATED', { id: 'UNKNOWN3' }],
  ] as const) {
    const { body, headers: signed } = shop.provider.sign(event(name, resource))
    expect(await shop.send(body.toString(), { ...signed })).toBe(503)
  }
  expect([shop.store.calls, shop.events]).toEqual([[], []])
})

test('one token is asked for by many reads, and neither it nor the secret is told', async () => {
  const shop = await openShop({ testKeys: payPalTestKeys() })
  for (const id of ['WH-1', 'WH-2', 'WH-3']) {
    const { body, headers: signed } = shop.provider.sign(event('PAYMENT.CAPTURE.COMPLETED', { id: CAPTURE }, id))
    expect(await shop.send(body.toString(), { ...signed })).toBe(200)
  }
  expect(shop.asked.filter((path) => path === 'POST /v1/oauth2/token')).toHaveLength(1)
  expect(JSON.stringify(shop.events)).not.toMatch(/A21AAF|EL1tVx/)
})
