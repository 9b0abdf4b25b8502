/** Listed events of a receiver with a queue: a missed event becomes a job, and a handled event changes nothing. */
import { afterEach, expect, test } from '@jest/globals'
import Database from 'libsql'
import { createReceiver } from 'express-payment-webhooks'
import { reconcile, type ReconcileOptions } from 'express-payment-webhooks/reconcile'
import { sqliteStore } from 'express-payment-webhooks/stores/sqlite'
import { startWorkers } from 'express-payment-webhooks/workers'
import { bodyOf, hmacProvider, signatureOf } from '../support/hmac-provider.js'
import { memoryQueue } from '../support/memory-queue.js'

const closing: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

/** A shop that only receives deliveries; the first reconciliation of its store was a moment ago. */
async function openShop() {
  const queue = memoryQueue()
  const store = sqliteStore(new Database(':memory:'), { allowVolatile: true })
  const handled: string[] = []
  const outcomes: string[] = []
  const receiver = createReceiver(hmacProvider(), {
    store,
    queue,
    on: { 'payment.confirmed': ({ id }) => void handled.push(id) },
    onError: () => {},
    onOutcome: ({ outcome }) => void outcomes.push(outcome),
  })
  closing.push(
    () => store.close(),
    () => receiver.close(),
  )
  const run = (events: readonly object[], options: Partial<ReconcileOptions> = {}) =>
    reconcile(receiver, {
      async *list() {
        for (const fields of events) yield { body: bodyOf(fields) }
      },
      graceMs: 0,
      ...options,
    })
  await run([])
  await new Promise((resolve) => setTimeout(resolve, 5))
  const work = async () => {
    const workers = await startWorkers([receiver], { concurrency: 1 })
    while (queue.jobs.size > 0) await new Promise((resolve) => setTimeout(resolve, 5))
    await workers.close()
  }
  const deliver = (fields: object) => {
    const body = bodyOf(fields)
    return receiver.receive({ body, headers: { 'x-signature': signatureOf(body) } })
  }
  return { queue, store, receiver, handled, outcomes, run, work, deliver }
}

test('a missed event waits in the queue, and its worker handles it', async () => {
  const { queue, store, handled, outcomes, run, work } = await openShop()
  expect(await run([{ id: 'missed' }])).toEqual({ listed: 1, known: 0, recovered: 1, failed: 0 })
  expect([handled, outcomes, queue.jobs.size, await store.listEvents()]).toEqual([[], ['queued'], 1, []])
  await work()
  expect(handled).toEqual(['hmac:missed'])
})

test('an event that waits for a worker already is one job', async () => {
  const { queue, handled, run, work, deliver } = await openShop()
  expect(await deliver({ id: 'came' })).toMatchObject({ kind: 'queued' })
  await run([{ id: 'came' }])
  expect(queue.jobs.size).toBe(1)
  await work()
  expect(handled).toEqual(['hmac:came'])
})

test('an event that was handled is known, and is no job and no news', async () => {
  const { queue, outcomes, run, work, deliver } = await openShop()
  await deliver({ id: 'came' })
  await work()
  expect(await run([{ id: 'came' }])).toEqual({ listed: 1, known: 1, recovered: 0, failed: 0 })
  expect([queue.jobs.size, outcomes]).toEqual([0, ['queued', 'handled']])
})

test('other content of an event that was handled goes to the worker, which finds the conflict', async () => {
  const { store, handled, run, work, deliver } = await openShop()
  await deliver({ id: 'came' })
  await work()
  await run([{ id: 'came', amount: '999.00' }])
  await work()
  expect(handled).toEqual(['hmac:came'])
  expect(await store.listEvents({ state: 'quarantined' })).toMatchObject([{ code: 'ID_CONFLICT' }])
})

test('what is adopted becomes known at once, and is no job', async () => {
  const { queue, store, handled, run } = await openShop()
  const since = new Date(Date.now() - 60_000)
  expect(await run([{ id: 'old' }], { since, adopt: true })).toEqual({ listed: 1, known: 1, recovered: 0, failed: 0 })
  expect([queue.jobs.size, handled]).toEqual([0, []])
  expect(await store.listEvents({ state: 'done' })).toMatchObject([{ eventId: 'hmac:old' }])
})

test('a queue that is away ends the run, and the next one begins where it began', async () => {
  const { queue, run } = await openShop()
  queue.fail(new Error('ECONNREFUSED'))
  await expect(run([{ id: 'missed' }])).rejects.toMatchObject({ code: 'QUEUE_UNAVAILABLE' })
  queue.fail()
  const windows: Date[] = []
  await run([], {
    async *list({ since }) {
      windows.push(since)
      yield { body: bodyOf({ id: 'missed' }) }
    },
  })
  expect([windows.length, queue.jobs.size]).toEqual([1, 1])
})
