/** A tenant door on every durable store, through Express, with the store's own clock. */
import { afterEach, expect, jest, test } from '@jest/globals'
import { randomUUID } from 'node:crypto'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { describeWith, POSTGRES, REDIS, type Need } from '../support/needs.js'
import { bodyOf } from '../support/hmac-provider.js'
import { openStore, type Backend, type OpenStore } from '../support/open-store.js'
import { DATABASE_URL, REDIS_URL } from '../support/services.js'
import { openTenantShop, secretsOf, type TenantShop } from '../support/tenant-shop.js'

// Kept events are looked for about every two seconds.
jest.setTimeout(60_000)

const open: { shop: TenantShop; store: OpenStore }[] = []
afterEach(async () => {
  for (const { shop, store } of open.splice(0)) {
    await shop.close()
    await store.store.close()
    await store.close()
  }
})

const newName = () => `tenants_${randomUUID().slice(0, 8)}`

async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 300; tries++) {
    if (await isSo()) return
    await setTimeout(50)
  }
  throw new Error('never so')
}

const BACKENDS: readonly [Backend, string, readonly Need[]][] = [
  ['sqlite', join(mkdtempSync(join(tmpdir(), 'tenants-')), 'events.db'), []],
  ['redis', REDIS_URL, [REDIS]],
  ['postgres', DATABASE_URL, [POSTGRES]],
  ['postgres transactional', DATABASE_URL, [POSTGRES]],
]

for (const [backend, at, needs] of BACKENDS) {
  describeWith(needs, backend, () => {
    test('keeps tenants apart, and runs what was kept of one that is not loaded any more', async () => {
      const store = openStore({ backend, at, name: newName() })
      let isBroken = false
      const shop = await openTenantShop({
        store: store.store,
        secrets: secretsOf('acme', 'bolt'),
        idleMs: 1000,
        handler: () => {
          if (isBroken) throw new Error('no stock')
        },
      })
      open.push({ shop, store })
      const other = bodyOf({ amount: '1.00' })
      expect((await shop.deliver('bolt', { body: other })).status).toBe(200)
      expect((await shop.deliver('acme')).status).toBe(200)
      // Other content for a tenant's own event is a conflict; the content of the other tenant's event is none.
      expect((await shop.deliver('acme', { body: other })).status).toBe(200)
      expect(shop.outcomes.map(({ account, outcome }) => `${account} ${outcome}`)).toEqual([
        'bolt handled',
        'acme handled',
        'acme quarantined',
      ])

      isBroken = true
      const failing = bodyOf({ id: 'evt_2' })
      for (let run = 1; run < 5; run++) expect((await shop.deliver('acme', { body: failing })).status).toBe(500)
      expect((await shop.deliver('acme', { body: failing })).status).toBe(200)
      const kept = await store.store.listEvents({ state: 'failed' })
      expect(kept).toMatchObject([{ account: 'acme', eventId: 'hmac:evt_2' }])
      isBroken = false
      await until(async () => (await shop.webhook.health()).loaded === 0)
      await store.store.replay(kept[0]!.key)
      await until(() => shop.handled.length === 3)
      expect(shop.handled[2]).toEqual({ account: 'acme', id: 'hmac:evt_2', attempt: 6 })
      expect((await shop.deliver('bolt', { body: failing })).status).toBe(200)
      expect(shop.handled[3]).toMatchObject({ account: 'bolt', attempt: 1 })
    })
  })
}
