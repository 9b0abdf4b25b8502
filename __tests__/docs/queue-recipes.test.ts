/** The queue recipes of docs/recipes.md, on a real Redis and a real Postgres. */
import { afterAll, afterEach, beforeAll, expect, jest, test } from '@jest/globals'
import { randomBytes, randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { setTimeout } from 'node:timers/promises'
import express from 'express'
import pg from 'pg'
import PgBoss from 'pg-boss'
import {
  coinsPh,
  memoryStore,
  paymentWebhook,
  type Handler,
  type PaymentWebhook,
  type Store,
  type WebhookEvent,
} from 'express-payment-webhooks'
import { postgresStore } from 'express-payment-webhooks/stores/postgres'
import { deliver, failingStore, sample } from 'express-payment-webhooks/testing'
import { enqueueIn, paymentQueue, paymentWorker } from '../../examples/recipes/bullmq.js'
import * as boss from '../../examples/recipes/pg-boss.js'
import { describeWithRedisServer, RedisServer } from '../support/redis-server.js'
import { DATABASE_URL, describeWith } from '../support/services.js'

jest.setTimeout(60_000)

const provider = coinsPh({ token: randomBytes(32).toString('hex') })
const payload = sample('coins-ph', 'payment.confirmed')

const open: PaymentWebhook[] = []
afterEach(async () => void (await Promise.all(open.splice(0).map((webhook) => webhook.close()))))

function shop<Tx>(store: Store<Tx>, handler: Handler<WebhookEvent, Tx>) {
  const webhook = paymentWebhook(provider, { store, on: { 'payment.confirmed': handler }, onError: () => {} })
  open.push(webhook)
  return () => deliver(express().use('/hook', webhook), provider, payload).to('/hook')
}

describeWithRedisServer('the BullMQ recipe', () => {
  const redis = new RedisServer()
  beforeAll(() => redis.start())
  afterAll(() => redis.remove())

  afterEach(async () => {
    const queue = paymentQueue(redis.url)
    await queue.obliterate({ force: true })
    await queue.close()
  })

  test('an event is one job, also when it is handled twice, and the worker gets it', async () => {
    const queue = paymentQueue(redis.url)
    await queue.waitUntilReady()
    // The job is stored, and the record of it is lost, as in a crash between the two.
    const store = failingStore(memoryStore())
    store.hang('complete')
    const toShop = shop(store, enqueueIn(queue))
    expect((await toShop()).status).toBe(200)
    store.heal()
    const anotherShop = shop(memoryStore(), enqueueIn(queue))
    expect((await anotherShop()).status).toBe(200)
    expect(await queue.getJobCounts('waiting', 'delayed', 'active', 'completed')).toMatchObject({ waiting: 1 })

    const done: WebhookEvent[] = []
    const worker = paymentWorker(redis.url, async ({ data }) => void done.push(data))
    await once(worker, 'completed')
    expect(done).toMatchObject([
      { type: 'payment.confirmed', orderId: 'ORDER-1001', received: { amount: '1500', currency: 'PHP' } },
    ])
    await worker.close()
    await queue.close()
  })

  test('while Redis is away the sender is asked to come back', async () => {
    const queue = paymentQueue(redis.url)
    await queue.waitUntilReady()
    const silence = jest.spyOn(console, 'error').mockImplementation(() => {})
    const toShop = shop(memoryStore(), enqueueIn(queue))
    await redis.kill()
    expect((await toShop()).status).toBe(500)
    await redis.start()
    // The client connects again by itself; the test's own limit ends it otherwise.
    while ((await toShop()).status !== 200) await setTimeout(50)
    expect(await queue.getJobCounts('waiting')).toEqual({ waiting: 1 })
    silence.mockRestore()
    await queue.close()
  })
})

describeWith(DATABASE_URL, 'the pg-boss recipe', () => {
  const schema = `recipe_${randomUUID().replaceAll('-', '').slice(0, 12)}`
  const pool = new pg.Pool({ connectionString: DATABASE_URL })
  const queue = new PgBoss({
    connectionString: DATABASE_URL,
    schema: `${schema}_boss`,
    supervise: false,
    schedule: false,
  })
  beforeAll(async () => {
    await pool.query(`CREATE SCHEMA ${schema}`)
    await queue.start()
    await queue.createQueue(boss.QUEUE)
  })
  afterAll(async () => {
    await queue.stop({ graceful: false })
    await pool.query(`DROP SCHEMA ${schema} CASCADE`)
    await pool.query(`DROP SCHEMA ${schema}_boss CASCADE`)
    await pool.end()
  })
  const newStore = (table: string) => postgresStore(pool, { table: `${schema}.${table}`, transactional: true })

  test('an event is one job, however often it comes at once', async () => {
    const store = newStore('events')
    const toShop = shop(store, boss.enqueueIn(queue))
    for (const { status } of await toShop().concurrently(5)) expect(status).toBe(200)
    const [job, ...others] = await queue.fetch<WebhookEvent>(boss.QUEUE, { batchSize: 10 })
    expect(job!.data).toMatchObject({ type: 'payment.confirmed', orderId: 'ORDER-1001' })
    expect(others).toEqual([])
    await queue.complete(boss.QUEUE, job!.id)
    await store.close()
  })

  test('what fails after it takes the job back with it', async () => {
    const store = newStore('more_events')
    const enqueue = boss.enqueueIn(queue)
    const toShop = shop(store, async (event, context) => {
      await enqueue(event, context)
      if (context.attempt === 1) throw new Error('the shop fails after all')
    })
    expect((await toShop()).status).toBe(500)
    expect(await queue.getQueueSize(boss.QUEUE)).toBe(0)
    expect((await toShop()).status).toBe(200)
    expect(await queue.getQueueSize(boss.QUEUE)).toBe(1)
    await store.close()
  })
})
