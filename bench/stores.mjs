/**
 * The durable stores: claim and complete through the store, compared with the same calls made by hand on the same client, at 1
 * and 32 at a time. Then the cost of an event as the number of remembered events grows, and the memory store's bytes per
 * remembered event.
 *
 * npm run build && node --expose-gc bench/stores.mjs [--rounds 8] [--seconds 1] [--retained 1000,10000,100000,1000000] [--only
 * sqlite]
 */
import { createHash, randomUUID } from 'node:crypto'
import { parseArgs } from 'node:util'
import { memoryStore } from 'express-payment-webhooks'
import { BACKENDS } from './store-backends.mjs'

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '8' },
    seconds: { type: 'string', default: '1' },
    retained: { type: 'string', default: '1000,10000,100000,1000000' },
    only: { type: 'string' },
  },
})
const rounds = Number(values.rounds)
const seconds = Number(values.seconds)
const sizes = values.retained.split(',').map(Number)
const median = (numbers) => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)]

let serial = 0
const KEY = 'K'.repeat(43)
const TOKEN = 'T'.repeat(36)

function request(key, token) {
  return {
    key,
    token,
    contentHash: key.slice(0, 22).toLowerCase(),
    leaseMs: 60_000,
    contestMs: 3000,
    retainMs: 30 * 24 * 3600 * 1000,
    eventId: `acme:${key}`,
    eventType: 'payment.confirmed',
    provider: 'acme',
    account: 'shop',
    orderId: `order-${key.slice(0, 8)}`,
    paymentId: `payment-${key.slice(0, 8)}`,
    amount: '100.00 EUR',
  }
}

const nextKey = () => createHash('sha256').update(`${process.pid} ${serial++}`).digest('base64url')

async function throughStore(store) {
  const claim = request(nextKey(), randomUUID())
  if ((await store.claim(claim)).state !== 'claimed') throw new Error('not claimed')
  if (!(await store.complete(claim.key, claim.token))) throw new Error('not completed')
}

/** The store's own calls for one event, with other keys and tokens. */
function byHand({ byHand: run }, calls) {
  const replace = (value, key, token) =>
    typeof value === 'string'
      ? value.replaceAll(KEY, key).replaceAll(TOKEN, token)
      : Array.isArray(value)
        ? value.map((inner) => replace(inner, key, token))
        : value
  return () => {
    const [key, token] = [nextKey(), randomUUID()]
    return run(calls.map((call) => replace(call, key, token)))
  }
}

/** Events per second with `width` of them in progress at a time, and this process's CPU per event in microseconds. */
async function measure(once, width) {
  const until = performance.now() + seconds * 1000
  const startedAt = performance.now()
  const startedWith = process.cpuUsage()
  let done = 0
  const worker = async () => {
    while (performance.now() < until) {
      await once()
      done++
    }
  }
  await Promise.all(Array.from({ length: width }, worker))
  const { user, system } = process.cpuUsage(startedWith)
  return { rate: (done * 1000) / (performance.now() - startedAt), cpu: (user + system) / done }
}

async function compare(name, backend, calls) {
  const hand = byHand(backend, calls)
  const store = () => throughStore(backend.plain)
  const rows = {}
  for (const width of [1, 32]) {
    const found = []
    for (const once of [hand, store]) await measure(once, width)
    for (let round = 0; round < rounds; round++) {
      process.stderr.write(`\r${name}, ${width} at a time, round ${round + 1} of ${rounds}   `)
      const results = {}
      const order = round % 2 === 0 ? ['hand', 'store'] : ['store', 'hand']
      for (const who of order) results[who] = await measure(who === 'hand' ? hand : store, width)
      found.push(results)
    }
    rows[`${name}, ${width} at a time`] = {
      'store / by hand': median(found.map((one) => one.store.rate / one.hand.rate)).toFixed(2),
      'CPU of Node, store / by hand': median(found.map((one) => one.store.cpu / one.hand.cpu)).toFixed(2),
      'events/s': Math.round(median(found.map((one) => one.store.rate))),
      'by hand': Math.round(median(found.map((one) => one.hand.rate))),
    }
  }
  return rows
}

async function grow(name, backend) {
  const row = {}
  let filled = 0
  let base
  for (const size of sizes) {
    process.stderr.write(`\r${name}, filling up to ${size}          `)
    await backend.fill(filled, size)
    filled = size
    await measure(() => throughStore(backend.plain), 1)
    const rates = []
    for (let round = 0; round < Math.max(3, rounds / 2); round++)
      rates.push((await measure(() => throughStore(backend.plain), 1)).rate)
    const cost = 1 / median(rates)
    base ??= cost
    row[`${size} retained`] = (cost / base).toFixed(2)
  }
  return row
}

const comparisons = {}
const growth = {}
for (const [name, open] of Object.entries(BACKENDS)) {
  if (values.only !== undefined && !values.only.split(',').includes(name)) continue
  const backend = await open()
  try {
    await backend.plain.init()
    backend.state.calls = []
    await backend.store.claim(request(KEY, TOKEN))
    await backend.store.complete(KEY, TOKEN)
    const { calls } = backend.state
    backend.state.calls = undefined
    Object.assign(comparisons, await compare(name, backend, calls))
    growth[name] = await grow(name, backend)
  } finally {
    await backend.plain.close()
    await backend.store.close()
    await backend.end()
  }
}
process.stderr.write('\r')
console.log(`\nClaim and complete of one event, median of ${rounds} rounds`)
console.table(comparisons)
console.log('\nCost of one event, relative to the first column')
console.table(growth)

if (globalThis.gc !== undefined) {
  const store = memoryStore({ maxEvents: 2_000_000 })
  const used = () => {
    globalThis.gc()
    return process.memoryUsage().heapUsed
  }
  const before = used()
  const count = 500_000
  for (let event = 0; event < count; event++) await throughStore(store)
  console.log(
    `\nMemory store: ${Math.round((used() - before) / count)} bytes per remembered event, at ${count} of them`,
  )
  await throughStore(store)
}
