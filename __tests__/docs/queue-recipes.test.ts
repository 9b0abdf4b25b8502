/** The queue recipes of docs/recipes.md, on a real Redis and a real Postgres. */
import { afterAll, afterEach, beforeAll, expect, jest, test } from '@jest/globals'
import { randomBytes, randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { setTimeout } from 'node:timers/promises'
import express from 'express'
import pg from 'pg'
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
import { actAndDie, actOn, startWorker } from '../support/queue-workers.js'
import { RedisServer } from '../support/redis-server.js'
import { describeWith, POSTGRES, REDIS_SERVER } from '../support/needs.js'
import { DATABASE_URL } from '../support/services.js'

jest.setTimeout(60_000)

const provider = coinsPh({ token: randomBytes(32).toString('hex') })

const open: PaymentWebhook[] = []
afterEach(async () => void (await Promise.all(open.splice(0).map((webhook) => webhook.close()))))

/** A shop, and the delivery of one event to it. */
function shop<Tx>(store: Store<Tx>, handler: Handler<WebhookEvent, Tx>, id = 'inv_1') {
  const payload = sample('coins-ph', 'payment.confirmed', { event: { data: { id } } })
  const webhook = paymentWebhook(provider, { store, on: { 'payment.confirmed': handler }, onError: () => {} })
  open.push(webhook)
  return () => deliver(express().use('/hook', webhook), provider, payload).to('/hook')
}

describeWith(REDIS_SERVER, 'the BullMQ recipe', () => {
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
    const worker = paymentWorker(redis.url, memoryStore(), async (event) => done.push(event))
    await once(worker, 'completed')
    expect(done).toMatchObject([
      { type: 'payment.confirmed', orderId: 'ORDER-1001', received: { amount: '1500', currency: 'PHP' } },
    ])
    await worker.close()
    await queue.close()
  })

  describeWith(POSTGRES, 'with a store for its worker', () => {
    const schema = `recipe_${randomUUID().replaceAll('-', '').slice(0, 12)}`
    const pool = new pg.Pool({ connectionString: DATABASE_URL, max: 2 })
    beforeAll(() => pool.query(`CREATE SCHEMA ${schema}; CREATE TABLE ${schema}.effects (event text)`))
    afterAll(async () => {
      await pool.query(`DROP SCHEMA ${schema} CASCADE`)
      await pool.end()
    })

    test('a job whose workers are killed in the middle, twice, has its effect once', async () => {
      const queue = paymentQueue(redis.url)
      await queue.waitUntilReady()
      expect((await shop(memoryStore(), enqueueIn(queue))()).status).toBe(200)
      const setup = { databaseUrl: DATABASE_URL, schema, redisUrl: redis.url }
      for (let crash = 0; crash < 2; crash++) await actAndDie(setup)
      const worker = await startWorker(setup, ({ id }, tx) => actOn(schema, tx, id))
      await until(async () => (await queue.getJobCounts('completed'))['completed'] === 1)
      // BullMQ has a job run again whose end it did not hear of.
      const [job] = await queue.getCompleted()
      await job!.retry('completed')
      await until(async () => (await queue.getJobCounts('completed'))['completed'] === 1)
      await worker.close()
      expect((await pool.query(`SELECT * FROM ${schema}.effects`)).rows).toHaveLength(1)
      await queue.close()
    }, 120_000)
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

/** Until something is so; the test's own limit ends it otherwise. */
async function until(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await setTimeout(100)
}

describeWith(POSTGRES, 'the pg-boss recipe', () => {
  const schema = `recipe_${randomUUID().replaceAll('-', '').slice(0, 12)}`
  const pool = new pg.Pool({ connectionString: DATABASE_URL })
  const options = { connectionString: DATABASE_URL, schema: `${schema}_boss`, supervise: false, schedule: false }
  const queue = boss.paymentBoss(options)
  beforeAll(async () => {
    await pool.query(`CREATE SCHEMA ${schema}; CREATE TABLE ${schema}.effects (event text)`)
    await queue.start()
    await queue.createQueue(boss.QUEUE)
  })
  afterAll(async () => {
    await queue.stop({ graceful: false })
    await pool.query(`DROP SCHEMA ${schema} CASCADE`)
    await pool.query(`DROP SCHEMA ${schema}_boss CASCADE`)
    await pool.end()
  })
  afterEach(() => queue.purgeQueue(boss.QUEUE))
  const newStore = (table: string) => postgresStore(pool, { table: `${schema}.${table}`, transactional: true })

  async function enqueued(id: string): Promise<void> {
    const store = newStore(`events_of_${id}`)
    expect((await shop(store, boss.enqueueIn(queue), id)()).status).toBe(200)
    await store.close()
  }

  /** For the one job that runs, and for what pg-boss does about it every now and then. */
  async function aMinutePasses(): Promise<void> {
    const earlier = `UPDATE ${schema}_boss.job SET started_on = started_on - interval '61 s' WHERE state = 'active' RETURNING id`
    expect((await pool.query(earlier)).rows).toHaveLength(1)
    await queue.expire()
  }

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
    const toShop = shop(
      store,
      async (event, context) => {
        await enqueue(event, context)
        if (context.attempt === 1) throw new Error('the shop fails after all')
      },
      'inv_2',
    )
    expect((await toShop()).status).toBe(500)
    expect(await queue.getQueueSize(boss.QUEUE)).toBe(0)
    expect((await toShop()).status).toBe(200)
    expect(await queue.getQueueSize(boss.QUEUE)).toBe(1)
    await store.close()
  })

  test('without its queue nothing is acknowledged, and with it the job is there', async () => {
    const queueless = boss.paymentBoss({ ...options, schema: `${schema}_queueless` })
    await queueless.start()
    const store = newStore('queueless_events')
    const toShop = shop(store, boss.enqueueIn(queueless))
    expect((await toShop()).status).toBe(503)
    await queueless.createQueue(boss.QUEUE)
    expect((await toShop()).status).toBe(200)
    expect(await queueless.getQueueSize(boss.QUEUE)).toBe(1)
    await store.close()
    await queueless.stop({ graceful: false })
    await pool.query(`DROP SCHEMA ${schema}_queueless CASCADE`)
  })

  test('an event that the store has forgotten is still one job', async () => {
    for (const table of ['first_events', 'second_events']) {
      const store = newStore(table)
      expect((await shop(store, boss.enqueueIn(queue), 'inv_3')()).status).toBe(200)
      await store.close()
    }
    expect(await queue.getQueueSize(boss.QUEUE)).toBe(1)
  })

  test('a job whose worker is killed in the middle runs again after a minute, and has its effect once', async () => {
    const setup = { databaseUrl: DATABASE_URL, schema }
    await enqueued('interrupted')
    await actAndDie(setup)
    await aMinutePasses()
    const worker = await startWorker(setup, ({ id }, tx) => actOn(schema, tx, id))
    const effects = async () => (await pool.query(`SELECT * FROM ${schema}.effects`)).rows
    await until(async () => (await effects()).length > 0)
    await worker.close()
    expect(await effects()).toHaveLength(1)
    expect(await queue.getQueueSize(boss.QUEUE, { before: 'completed' })).toBe(0)
  })

  test('of two runs of one job that overlap, one has an effect', async () => {
    await pool.query(`TRUNCATE ${schema}.effects`)
    await enqueued('overlapping')
    let runs = 0
    let bothRun = () => {}
    const both = new Promise<void>((resolve) => (bothRun = resolve))
    const setup = { databaseUrl: DATABASE_URL, schema }
    const act: Parameters<typeof boss.workOn>[2] = async ({ id }, tx) => {
      if (++runs === 2) bothRun()
      await actOn(schema, tx, id)
      await both
    }
    const first = await startWorker(setup, act)
    await until(async () => runs === 1)
    await aMinutePasses()
    const second = await startWorker(setup, act)
    await both
    await Promise.all([first.close(), second.close()])
    expect((await pool.query(`SELECT * FROM ${schema}.effects`)).rows).toHaveLength(1)
  })
})
