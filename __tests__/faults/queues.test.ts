/**
 * Shops with a queue, while processes are killed and servers stop: no acknowledged event is lost, and no effect happens twice.
 */
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals'
import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'
import { compiledProgram } from '../support/compiled-program.js'
import { describeWith, POSTGRES, REDIS_SERVER } from '../support/needs.js'
import {
  createShopDatabase,
  dropShopDatabase,
  effectsOf,
  openQueueShop,
  signedDelivery,
  type QueueShopSetup,
} from '../support/queue-shop.js'
import { RedisServer } from '../support/redis-server.js'
import { DATABASE_URL } from '../support/services.js'

jest.setTimeout(240_000)

const PAYMENTS = 40

describeWith([REDIS_SERVER, POSTGRES], 'a shop with a queue', () => {
  const redis = new RedisServer()
  const pool = new pg.Pool({ connectionString: DATABASE_URL, max: 2 })
  const databases: string[] = []
  const children = new Set<ChildProcess>()
  beforeAll(() => redis.start())
  afterAll(async () => {
    for (const child of children) child.kill('SIGKILL')
    for (const url of databases) await dropShopDatabase(pool, url)
    await pool.end()
    await redis.remove()
  })

  async function newSetup(engine: QueueShopSetup['engine']): Promise<QueueShopSetup> {
    const databaseUrl = await createShopDatabase(pool, DATABASE_URL)
    databases.push(databaseUrl)
    return { engine, databaseUrl, redisUrl: redis.url }
  }

  async function worker(setup: QueueShopSetup): Promise<ChildProcess> {
    const child = fork(compiledProgram(path.join(__dirname, '../support/queue-worker.ts')), [JSON.stringify(setup)], {
      silent: true,
    })
    // Nobody reads the shop's lines about orders, and a full pipe would block the shop.
    child.stdout!.resume()
    child.stderr!.pipe(process.stderr)
    children.add(child)
    child.once('exit', () => children.delete(child))
    await once(child, 'message')
    return child
  }

  async function deliverUntilQueued(shop: Awaited<ReturnType<typeof openQueueShop>>, id: string): Promise<void> {
    while ((await shop.receiver.receive(signedDelivery(id))).kind !== 'queued') await pause(100)
  }

  test.each(['pg-boss', 'bullmq'] as const)(
    'of %s whose workers are killed in the middle has each effect once',
    async (engine) => {
      const setup = await newSetup(engine)
      const shop = await openQueueShop(setup)
      const ids = Array.from({ length: PAYMENTS }, (_, number) => `inv_${String(number).padStart(3, '0')}`)
      let running = [await worker(setup), await worker(setup)]
      for (const [number, id] of ids.entries()) {
        await deliverUntilQueued(shop, id)
        if (number % 10 === 5) {
          running[0]!.kill('SIGKILL')
          running = [running[1]!, await worker(setup)]
        }
      }
      while ((await effectsOf(setup)).length < PAYMENTS) await pause(500)
      while ((await shop.queue.counts()).waiting + (await shop.queue.counts()).active > 0) await pause(500)
      expect(await effectsOf(setup)).toEqual(ids)
      for (const child of running) child.kill('SIGKILL')
      await shop.close()
    },
  )

  test('whose Redis is killed and comes back loses nothing that it has acknowledged', async () => {
    const setup = await newSetup('bullmq')
    const shop = await openQueueShop(setup)
    const acknowledged: string[] = []
    let isSending = true
    const sending = (async () => {
      for (let number = 0; isSending; number++) {
        const id = `inv_${String(number).padStart(4, '0')}`
        if ((await shop.receiver.receive(signedDelivery(id))).kind === 'queued') acknowledged.push(id)
        await pause(20)
      }
    })()
    await pause(1000)
    await redis.kill()
    await pause(3000)
    await redis.start()
    await pause(4000)
    isSending = false
    await sending
    expect(acknowledged.length).toBeGreaterThan(20)
    const child = await worker(setup)
    while ((await effectsOf(setup)).length < acknowledged.length) await pause(500)
    while ((await shop.queue.counts()).waiting + (await shop.queue.counts()).active > 0) await pause(500)
    const seen = await effectsOf(setup)
    expect(new Set(seen).size).toBe(seen.length)
    expect(seen).toEqual(expect.arrayContaining(acknowledged))
    child.kill('SIGKILL')
    await shop.close()
  })
})
