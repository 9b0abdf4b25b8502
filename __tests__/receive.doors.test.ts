/** One receiver behind several doors: they share deliveries in progress, the end, and the health. */
import { afterEach, describe, expect, test } from '@jest/globals'
import express from 'express'
import {
  createReceiver,
  memoryStore,
  paymentWebhook,
  toFetchHandler,
  toNodeListener,
  type Receiver,
  type Store,
} from 'express-payment-webhooks'
import { bodyOf, hmacProvider, signatureOf } from './support/hmac-provider.js'
import { startServer } from './support/start-server.js'

const servers: { close: () => Promise<void> }[] = []
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()))
})

const headersFor = (body: string) => ({ 'x-signature': signatureOf(body) })

/** Ways to deliver to a receiver through each door at once, by the door's name; each answers a status. */
async function doorsTo(receiver: Receiver) {
  const app = express().use('/express', paymentWebhook(receiver))
  const server = await startServer(toNodeListener({ '/listener': receiver }, app))
  servers.push(server)
  const handler = toFetchHandler(receiver)
  const post = (path: string) => async (body: string) =>
    (await fetch(`http://127.0.0.1:${server.port}${path}`, { method: 'POST', headers: headersFor(body), body })).status
  return {
    paymentWebhook: post('/express'),
    toNodeListener: post('/listener'),
    toFetchHandler: async (body: string) =>
      (await handler(new Request('http://shop.example/', { method: 'POST', headers: headersFor(body), body }))).status,
    receive: async (body: string) => {
      const { kind } = await receiver.receive({ body, headers: headersFor(body) })
      return kind === 'handled' || kind === 'duplicate' ? 200 : 503
    },
  }
}

/** A receiver whose handlers wait until they are told, and the claims that its store was asked for. */
function waitingReceiver() {
  let finish = () => {}
  const told = new Promise<void>((resolve) => (finish = resolve))
  const inner = memoryStore()
  const counts = { runs: 0, claims: 0 }
  const store: Store = {
    ...inner,
    claim(request) {
      // A health check claims an event of its own.
      if (request.provider === 'hmac') counts.claims++
      return inner.claim(request)
    },
  }
  const receiver = createReceiver(hmacProvider(), {
    store,
    on: {
      async 'payment.confirmed'() {
        counts.runs++
        await told
      },
    },
    onError: () => {},
  })
  return { receiver, counts, finish }
}

test('one event through every door at the same moment has one claim and one handler run', async () => {
  const { receiver, counts, finish } = waitingReceiver()
  const doors = Object.values(await doorsTo(receiver))
  const deliveries = [...doors, ...doors].map((deliver) => deliver(bodyOf()))
  while ((await receiver.health()).inProgress < deliveries.length) await new Promise((resolve) => setImmediate(resolve))
  finish()
  expect(await Promise.all(deliveries)).toEqual(Array(8).fill(200))
  expect(counts).toEqual({ runs: 1, claims: 1 })
})

describe.each<[string, (receiver: Receiver) => Receiver]>([
  ['paymentWebhook', (receiver) => paymentWebhook(receiver)],
  ['toFetchHandler', (receiver) => toFetchHandler(receiver)],
  ['the receiver', (receiver) => receiver],
])('close() of %s', (_name, doorTo) => {
  test('closes every door, and waits for what came through the others', async () => {
    const { receiver, counts, finish } = waitingReceiver()
    const doors = await doorsTo(receiver)
    const delivery = doors.toNodeListener(bodyOf())
    while (counts.runs === 0) await new Promise((resolve) => setImmediate(resolve))
    const closing = doorTo(receiver).close()
    expect(await receiver.health()).toMatchObject({ ok: false, closing: true, inProgress: 1 })
    const statuses = await Promise.all(Object.values(doors).map((deliver) => deliver(bodyOf({ id: 'evt_2' }))))
    expect(statuses).toEqual(Array(4).fill(503))
    finish()
    expect(await delivery).toBe(200)
    await closing
    expect(counts.runs).toBe(1)
  })
})

test.each<[string, (receiver: Receiver) => unknown]>([
  ['paymentWebhook', (receiver) => paymentWebhook(receiver as never, { store: memoryStore(), on: {} })],
  ['toFetchHandler', (receiver) => toFetchHandler(receiver, { store: memoryStore() } as never)],
])('%s takes no options beside a receiver, which has its own', (_, make) => {
  const receiver = createReceiver(hmacProvider(), { store: memoryStore(), on: {} })
  expect(() => make(receiver)).toThrow(
    expect.objectContaining({
      code: 'CONFIG_OPTION_UNKNOWN',
      message: expect.stringContaining('a receiver has its own options: pass "store" to createReceiver()'),
    }),
  )
})

test('a body over the limit is refused at every door, signed or not', async () => {
  const handled: string[] = []
  const receiver = createReceiver(hmacProvider(), {
    store: memoryStore(),
    limit: '1kb',
    on: { 'payment.confirmed': ({ id }) => void handled.push(id) },
    onError: () => {},
  })
  const { receive: _, ...doors } = await doorsTo(receiver)
  const long = bodyOf({ note: 'x'.repeat(1024) })
  for (const post of Object.values(doors)) expect(await post(long)).toBe(413)
  const { kind, error } = await receiver.receive({ body: long, headers: headersFor(long) })
  expect([kind, error?.code]).toEqual(['too_large', 'BODY_TOO_LARGE'])
  expect(handled).toEqual([])
  const fits = bodyOf()
  expect((await receiver.receive({ body: fits, headers: headersFor(fits) })).kind).toBe('handled')
})
