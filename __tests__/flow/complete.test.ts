/** A handler resolved and its store is unreachable: the effect does not happen again, and is recorded in the end. */
import { describe, expect, test } from '@jest/globals'
import { setTimeout } from 'node:timers/promises'
import { memoryStore, type Store, type WebhookEvent } from '../../src/index.js'
import { failingStore } from '../../src/testing/index.js'
import { bodyOf } from '../support/hmac-provider.js'
import { shopProcess } from '../support/shop-process.js'

const LEASE_MS = 300

const shop = (
  store: Store<unknown>,
  handler: (event: WebhookEvent) => unknown,
  leaseMs = LEASE_MS,
  timeoutMs?: number,
) => shopProcess(store, handler, leaseMs, timeoutMs)

/** Waits until a condition holds; otherwise the test's own limit ends it. */
async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isSo())) await setTimeout(20)
}

describe('an event that was handled and could not be recorded', () => {
  test('is not handled again by this process, also when its lease has passed', async () => {
    const store = failingStore(memoryStore())
    let effects = 0
    const { deliver, codes, webhook } = shop(store, () => effects++)
    store.fail('complete')
    store.fail('extend')
    expect(await deliver()).toBe(200)
    await setTimeout(2 * LEASE_MS)
    expect(await deliver()).toBe(200)
    expect([effects, codes]).toEqual([1, ['COMPLETE_FAILED']])
    store.heal()
    await webhook.close()
  })

  test('keeps its claim, so that no other process handles it either', async () => {
    const shared = memoryStore()
    const store = failingStore(shared)
    const effects: string[] = []
    const one = shop(store, () => effects.push('one'), 2 * LEASE_MS)
    // The time limits cover the two seconds that a delivery takes to find the event busy; the next delivery looks again.
    const other = shop(shared, () => effects.push('other'), 8000, 4000)
    store.fail('complete')
    expect(await one.deliver()).toBe(200)
    await setTimeout(3 * LEASE_MS)
    expect([await other.deliver(), other.codes]).toEqual([503, ['BUSY']])
    store.heal()
    await one.webhook.close()
    expect(await other.deliver()).toBe(200)
    expect(effects).toEqual(['one'])
  })

  test('is recorded when the store is back, and then no longer under way', async () => {
    const store = failingStore(memoryStore())
    const { deliver, webhook } = shop(store, () => {})
    store.fail('complete')
    await deliver()
    expect(await webhook.health()).toMatchObject({ inProgress: 1 })
    store.heal()
    await until(async () => (await webhook.health()).inProgress === 0)
    store.fail('complete')
    expect(await deliver()).toBe(200)
  })

  test('is recorded before close() resolves', async () => {
    const shared = memoryStore()
    const store = failingStore(shared)
    const { deliver, webhook } = shop(store, () => {})
    store.failNext('complete')
    await deliver()
    await webhook.close()
    let effects = 0
    expect(await shop(shared, () => effects++).deliver()).toBe(200)
    expect(effects).toBe(0)
  })

  test('is waited for by close() no longer than it may', async () => {
    const store = failingStore(memoryStore())
    const { deliver, webhook } = shop(store, () => {})
    store.fail('complete')
    await deliver()
    await webhook.close({ timeoutMs: 50 })
    expect(await webhook.health()).toMatchObject({ closing: true, inProgress: 1 })
    store.heal()
  })

  test('does not stand in the way of other content under its id, which is a conflict', async () => {
    const store = failingStore(memoryStore())
    const { deliver, codes, webhook } = shop(store, () => {})
    store.fail('complete')
    await deliver()
    expect(await deliver(bodyOf({ amount: '999.00' }))).toBe(400)
    expect(codes).toEqual(['COMPLETE_FAILED', 'ID_CONFLICT'])
    store.heal()
    await webhook.close()
  })
})

describe('an event that is recorded after the deadline', () => {
  test('has its claim renewed no more', async () => {
    const inner = memoryStore()
    let renewals = 0
    const store: Store = {
      ...inner,
      complete: (key, token) => setTimeout(200).then(() => inner.complete(key, token)),
      extend(...claim) {
        renewals++
        return inner.extend(...claim)
      },
    }
    const { deliver, webhook } = shop(store, () => {})
    expect(await deliver()).toBe(503)
    await webhook.close()
    await setTimeout(2 * LEASE_MS)
    expect(renewals).toBe(0)
  })
})
