/** A platform with a queue: what one process stores, the workers of another run with the tenant's own provider and handlers. */
import { afterEach, describe, expect, jest, test } from '@jest/globals'
import { Queue, Worker } from 'bullmq'
import { randomUUID } from 'node:crypto'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import PgBoss from 'pg-boss'
import type { Lister } from 'express-payment-webhooks/reconcile'
import { reconcile } from 'express-payment-webhooks/reconcile'
import { bullmqQueue } from 'express-payment-webhooks/queues/bullmq'
import { pgBossQueue } from 'express-payment-webhooks/queues/pg-boss'
import { startWorkers, type Queue as JobQueue } from 'express-payment-webhooks/workers'
import { bodyOf } from '../support/hmac-provider.js'
import { describeWith, POSTGRES, REDIS, REDIS_SERVER, type Need } from '../support/needs.js'
import { openStore, type Backend } from '../support/open-store.js'
import { RedisServer } from '../support/redis-server.js'
import { DATABASE_URL, REDIS_URL } from '../support/services.js'
import { openTenantShop, secretOf, secretsOf, type TenantShopOptions } from '../support/tenant-shop.js'

jest.setTimeout(60_000)

const closing: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 300; tries++) {
    if (await isSo()) return
    await pause(50)
  }
  throw new Error('never so')
}

const newName = () => `tenants_${randomUUID().slice(0, 8)}`

/** A process of the platform, with clients of its own. */
async function openProcess(backend: Backend, at: string, name: string, options: TenantShopOptions = {}) {
  const { store, close } = openStore({ backend, at, name })
  const shop = await openTenantShop({ ...options, store })
  closing.push(
    close,
    () => store.close(),
    () => shop.close(),
  )
  return { ...shop, store }
}

interface Engine {
  readonly name: string
  readonly needs: readonly Need[]
  readonly backend: Backend
  readonly at: string
  /** Two ways to one queue, each as its own process has it. */
  readonly open: () => Promise<() => Promise<JobQueue>>
}

const ENGINES: readonly Engine[] = [
  {
    name: 'pg-boss, on Postgres',
    needs: [POSTGRES],
    backend: 'postgres',
    at: DATABASE_URL,
    async open() {
      const schema = `boss_${randomUUID().replaceAll('-', '').slice(0, 12)}`
      const name = newName()
      return async () => {
        const boss = new PgBoss({ connectionString: DATABASE_URL, schema, supervise: false, schedule: false, max: 4 })
        await boss.start()
        const queue = pgBossQueue(boss, { name, pollMs: 100 })
        closing.push(
          () => boss.stop({ graceful: false }),
          () => queue.close(),
        )
        return queue
      }
    },
  },
  {
    name: 'BullMQ, on Redis',
    needs: [REDIS_SERVER, REDIS],
    backend: 'redis',
    at: REDIS_URL,
    async open() {
      const redis = new RedisServer()
      await redis.start()
      closing.push(() => redis.remove())
      const name = newName()
      return async () => {
        const queue = bullmqQueue({ Queue, Worker, connection: { url: redis.url }, name })
        closing.push(() => queue.close())
        return queue
      }
    },
  },
]

