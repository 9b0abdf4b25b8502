/**
 * The operator page's response times on a store with many events: fifty requests for each kind of search, one after the other,
 * over a socket.
 *
 * npm run build && node bench/operator.mjs [--events 100000] [--only sqlite,redis]
 */
import { createHash, randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { parseArgs } from 'node:util'
import { operatorPage } from 'express-payment-webhooks/operator'
import { PLACES } from './store-places.mjs'

const REQUESTS = 50
const LIMIT_MS = 300

const { values } = parseArgs({ options: { events: { type: 'string' }, only: { type: 'string' } } })
const count = Number(values.events ?? 100_000)
const names = values.only?.split(',') ?? Object.keys(PLACES)

/** Two events for each order. One event in a hundred failed, and one in a thousand has another provider. */
const eventAt = (number) => ({
  key: createHash('sha256').update(`event ${number}`).digest('base64url'),
  token: randomUUID(),
  contentHash: 'content',
  leaseMs: 600_000,
  contestMs: 3000,
  retainMs: 30 * 24 * 3600 * 1000,
  eventId: `acme:evt_${number}`,
  eventType: 'payment.confirmed',
  provider: number % 1000 === 0 ? 'rare' : 'acme',
  account: '',
  orderId: `ORDER-${number >> 1}`,
  paymentId: `pay_${number}`,
  amount: '100 EUR',
})

async function fill(store) {
  for (let from = 0; from < count; from += 200) {
    const events = Array.from({ length: Math.min(200, count - from) }, (_, at) => [from + at, eventAt(from + at)])
    await Promise.all(
      events.map(async ([number, event]) => {
        await store.claim(event)
        if (number % 100 === 0) await store.release(event.key, event.token, 'the order is not stored')
        else await store.complete(event.key, event.token)
      }),
    )
  }
}

const WANTED = {
  'the newest': () => '/',
  'an order': (number) => `/?q=ORDER-${number >> 1}`,
  'a payment': (number) => `/?q=pay_${number}`,
  'an event id': (number) => `/?q=acme:evt_${number}`,
  'what failed': () => '/?state=failed',
  'a rare provider': () => '/?provider=rare',
  'a rare provider, last hour': () => '/?provider=rare&since=1h',
  'a provider without events': () => '/?provider=nobody',
  'a rare provider that failed': () => '/?provider=rare&state=failed',
  'an order of the usual provider': (number) => `/?provider=acme&q=ORDER-${number >> 1}`,
  'one event': (number) => `/event?key=${eventAt(number).key}`,
}

for (const name of names) {
  const place = PLACES[name].make()
  const { makeStore, end } = PLACES[name].open(place)
  const store = makeStore()
  await store.init()
  await fill(store)
  const server = createServer(operatorPage({ store, authorize: () => true })).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://127.0.0.1:${server.address().port}`
  for (const [what, viewOf] of Object.entries(WANTED)) {
    const times = []
    for (let request = 0; request < REQUESTS; request++) {
      const began = performance.now()
      const answer = await fetch(url + viewOf(Math.floor(Math.random() * count)))
      await answer.text()
      if (answer.status !== 200) throw new Error(`${what}: ${answer.status}`)
      times.push(performance.now() - began)
    }
    times.sort((a, b) => a - b)
    const [p50, p95] = [times[24], times[47]].map((ms) => ms.toFixed(1).padStart(7))
    console.log(
      `${name.padEnd(9)} ${what.padEnd(30)} p50 ${p50} ms  p95 ${p95} ms${p95 > LIMIT_MS ? '  above the limit' : ''}`,
    )
  }
  server.closeAllConnections()
  server.close()
  await store.close()
  await end()
  await PLACES[name].remove(place)
}
