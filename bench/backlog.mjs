/**
 * A backlog after an outage: two processes, each with a receiver, take in events in parallel through one plain store. It runs
 * once with the store's own batches, and once with every claim and every completion as a single call.
 *
 * npm run build && node bench/backlog.mjs [--events 72000] [--alone 8000] [--width 32] [--only sqlite,redis]
 */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { parseArgs } from 'node:util'
import { createReceiver, cryptoGateway } from 'express-payment-webhooks'
import { bodyFactory, SECRET, SIGN } from './payloads.mjs'
import { PLACES } from './store-places.mjs'

const PROCESSES = 2

/** Deliveries that each process takes in before the clock starts. */
const WARM_UP = 1000

if (process.argv[2] === 'drain') await drain(JSON.parse(process.argv[3]))
else await compare()

/** One of the processes. It prepares its deliveries first, and takes them in on a signal. */
async function drain({ backend, place, isTogether, count, width, number }) {
  const { makeStore, end } = PLACES[backend].open(place)
  const store = isTogether ? makeStore() : oneByOne(backend, makeStore, width)
  let handled = 0
  const provider = cryptoGateway({ secret: SECRET })
  const on = { 'transaction.confirmed': async () => void handled++ }
  const receiver = createReceiver(provider, { store, on, onError() {} })
  const makeBody = bodyFactory(700)
  const deliveries = Array.from({ length: WARM_UP + count }, () => {
    const body = Buffer.from(String(makeBody()).replace('tx_', `tx_${number}_`))
    return { body, headers: SIGN.paymentWebhook(body) }
  })
  await store.init()
  const takeIn = async (left) => {
    while (deliveries.length > left) {
      const delivery = deliveries.pop()
      // Retries as a sender would: a file that the other process locked for too long is no reason to give up.
      for (let kind; kind !== 'handled' && kind !== 'duplicate';) kind = (await receiver.receive(delivery)).kind
    }
  }
  const takeInSeveral = (left) => Promise.all(Array.from({ length: width }, () => takeIn(left)))
  await takeInSeveral(count)
  handled = 0
  process.send('ready')
  await once(process, 'message')
  const before = process.cpuUsage()
  await takeInSeveral(0)
  const { user, system } = process.cpuUsage(before)
  process.send({ handled, cpu: (user + system) / count })
  await receiver.close()
  await store.close()
  await end()
  process.disconnect()
}

/** The same statements, each in a call of its own. */
function oneByOne(backend, makeStore, width) {
  // SQLite runs one call after the other anyway. Elsewhere each call goes through a separate store.
  const stores = Array.from({ length: backend === 'sqlite' ? 1 : 2 * width }, makeStore)
  let turns = 0
  let last = Promise.resolve()
  const alone = (call) => {
    if (stores.length > 1) return call(stores[turns++ % stores.length])
    const answer = last.then(() => call(stores[0]))
    last = answer.catch(() => {})
    return answer
  }
  return {
    ...stores[0],
    claim: (request) => alone((store) => store.claim(request)),
    complete: (key, token) => alone((store) => store.complete(key, token)),
  }
}

/** Events per second, and the microseconds of CPU that each costs in Node. */
async function timed(backend, isTogether, { events, width }) {
  const place = await PLACES[backend].make()
  const children = Array.from({ length: PROCESSES }, (_, number) => {
    const order = { backend, place, isTogether, count: events / PROCESSES, width, number }
    const env = { ...process.env, BENCH_SECRET: SECRET }
    return fork(new URL(import.meta.url), ['drain', JSON.stringify(order)], { env })
  })
  try {
    await Promise.all(children.map((child) => once(child, 'message')))
    const startedAt = performance.now()
    const reported = children.map((child) => once(child, 'message'))
    for (const child of children) child.send('go')
    const reports = (await Promise.all(reported)).map(([report]) => report)
    const seconds = (performance.now() - startedAt) / 1000
    const handled = reports.reduce((sum, report) => sum + report.handled, 0)
    if (handled !== events) throw new Error(`${backend}: ${handled} of ${events} events were handled`)
    await Promise.all(children.map((child) => child.exitCode ?? once(child, 'exit')))
    return { rate: events / seconds, cpu: reports.reduce((sum, { cpu }) => sum + cpu, 0) / PROCESSES }
  } finally {
    for (const child of children) child.kill()
    await PLACES[backend].remove(place)
  }
}

async function compare() {
  const { values } = parseArgs({
    options: {
      events: { type: 'string', default: '72000' },
      alone: { type: 'string', default: '8000' },
      width: { type: 'string', default: '32' },
      only: { type: 'string', default: Object.keys(PLACES).join() },
    },
  })
  const [width, events, alone] = [values.width, values.events, values.alone].map(Number)
  const rows = {}
  for (const backend of values.only.split(',')) {
    // Measured before and after, because the machine's speed may change meanwhile.
    const before = await timed(backend, false, { events: alone, width })
    const together = await timed(backend, true, { events, width })
    const after = await timed(backend, false, { events: alone, width })
    const rate = (before.rate + after.rate) / 2
    rows[backend] = {
      'events/s': Math.round(together.rate),
      'one by one': Math.round(rate),
      ratio: (together.rate / rate).toFixed(1),
      'CPU ratio': ((2 * together.cpu) / (before.cpu + after.cpu)).toFixed(2),
    }
  }
  console.log(`\n${events} events, taken in by ${PROCESSES} processes, ${width} at a time each`)
  console.table(rows)
}
