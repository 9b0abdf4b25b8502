/** A shop in a separate process, with a switch for every moment at which it can die. Started by `receiver-processes.ts`. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import express from 'express'
import { paymentWebhook, type OutcomeReport } from '../../src/index.js'
import { isHidden } from '../../src/lib/take-store-path.js'
import type { DurableStore } from '../../src/store.js'
import { hmacProvider } from './hmac-provider.js'
import { writeLine, writeRow, type LedgerClient, type NewEntry } from './ledger.js'
import { openStore } from './open-store.js'
import { HOOK } from './raw-request.js'
import type { CrashPoint, Order, ReceiverSetup, Report } from './receiver-processes.js'

const setup = JSON.parse(process.argv[2]!) as ReceiverSetup
const { store, db, close } = openStore({ ...setup, asDocumented: setup.driverDefaults !== true })

const { dieAt } = setup
let { slow = {} } = setup
let outcomes: OutcomeReport[] = []
let claimed: string[] = []
const settle: (() => void)[] = []
const delay = monitorEventLoopDelay({ resolution: 5 })

const webhook = paymentWebhook(hmacProvider(), {
  store: watched(store),
  on: { 'payment.confirmed': handle, 'payment.failed': handle },
  onError: () => {},
  onOutcome: (report) => void outcomes.push(report),
  ...(setup.timeoutMs !== undefined && { timeoutMs: setup.timeoutMs }),
  ...(setup.leaseMs !== undefined && { leaseMs: setup.leaseMs }),
})
const server = createServer(express().use(HOOK, webhook))

process.on('message', (order: Order) => void obey(order).then((report) => process.send!(report)))
// Without its parent nothing would end this process.
process.once('disconnect', () => process.exit(1))
process.once('SIGTERM', () => void leave())
void start()

/** A client without an offline queue fails until it has connected. */
async function start(patience = 50): Promise<void> {
  try {
    await store.init()
  } catch (error) {
    if (patience === 0) throw error
    await pass(100)
    return start(patience - 1)
  }
  server.listen(0, '127.0.0.1', () => process.send!((server.address() as AddressInfo).port))
}

interface HandledEvent {
  readonly type: string
  readonly orderId: string | null
  readonly native: unknown
}

interface Context {
  readonly attempt: number
  readonly idempotencyKey: string
  readonly tx: unknown
}

async function handle(
  { type, orderId, native }: HandledEvent,
  { attempt, idempotencyKey: key, tx }: Context,
): Promise<void> {
  const { id, amount } = native as { id: string; amount: string }
  const entry = { event: id, type, order: orderId!, amount, attempt, key, pid: process.pid }
  writeLine(setup.ledger, { kind: 'begun', ...entry })
  if (tx !== undefined) await write(tx, { kind: 'begun', ...entry })
  if (id in slow) await pass(slow[id]!)
  dieIfAt('handler')
  await write(tx, { kind: 'effect', ...entry })
  dieIfAt('effect')
}

async function write(tx: unknown, entry: NewEntry): Promise<void> {
  if (tx === undefined) writeLine(setup.ledger, entry)
  else await writeRow(tx as LedgerClient, setup.table!, entry)
}

function pass(time: number | 'until told'): Promise<void> {
  return new Promise((resolve) => {
    if (time === 'until told') settle.push(resolve)
    else setTimeout(resolve, time)
  })
}

function dieIfAt(point: CrashPoint): void {
  if (dieAt === point) process.kill(process.pid, 'SIGKILL')
}

function watched(inner: DurableStore<unknown>): DurableStore<unknown> {
  return {
    ...inner,
    async claim(request) {
      dieIfAt('body')
      // Every report includes the shop's health, for which the health check claims an event of its own.
      if (!isHidden(request.key)) claimed.push(request.eventId)
      const result = await inner.claim(request)
      if (result.state === 'claimed') dieIfAt('claimed')
      return result
    },
    async complete(key, token) {
      const completed = await inner.complete(key, token)
      dieIfAt('recorded')
      return completed
    },
  }
}

async function obey(order: Order): Promise<Report> {
  if (order.slow !== undefined) slow = order.slow
  if (order.settle === true) for (const resolve of settle.splice(0)) resolve()
  if (order.maxPages !== undefined) db!.exec(`PRAGMA max_page_count = ${order.maxPages}`)
  if (order.watchLoop === true) {
    delay.enable()
    delay.reset()
  }
  const [pages] = db === undefined ? [] : (db.prepare('PRAGMA page_count').all() as { page_count: number }[])
  global.gc?.()
  const { inProgress } = await webhook.health()
  const report: Report = {
    outcomes,
    claimed,
    inProgress,
    loopDelayMs: delay.max / 1e6,
    heapBytes: process.memoryUsage().heapUsed,
    pages: pages?.page_count ?? 0,
  }
  outcomes = []
  claimed = []
  return report
}

/** As a shop does: it accepts nothing new, finishes deliveries in progress, and then closes the rest. */
async function leave(): Promise<void> {
  await webhook.close()
  await new Promise((resolve) => server.close(resolve))
  await store.close()
  await close()
  process.removeAllListeners('disconnect')
  process.disconnect()
}
