/** The BullMQ recipe when workers are killed: BullMQ misses each of them for many seconds before it gives the job to another. */
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { randomUUID } from 'node:crypto'
import pg from 'pg'
import { memoryStore } from 'express-payment-webhooks'
import { enqueueIn, paymentQueue } from '../../examples/recipes/bullmq.js'
import { describeWith, POSTGRES, REDIS_SERVER } from '../support/needs.js'
import { queueShop, until } from '../support/queue-shop.js'
import { actAndDie, actOn, startWorker } from '../support/queue-workers.js'
import { RedisServer } from '../support/redis-server.js'
import { DATABASE_URL } from '../support/services.js'

describeWith([REDIS_SERVER, POSTGRES], 'the BullMQ recipe, with a store for its worker', () => {
  const redis = new RedisServer()
  const schema = `recipe_${randomUUID().replaceAll('-', '').slice(0, 12)}`
  const pool = new pg.Pool({ connectionString: DATABASE_URL, max: 2 })
  beforeAll(async () => {
    await redis.start()
    await pool.query(`CREATE SCHEMA ${schema}; CREATE TABLE ${schema}.effects (event text)`)
  })
  afterAll(async () => {
    await pool.query(`DROP SCHEMA ${schema} CASCADE`)
    await pool.end()
    await redis.remove()
  })

  test('a job whose workers are killed in the middle, twice, has its effect once', async () => {
    const queue = paymentQueue(redis.url)
    await queue.waitUntilReady()
    expect((await queueShop(memoryStore(), enqueueIn(queue))()).status).toBe(200)
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