for (const { name, needs, backend, at, open } of ENGINES) {
  describeWith(needs, name, () => {
    test('workers that have loaded no tenant run the jobs of each with its own handlers', async () => {
      const openQueue = await open()
      const place = newName()
      const web = await openProcess(backend, at, place, { queue: await openQueue() })
      const other = await openProcess(backend, at, place, { queue: await openQueue() })
      await other.webhook.queue!.init()
      await web.webhook.queue!.init()
      // The same id and content, which are two events: one of each tenant.
      expect((await web.deliver('acme')).status).toBe(200)
      expect((await web.deliver('bolt')).status).toBe(200)
      expect(web.handled).toEqual([])
      expect((await other.webhook.health()).loaded).toBe(0)
      const workers = await startWorkers(other.webhook)
      closing.push(() => workers.close())
      await until(() => other.handled.length === 2)
      expect(other.handled.map(({ account }) => account).sort()).toEqual(['acme', 'bolt'])
      expect(web.handled).toEqual([])
      // A repeat is queued once more, and a duplicate there.
      expect((await web.deliver('acme')).status).toBe(200)
      await until(() => other.outcomes.some(({ outcome }) => outcome === 'duplicate'))
      expect(other.handled).toHaveLength(2)
      // What the other one signs is no delivery of this one.
      expect((await web.deliver('acme', { secret: secretOf('bolt') })).status).toBe(401)
    })

    test('two doors of one process share a queue, and neither puts the jobs of the other off', async () => {
      const openQueue = await open()
      const queue = await openQueue()
      const [cards, coins] = [
        await openProcess(backend, at, newName(), { queue, secrets: secretsOf('acme') }),
        await openProcess(backend, at, newName(), { queue, secrets: secretsOf('bolt') }),
      ]
      await queue.init()
      const warned = jest.spyOn(process, 'emitWarning').mockImplementation(() => {})
      closing.push(() => warned.mockRestore())
      const workers = await startWorkers([cards.webhook, coins.webhook])
      closing.push(() => workers.close())
      for (let number = 0; number < 5; number++) {
        const body = bodyOf({ id: `evt_${number}` })
        expect((await cards.deliver('acme', { body })).status).toBe(200)
        expect((await coins.deliver('bolt', { body })).status).toBe(200)
      }
      await until(() => cards.handled.length + coins.handled.length === 10)
      expect(new Set(cards.handled.map(({ account }) => account))).toEqual(new Set(['acme']))
      expect(new Set(coins.handled.map(({ account }) => account))).toEqual(new Set(['bolt']))
      expect(warned.mock.calls).toEqual([])
      await until(async () => (await queue.counts()).waiting === 0)
    })

    test('the job of a tenant that is not known there is kept', async () => {
      const openQueue = await open()
      const place = newName()
      const web = await openProcess(backend, at, place, { queue: await openQueue() })
      const other = await openProcess(backend, at, place, { queue: await openQueue(), secrets: secretsOf('bolt') })
      const queue = web.webhook.queue!
      await queue.init()
      expect((await web.deliver('acme')).status).toBe(200)
      const warned = jest.spyOn(process, 'emitWarning').mockImplementation(() => {})
      closing.push(() => warned.mockRestore())
      const workers = await startWorkers(other.webhook)
      await until(() => other.lookUps.includes('acme'))
      await until(() => warned.mock.calls.length > 0)
      await workers.close()
      expect(String(warned.mock.calls[0]![0])).toContain('there is no tenant "acme"')
      expect(await queue.counts()).toEqual({ waiting: 1, active: 0, failed: 0 })
      expect(other.handled).toEqual([])
    })
  })
}

test('a platform without a queue has no jobs to work at', async () => {
  const shop = await openTenantShop()
  closing.push(() => shop.close())
  await expect(startWorkers(shop.webhook)).rejects.toMatchObject({
    code: 'CONFIG_OPTION_INVALID',
    message: expect.stringContaining('give tenantWebhook the option queue'),
  })
})

const BACKENDS: readonly [Backend, string, readonly Need[]][] = [
  ['sqlite', join(mkdtempSync(join(tmpdir(), 'tenants-')), 'events.db'), []],
  ['redis', REDIS_URL, [REDIS]],
  ['postgres', DATABASE_URL, [POSTGRES]],
]

describe('reconciling', () => {
  for (const [backend, at, needs] of BACKENDS) {
    describeWith(needs, `on ${backend}`, () => {
      test('a tenant that is not loaded gets what it missed, and no other tenant does', async () => {
        const shop = await openProcess(backend, at, newName())
        const list: Lister = async function* () {
          yield { body: bodyOf({ id: 'came' }) }
          yield { body: bodyOf({ id: 'missed' }) }
        }
        const run = (tenant: string) =>
          shop.webhook.withReceiver(tenant, (receiver) => reconcile(receiver, { list, graceMs: 0 }))
        await run('acme')
        await run('bolt')
        expect((await shop.deliver('acme', { body: bodyOf({ id: 'came' }) })).status).toBe(200)
        for (const tenant of ['acme', 'bolt']) shop.webhook.forget(tenant)
        await until(async () => (await shop.webhook.health()).loaded === 0)
        expect(await run('acme')).toEqual({ listed: 2, known: 1, recovered: 1, failed: 0 })
        expect(shop.handled.map(({ account, id }) => [account, id])).toEqual([
          ['acme', 'hmac:came'],
          ['acme', 'hmac:missed'],
        ])
        expect((await shop.deliver('acme', { body: bodyOf({ id: 'missed' }) })).status).toBe(200)
        expect(shop.handled).toHaveLength(2)
        // The other tenant has a cursor and events of its own.
        expect(await run('bolt')).toEqual({ listed: 2, known: 0, recovered: 2, failed: 0 })
        expect(shop.handled.slice(2).map(({ account }) => account)).toEqual(['bolt', 'bolt'])
      })
    })
  }
})
