/** pg-boss under the contract of queues, on a real Postgres. */
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals'
import { randomUUID } from 'node:crypto'
import pg from 'pg'
import PgBoss from 'pg-boss'
import { pgBossQueue } from 'express-payment-webhooks/queues/pg-boss'
import { queueConformance } from 'express-payment-webhooks/testing'
import { describeWith, POSTGRES } from '../support/needs.js'
import { jobOf, takeOne } from '../support/queue-jobs.js'
import { DATABASE_URL } from '../support/services.js'

const newName = () => `q-${randomUUID().slice(0, 8)}`

describeWith(POSTGRES, 'pgBossQueue', () => {
  const schema = `boss_${randomUUID().replaceAll('-', '').slice(0, 12)}`
  const options = { connectionString: DATABASE_URL, schema, supervise: false, schedule: false, max: 4 }
  const boss = new PgBoss(options)
  const pool = new pg.Pool({ connectionString: DATABASE_URL, max: 1 })
  beforeAll(() => boss.start())
  afterAll(async () => {
    await boss.stop({ graceful: false })
    await pool.query(`DROP SCHEMA ${schema} CASCADE`)
    await pool.end()
  })

  queueConformance({
    test,
    create() {
      const name = newName()
      return () => pgBossQueue(boss, { name, pollMs: 100 })
    },
  })

  test('is made by processes that start together, each time', async () => {
    for (let round = 0; round < 2; round++) {
      const name = newName()
      const processes = Array.from({ length: 4 }, () => pgBossQueue(boss, { name }))
      await Promise.all(processes.map(async (queue) => queue.init()))
      await processes[0]!.enqueue(jobOf())
      expect(await processes[1]!.counts()).toEqual({ waiting: 1, active: 0, failed: 0 })
    }
  })

  describe('a job', () => {
    test('whose queue was never made is refused, and stored once there is one', async () => {
      const name = newName()
      const queue = pgBossQueue(boss, { name })
      await expect(queue.enqueue(jobOf())).rejects.toThrow(`is there a queue ${name}?`)
      await queue.init()
      await queue.enqueue(jobOf())
      expect(await queue.counts()).toEqual({ waiting: 1, active: 0, failed: 0 })
    })

    test.each([
      [
        'failed',
        (name: string, id: string) =>
          pool.query(`UPDATE ${schema}.job SET state = 'failed' WHERE name = $1 AND id = $2`, [name, id]),
      ],
      ['cancelled', (name: string, id: string) => boss.cancel(name, id)],
      [
        'completed',
        (name: string, id: string) =>
          pool.query(`UPDATE ${schema}.job SET state = 'completed' WHERE name = $1 AND id = $2`, [name, id]),
      ],
    ])('that somebody has left as %s begins anew when it comes again', async (_state, end) => {
      const name = newName()
      const queue = pgBossQueue(boss, { name, pollMs: 100 })
      await queue.init()
      await queue.enqueue(jobOf())
      const { rows } = await pool.query<{ id: string }>(`SELECT id FROM ${schema}.job WHERE name = $1`, [name])
      await end(name, rows[0]!.id)
      expect((await queue.counts()).waiting).toBe(0)
      await queue.enqueue(jobOf())
      expect((await takeOne(queue)).eventId).toBe('acme:1')
    })

    test('whose worker was not heard of is given to another, which is told so', async () => {
      const name = newName()
      const queue = pgBossQueue(boss, { name, pollMs: 100, expireInSeconds: 1 })
      await queue.init()
      await queue.enqueue(jobOf())
      // A worker that takes the job and dies.
      expect(await boss.fetch(name)).toHaveLength(1)
      const lost: number[] = []
      const workers = await queue.work(
        async (_job, lostRuns) => {
          lost.push(lostRuns)
          return { state: 'over' }
        },
        { concurrency: 1 },
      )
      while (lost.length === 0) {
        await boss.expire()
        await new Promise((resolve) => setTimeout(resolve, 100))
      }
      await workers.close()
      expect(lost).toEqual([1])
    })

    test('that expires while it runs is not begun again by the worker that has it', async () => {
      const name = newName()
      const queue = pgBossQueue(boss, { name, pollMs: 100, expireInSeconds: 1 })
      await queue.init()
      await queue.enqueue(jobOf())
      let runs = 0
      let end = () => {}
      const mayEnd = new Promise<void>((resolve) => (end = resolve))
      const workers = await queue.work(
        async () => {
          runs++
          await mayEnd
          return { state: 'over' }
        },
        { concurrency: 2 },
      )
      const startedOn = async () =>
        (
          await pool.query<{ started_on: Date | null }>(`SELECT started_on FROM ${schema}.job WHERE name = $1`, [name])
        ).rows[0]!.started_on?.getTime() ?? 0
      while ((await startedOn()) === 0) await new Promise((resolve) => setTimeout(resolve, 50))
      const first = await startedOn()
      while ((await startedOn()) === first) {
        await boss.expire()
        await new Promise((resolve) => setTimeout(resolve, 100))
      }
      end()
      await workers.close()
      expect(runs).toBe(1)
      expect(await queue.counts()).toEqual({ waiting: 0, active: 0, failed: 0 })
    })
  })

  test('leaves a job to another worker if its own puts it off after pg-boss was stopped', async () => {
    const own = new PgBoss(options)
    await own.start()
    const name = newName()
    const queue = pgBossQueue(own, { name, pollMs: 100 })
    await queue.init()
    await queue.enqueue(jobOf())
    let begun = () => {}
    const running = new Promise<void>((resolve) => (begun = resolve))
    let end = () => {}
    const workers = await queue.work(
      async (job) => {
        begun()
        await new Promise<void>((resolve) => (end = resolve))
        return { state: 'again', inMs: 1000, job }
      },
      { concurrency: 1 },
    )
    await running
    const closing = workers.close()
    await own.stop({ graceful: false, wait: true })
    end()
    // Two minutes, as long as results are reported otherwise, are longer than a test may take.
    await closing
    expect(await pgBossQueue(boss, { name }).counts()).toEqual({ waiting: 0, active: 1, failed: 0 })
  })

  describe('init', () => {
    test('refuses a queue that drops jobs', async () => {
      const name = newName()
      await boss.createQueue(name, { name, policy: 'short' })
      await expect(pgBossQueue(boss, { name }).init()).rejects.toMatchObject({ code: 'CONFIG_OPTION_INVALID' })
    })

    test('refuses connections that answer before a job is on disk, unless that is allowed', async () => {
      const volatile = new PgBoss({ ...options, options: '-c synchronous_commit=off' } as typeof options)
      await volatile.start()
      await expect(pgBossQueue(volatile).init()).rejects.toMatchObject({ code: 'CONFIG_STORE_UNSAFE' })
      await pgBossQueue(volatile, { allowVolatile: true }).init()
      await volatile.stop({ graceful: false })
    })

    const asking = (executeSql: () => Promise<{ rows: unknown[] }>) =>
      pgBossQueue(Object.assign(Object.create(boss) as PgBoss, { getDb: () => ({ executeSql }) }))

    test('ends where Postgres refuses connections, and says what to do', async () => {
      const away = new pg.Pool({ host: '127.0.0.1', port: 1 })
      const init = async () => asking(() => away.query('SELECT 1')).init()
      await expect(init()).rejects.toMatchObject({ code: 'QUEUE_UNAVAILABLE', cause: { code: 'ECONNREFUSED' } })
      await expect(init()).rejects.toThrow(
        /^pgBossQueue: Postgres could not be used: .*ECONNREFUSED 127.0.0.1:1. Start it, or correct what pg-boss connects to$/,
      )
    })

    test('ends where Postgres does not answer', async () => {
      const init = async () => asking(() => new Promise(() => {})).init()
      await expect(init()).rejects.toMatchObject({ code: 'QUEUE_UNAVAILABLE' })
      await expect(init()).rejects.toThrow('Postgres was not ready within 5000 ms. Start it')
    })

    test('says that pg-boss has to be started', async () => {
      await expect(pgBossQueue(new PgBoss(options)).init()).rejects.toThrow('call start() first')
    })
  })

  test.each([
    [{ name: 'a b' }, 'name'],
    [{ expireInSeconds: 0 }, 'expireInSeconds'],
    [{ pollMs: 10 }, 'pollMs'],
    [{ allowVolatile: 1 as unknown as boolean }, 'allowVolatile'],
  ])('refuses %j', (wrong, option) => {
    expect(() => pgBossQueue(boss, wrong)).toThrow(option)
  })

  test('refuses what is no instance of pg-boss', () => {
    expect(() => pgBossQueue({} as Parameters<typeof pgBossQueue>[0])).toThrow('send() and fetch()')
  })
})

jest.setTimeout(30_000)
