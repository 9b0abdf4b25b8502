/** The queue recipes of docs/recipes.md, on a real Redis and a real Postgres. */
import { afterAll, afterEach, beforeAll, expect, jest, test } from '@jest/globals'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { setTimeout } from 'node:timers/promises'
import pg from 'pg'
import { memoryStore, type WebhookEvent } from 'express-payment-webhooks'
import { postgresStore } from 'express-payment-webhooks/stores/postgres'
import { failingStore } from 'express-payment-webhooks/testing'
import { enqueueIn, paymentQueue, paymentWorker } from '../../examples/recipes/bullmq.js'
import * as boss from '../../examples/recipes/pg-boss.js'
import { queueShop, until } from '../support/queue-shop.js'
import { actAndDie, actOn, startWorker } from '../support/queue-workers.js'
import { RedisServer } from '../support/redis-server.js'
import { describeWith, POSTGRES, REDIS_SERVER } from '../support/needs.js'
import { DATABASE_URL } from '../support/services.js'

jest.setTimeout(60_000)

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
    const toShop = queueShop(store, enqueueIn(queue))
    expect((await toShop()).status).toBe(200)
    store.heal()
    const anotherShop = queueShop(memoryStore(), enqueueIn(queue))
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

  test('while Redis is away the sender is asked to come back', async () => {
    const queue = paymentQueue(redis.url)
    await queue.waitUntilReady()
    const silence = jest.spyOn(console, 'error').mockImplementation(() => {})
    const toShop = queueShop(memoryStore(), enqueueIn(queue))
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
    expect((await queueShop(store, boss.enqueueIn(queue), id)()).status).toBe(200)
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
    const toShop = queueShop(store, boss.enqueueIn(queue))
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
    const toShop = queueShop(
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
    const toShop = queueShop(store, boss.enqueueIn(queueless))
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
      expect((await queueShop(store, boss.enqueueIn(queue), 'inv_3')()).status).toBe(200)
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
