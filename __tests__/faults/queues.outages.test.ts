/**
 * Shops with a queue under load, while receivers are killed and the engine is unreachable: no acknowledged event is lost, and no
 * effect happens twice.
 */
import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals'
import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'
import { describeWith, REDIS_SERVER } from '../support/needs.js'
import { POSTGRES_SERVER, PostgresServer } from '../support/postgres-server.js'
import { QueueProcess, sendTo, type Senders } from '../support/queue-processes.js'
import { createShopDatabase, effectsOf, openQueueShop, type QueueShopSetup } from '../support/queue-shop.js'
import { RedisServer } from '../support/redis-server.js'

jest.setTimeout(300_000)

const AWAY_MS = 60_000

/** Limit after recovery: it ends a test that hangs, and measures nothing. */
const SETTLED_WITHIN_MS = 120_000
const NOTHING = { missing: [], jobs: 0 }

describeWith([REDIS_SERVER, POSTGRES_SERVER], 'a shop with a queue under load', () => {
  const postgres = new PostgresServer()
  const redis = new RedisServer()
  const processes: QueueProcess[] = []
  let pool: pg.Pool

  beforeAll(async () => {
    postgres.create()
    postgres.start()
    await redis.start()
    pool = new pg.Pool({ connectionString: postgres.url, max: 2 })
    pool.on('error', () => {})
  })
  // Shops on one Redis have one queue.
  afterEach(async () => void (await Promise.all(processes.splice(0).map((one) => one.kill()))))
  afterAll(async () => {
    await pool.end()
    postgres.remove()
    await redis.remove()
  })

  async function newSetup(engine: QueueShopSetup['engine']): Promise<QueueShopSetup> {
    return { engine, databaseUrl: await createShopDatabase(pool, postgres.url), redisUrl: redis.url }
  }

  async function start(role: 'receiver' | 'worker', setup: QueueShopSetup): Promise<QueueProcess> {
    const started = await QueueProcess.start(role, setup)
    processes.push(started)
    return started
  }

  /** Waits for recovery, and answers the result of every payment. */
  async function settle(setup: QueueShopSetup, senders: Senders): Promise<void> {
    await senders.stop()
    const { queue, close } = await openQueueShop(setup)
    const giveUpAt = Date.now() + SETTLED_WITHIN_MS
    let left: unknown
    do {
      await pause(500)
      const [seen, { waiting, active, failed }] = [new Set(await effectsOf(setup)), await queue.counts()]
      left = { missing: senders.acknowledged.filter((id) => !seen.has(id)), jobs: waiting + active + failed }
    } while (JSON.stringify(left) !== JSON.stringify(NOTHING) && Date.now() < giveUpAt)
    await close()
    expect(left).toEqual(NOTHING)
    const effects = await effectsOf(setup)
    expect(effects.filter((event, at) => effects.indexOf(event) !== at)).toEqual([])
  }

  const statusesBetween = ({ answers }: Senders, from: number, until: number) => [
    ...new Set(answers.filter(({ at }) => at > from && at < until).map(({ status }) => status)),
  ]

  describe('whose receivers are killed while they store jobs', () => {
    test.each(['pg-boss', 'bullmq'] as const)('of %s', async (engine) => {
      const setup = await newSetup(engine)
      let open = await Promise.all([start('receiver', setup), start('receiver', setup)])
      const worker = await start('worker', setup)
      const senders = sendTo(() => open, 25)
      for (let kill = 0; kill < 4; kill++) {
        await pause(1000)
        const killed = open[0].kill()
        const next = start('receiver', setup)
        await killed
        // Its senders are refused meanwhile, and retry.
        open = [open[1], await next]
      }
      await settle(setup, senders)
      expect(senders.acknowledged.length).toBeGreaterThan(100)
      expect(senders.answers.some(({ status }) => status === null)).toBe(true)
      expect(worker.end).toBeNull()
    })
  })

  test('of pg-boss whose Postgres is restarted, and is away for a while', async () => {
    const setup = await newSetup('pg-boss')
    const [receiver, worker] = await Promise.all([start('receiver', setup), start('worker', setup)])
    const senders = sendTo(() => [receiver], 50)
    await pause(3000)
    postgres.crash()
    postgres.start()
    await pause(3000)
    postgres.crash()
    const from = Date.now() + 1000
    await pause(AWAY_MS)
    const until = Date.now()
    postgres.start()
    await pause(3000)
    await settle(setup, senders)
    expect(statusesBetween(senders, from, until)).toEqual([503])
    expect([receiver.end, worker.end]).toEqual([null, null])
  })

  test('of BullMQ whose Redis hangs, and is away for a while', async () => {
    const setup = await newSetup('bullmq')
    const [receiver, worker] = await Promise.all([start('receiver', setup), start('worker', setup)])
    const senders = sendTo(() => [receiver], 50)
    await pause(3000)
    redis.signal('SIGSTOP')
    const hungFrom = Date.now() + 3000
    await pause(AWAY_MS)
    const hungUntil = Date.now()
    redis.signal('SIGCONT')
    await pause(3000)
    await redis.kill()
    const from = Date.now() + 1000
    await pause(AWAY_MS)
    const until = Date.now()
    await redis.start()
    await pause(3000)
    await settle(setup, senders)
    expect(statusesBetween(senders, hungFrom, hungUntil)).toEqual([503])
    expect(statusesBetween(senders, from, until)).toEqual([503])
    expect([receiver.end, worker.end]).toEqual([null, null])
  })
})
