/** What a shop with a queue has kept runs in its workers, on the real engines: never in the process that takes deliveries. */
import { afterEach, expect, jest, test } from '@jest/globals'
import { randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { createReceiver, type DurableStore, type OutcomeReport } from 'express-payment-webhooks'
import { reconcile } from 'express-payment-webhooks/reconcile'
import { startWorkers, type Queue } from 'express-payment-webhooks/workers'
import { storeKey } from '../../src/flow/claims/claim-request.js'
import { bodyOf, hmacProvider, signatureOf } from '../support/hmac-provider.js'
import { describeWith } from '../support/needs.js'
import { openStore, type Backend } from '../support/open-store.js'
import { ENGINES } from '../support/queue-engines.js'

jest.setTimeout(120_000)

const closing: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

/** The store is looked at every two and a half seconds at most. */
const LOOKS_MS = 5500

async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 400; tries++) {
    if (await isSo()) return
    await pause(50)
  }
  throw new Error('never so')
}

/** A process of the shop, with clients of its own. */
function openProcess(backend: Backend, at: string, name: string, queue: Queue) {
  const { store, close } = openStore({ backend, at, name })
  const handled: string[] = []
  const reports: OutcomeReport[] = []
  const receiver = createReceiver<never, unknown>(hmacProvider() as never, {
    store: store,
    queue,
    on: {},
    onUnhandled: ({ id }) => void handled.push(id),
    onError: () => {},
    onOutcome: (report) => void reports.push(report),
  })
  closing.push(
    close,
    () => store.close(),
    () => receiver.close(),
  )
  return { store, receiver, handled, reports }
}

/** Has a shop whose handler fails keep an event: due now, or when an operator says so. Answers its key. */
async function keepFailed(store: DurableStore<unknown>, id: string, retryInMs: number | null): Promise<string> {
  const receiver = createReceiver<never, unknown>({ ...hmacProvider(), blocksQueue: true } as never, {
    store: {
      ...store,
      release: (...[key, token, error, ending, kept]) =>
        store.release(key, token, error, ending, kept && { ...kept, retryInMs }),
    },
    on: {},
    onUnhandled: () => Promise.reject(new Error('down')),
    onError: () => {},
  })
  const body = bodyOf({ id })
  expect(await receiver.receive({ body, headers: { 'x-signature': signatureOf(body) } })).toMatchObject({
    kind: 'kept',
  })
  await receiver.close()
  return storeKey(hmacProvider(), `hmac:${id}`)
}

for (const { name, needs, backend, at, open } of ENGINES) {
  describeWith(needs, name, () => {
    async function openShop() {
      const openQueue = await open(closing)
      const place = `kept_${randomUUID().slice(0, 8)}`
      const shop = openProcess(backend, at, place, await openQueue())
      const worker = openProcess(backend, at, place, await openQueue())
      await shop.store.init()
      return { shop, worker }
    }

    test('replays and retries wait while no worker runs, and are run by the one that comes', async () => {
      const { shop, worker } = await openShop()
      const keys = [await keepFailed(shop.store, 'replayed', null), await keepFailed(shop.store, 'due', 0)]
      expect(await shop.store.replay(keys[0]!)).toBe(true)
      await pause(LOOKS_MS)
      expect([...shop.handled, ...worker.handled]).toEqual([])
      expect(await shop.store.listEvents({ due: true })).toHaveLength(2)
      const workers = await startWorkers([worker.receiver])
      closing.push(() => workers.close())
      await until(async () => (await shop.store.listEvents({ state: 'done' })).length === 2)
      expect([shop.handled, worker.handled.sort()]).toEqual([[], ['hmac:due', 'hmac:replayed']])
    })

    test('what is due is run oldest first', async () => {
      const { shop, worker } = await openShop()
      for (const id of ['paid', 'refunded', 'disputed']) {
        await keepFailed(shop.store, id, 0)
        // Stores list by the millisecond.
        await pause(5)
      }
      const workers = await startWorkers([worker.receiver])
      closing.push(() => workers.close())
      await until(() => worker.handled.length === 3)
      expect(worker.handled).toEqual(['hmac:paid', 'hmac:refunded', 'hmac:disputed'])
    })

    test('a replay from the quarantine waits for a worker, and none that was stopped takes it', async () => {
      const { shop, worker } = await openShop()
      await (await startWorkers([worker.receiver])).close()
      const body = bodyOf({ id: 'mended', amount: 'much' })
      const delivery = { body, headers: { 'x-signature': signatureOf(body) } }
      expect(await shop.receiver.receive(delivery)).toMatchObject({ kind: 'quarantined' })
      const [kept] = await shop.store.listEvents({ state: 'quarantined' })
      await shop.store.replay(kept!.key)
      await pause(LOOKS_MS)
      expect((await shop.store.getEvent(kept!.key))?.state).toBe('replay_requested')
      const workers = await startWorkers([worker.receiver])
      closing.push(() => workers.close())
      // It is as unusable as before, and a process with workers has found that out.
      await until(async () => (await shop.store.getEvent(kept!.key))?.state === 'quarantined')
      expect(worker.reports.map(({ outcome }) => outcome)).toEqual(['quarantined'])
      expect(shop.reports.map(({ outcome }) => outcome)).toEqual(['quarantined'])
    })

    test('a process that takes deliveries and has workers runs what is due as well', async () => {
      const { shop } = await openShop()
      const workers = await startWorkers([shop.receiver])
      closing.push(() => workers.close())
      await keepFailed(shop.store, 'due', 0)
      await until(() => shop.handled.length > 0)
      expect(shop.handled).toEqual(['hmac:due'])
    })

    test('what a shop is told by a list goes to the workers, and what they have handled does not', async () => {
      const { shop, worker } = await openShop()
      const list = async function* () {
        yield { body: bodyOf({ id: 'missed' }) }
      }
      const run = () => reconcile(shop.receiver, { list, graceMs: 0 })
      await run()
      await pause(5)
      expect(await run()).toEqual({ listed: 1, known: 0, recovered: 1, failed: 0 })
      expect((await shop.receiver.health()).queue).toMatchObject({ counts: { waiting: 1 } })
      const workers = await startWorkers([worker.receiver])
      closing.push(() => workers.close())
      await until(() => worker.handled.length > 0)
      await until(async () => (await shop.store.listEvents({ state: 'done' })).length === 1)
      expect(await run()).toEqual({ listed: 1, known: 1, recovered: 0, failed: 0 })
      expect([shop.handled, worker.handled]).toEqual([[], ['hmac:missed']])
    })
  })
}
