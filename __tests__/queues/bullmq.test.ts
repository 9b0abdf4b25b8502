/** BullMQ under the contract of queues, on a real Redis. */
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals'
import { Queue, Worker, type QueueOptions } from 'bullmq'
import { randomUUID } from 'node:crypto'
import { Redis } from 'ioredis'
import { bullmqQueue, type BullmqQueueOptions } from 'express-payment-webhooks/queues/bullmq'
import { queueConformance } from 'express-payment-webhooks/testing'
import { describeWith, REDIS_SERVER } from '../support/needs.js'
import { jobOf, takeOne } from '../support/queue-jobs.js'
import { RedisServer } from '../support/redis-server.js'

jest.setTimeout(60_000)

const newName = () => `q-${randomUUID().slice(0, 8)}`

describeWith(REDIS_SERVER, 'bullmqQueue', () => {
  const redis = new RedisServer()
  beforeAll(() => redis.start())
  afterAll(() => redis.remove())

  const queueNamed = (name: string, more: Partial<BullmqQueueOptions> = {}) =>
    bullmqQueue({ Queue, Worker, connection: { url: redis.url }, name, ...more })

  queueConformance({
    test,
    create() {
      const name = newName()
      return () => queueNamed(name)
    },
  })

  test('a job that BullMQ holds for failed begins anew when it comes again', async () => {
    const name = newName()
    const queue = queueNamed(name)
    await queue.init()
    await queue.enqueue(jobOf())
    const worker = new Worker(name, null, { connection: { url: redis.url } })
    const job = await worker.getNextJob('token')
    await job.moveToFailed(Object.assign(new Error('by hand'), { name: 'UnrecoverableError' }), 'token')
    expect(await queue.counts()).toEqual({ waiting: 0, active: 0, failed: 1 })
    await queue.enqueue(jobOf())
    expect((await takeOne(queue)).eventId).toBe('acme:1')
    await worker.close()
    await queue.close()
  })

  describe('while Redis is away', () => {
    test('nothing is stored, and the next job is once it is back', async () => {
      const own = new RedisServer()
      await own.start()
      const queue = queueNamed(newName(), { connection: { url: own.url } })
      const warned = jest.spyOn(process, 'emitWarning').mockImplementation(() => {})
      await queue.init()
      await own.kill()
      await expect(queue.enqueue(jobOf())).rejects.toThrow()
      await own.start()
      const isStored = async () => {
        try {
          await queue.enqueue(jobOf())
          return true
        } catch {
          return false
        }
      }
      while (!(await isStored())) await new Promise((resolve) => setTimeout(resolve, 50))
      expect(await queue.counts()).toEqual({ waiting: 1, active: 0, failed: 0 })
      warned.mockRestore()
      await queue.close()
      await own.remove()
    })
  })

  describe('init', () => {
    test('ends while Redis is away, says what to do, and can be called again once it is back', async () => {
      const own = new RedisServer()
      const queue = queueNamed(newName(), { connection: { url: own.url } })
      const warned = jest.spyOn(process, 'emitWarning').mockImplementation(() => {})
      await expect(queue.init()).rejects.toMatchObject({
        code: 'QUEUE_UNAVAILABLE',
        message: expect.stringMatching(
          /^bullmqQueue: Redis was not ready within 5000 ms: .*ECONNREFUSED.*\. Start it, or correct the option connection$/,
        ),
      })
      warned.mockRestore()
      await own.start()
      await queue.init()
      await queue.close()
      await own.remove()
    })

    test('leaves nothing behind that close() would wait for', async () => {
      const own = new RedisServer()
      const queue = queueNamed(newName(), { connection: { url: own.url } })
      const warned = jest.spyOn(process, 'emitWarning').mockImplementation(() => {})
      await expect(queue.init()).rejects.toMatchObject({ code: 'QUEUE_UNAVAILABLE' })
      await queue.close()
      warned.mockRestore()
      await own.remove()
    })

    test('refuses a Redis that writes too late, unless that is allowed', async () => {
      const client = new Redis(redis.url)
      await client.config('SET', 'appendfsync', 'everysec')
      const refused = queueNamed(newName())
      await expect(refused.init()).rejects.toMatchObject({
        code: 'CONFIG_STORE_UNSAFE',
        message: expect.stringMatching(/^bullmqQueue: appendfsync is everysec/),
      })
      await refused.close()
      const allowed = queueNamed(newName(), { allowVolatile: true })
      await allowed.init()
      await allowed.close()
      await client.config('SET', 'appendfsync', 'always')
      client.disconnect()
    })
  })

  describe('connections', () => {
    const retryOf = async (connection: BullmqQueueOptions['connection']) => {
      let made: object | undefined
      class Seen extends Queue {
        constructor(name: string, options: QueueOptions) {
          made = options.connection
          super(name, options)
        }
      }
      const queue = queueNamed(newName(), { Queue: Seen, connection })
      await queue.init()
      await queue.close()
      return (made as { readonly retryStrategy: (times: number) => number }).retryStrategy
    }

    test.each<[string, () => BullmqQueueOptions['connection']]>([
      ['options', () => ({ url: redis.url })],
      ['a function that answers options', () => () => ({ url: redis.url, enableOfflineQueue: false })],
    ])('made from %s try again within a second, however long Redis is away', async (_from, connection) => {
      const retry = await retryOf(connection())
      expect(Math.max(...Array.from({ length: 100 }, (_, times) => retry(times + 1)))).toBe(1000)
    })

    test('try again as the caller has it', async () => {
      const retryStrategy = () => 7
      expect(await retryOf({ url: redis.url, retryStrategy })).toBe(retryStrategy)
    })

    test('of the caller are taken where each has the settings of its use', async () => {
      const clients: Redis[] = []
      const queue = queueNamed(newName(), {
        connection(use) {
          const client =
            use === 'work'
              ? new Redis(redis.url, { maxRetriesPerRequest: null })
              : new Redis(redis.url, { enableOfflineQueue: false })
          clients.push(client)
          return client
        },
      })
      await queue.init()
      await queue.enqueue(jobOf())
      expect((await takeOne(queue)).eventId).toBe('acme:1')
      await queue.close()
      for (const client of clients) client.disconnect()
    })

    test('that would keep senders waiting are refused', async () => {
      const client = new Redis(redis.url)
      const queue = queueNamed(newName(), { connection: () => client })
      await expect((async () => queue.init())()).rejects.toThrow('enableOfflineQueue: false')
      client.disconnect()
    })

    test('that would end workers while Redis is away are refused', async () => {
      const queue = queueNamed(newName(), { connection: () => ({ url: redis.url, enableOfflineQueue: false }) })
      await expect(queue.work(async () => ({ state: 'over' }), { concurrency: 1 })).rejects.toThrow(
        'maxRetriesPerRequest: null',
      )
    })

    test('for both uses are refused', () => {
      const client = new Redis({ lazyConnect: true })
      expect(() => queueNamed(newName(), { connection: client })).toThrow('one client cannot both')
    })
  })

  test.each([
    [{ name: 'a:b' }, 'name'],
    [{ connection: null as unknown as object }, 'connection'],
    [{ Queue: undefined as unknown as typeof Queue }, 'Queue and Worker'],
    [{ allowVolatile: 1 as unknown as boolean }, 'allowVolatile'],
  ])('refuses %j', (wrong, option) => {
    expect(() => queueNamed(newName(), wrong)).toThrow(option)
  })
})
