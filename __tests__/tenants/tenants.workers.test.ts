/**
 * A platform with a queue: the workers of one process run the events that another stored, with the tenant's own provider and
 * handlers.
 */
import { afterEach, describe, expect, jest, test } from '@jest/globals'
import { randomUUID } from 'node:crypto'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { Lister } from 'express-payment-webhooks/reconcile'
import { reconcile } from 'express-payment-webhooks/reconcile'
import { startWorkers } from 'express-payment-webhooks/workers'
import { bodyOf } from '../support/hmac-provider.js'
import { describeWith, POSTGRES, REDIS, type Need } from '../support/needs.js'
import { openStore, type Backend } from '../support/open-store.js'
import { ENGINES } from '../support/queue-engines.js'
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

/**
 * The pause between two looks at the store is at most two and a half seconds. A look may load tenants, which need one more look.
 */
const LOOKS_MS = 6000

const newName = () => `tenants_${randomUUID().slice(0, 8)}`

/** A process of the platform, with its own clients. */
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

for (const { name, needs, backend, at, open } of ENGINES) {
  describeWith(needs, name, () => {
    test('workers that have loaded no tenant run the jobs of each with its own handlers', async () => {
      const openQueue = await open(closing)
      const place = newName()
      const web = await openProcess(backend, at, place, { queue: await openQueue() })
      const other = await openProcess(backend, at, place, { queue: await openQueue() })
      await other.webhook.queue!.init()
      await web.webhook.queue!.init()
      // The same id and content, but two events: one of each tenant.
      expect((await web.deliver('acme')).status).toBe(200)
      expect((await web.deliver('bolt')).status).toBe(200)
      expect(web.handled).toEqual([])
      expect((await other.webhook.health()).loaded).toBe(0)
      const workers = await startWorkers(other.webhook)
      closing.push(() => workers.close())
      await until(() => other.handled.length === 2)
      expect(other.handled.map(({ account }) => account).sort()).toEqual(['acme', 'bolt'])
      expect(web.handled).toEqual([])
      // A duplicate is queued once more, and recognised there.
      expect((await web.deliver('acme')).status).toBe(200)
      await until(() => other.outcomes.some(({ outcome }) => outcome === 'duplicate'))
      expect(other.handled).toHaveLength(2)
      // A delivery signed by the other tenant is not authentic for this one.
      expect((await web.deliver('acme', { secret: secretOf('bolt') })).status).toBe(401)
    })

    test('two doors of one process share a queue, and neither puts the jobs of the other off', async () => {
      const openQueue = await open(closing)
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
      const openQueue = await open(closing)
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

    test('what is kept of a tenant loads it in a process with workers alone, and runs there', async () => {
      const openQueue = await open(closing)
      const place = newName()
      const web = await openProcess(backend, at, place, { queue: await openQueue() })
      const other = await openProcess(backend, at, place, { queue: await openQueue() })
      await web.webhook.queue!.init()
      // Authentic but unreadable: kept while its sender waits.
      expect((await web.deliver('acme', { body: bodyOf({ amount: 'much' }) })).status).toBe(200)
      const [kept] = await web.store.listEvents({ state: 'quarantined' })
      await web.store.replay(kept!.key)
      web.lookUps.length = 0
      web.webhook.forget('acme')
      await pause(LOOKS_MS)
      expect([web.lookUps, other.lookUps, (await web.store.getEvent(kept!.key))?.state]).toEqual([
        [],
        [],
        'replay_requested',
      ])
      const workers = await startWorkers(other.webhook)
      closing.push(() => workers.close())
      await until(async () => (await web.store.getEvent(kept!.key))?.state === 'quarantined')
      expect([web.lookUps, other.lookUps]).toEqual([[], ['acme']])
    })
  })
}

test('a platform without a queue has no jobs to work at', async () => {
  const shop = await openTenantShop()
  closing.push(() => shop.close())
  await expect(startWorkers(shop.webhook)).rejects.toMatchObject({
    code: 'CONFIG_OPTION_INVALID',
    message: expect.stringContaining('tenantWebhook needs the option queue'),
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
        // The other tenant has its own cursor and events.
        expect(await run('bolt')).toEqual({ listed: 2, known: 0, recovered: 2, failed: 0 })
        expect(shop.handled.slice(2).map(({ account }) => account)).toEqual(['bolt', 'bolt'])
      })
    })
  }
})
