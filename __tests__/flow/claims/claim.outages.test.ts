/** A store that becomes unreachable while an event is claimed, in real time and through a whole shop: nothing stays blocked. */
import { describe, expect, test } from '@jest/globals'
import { setTimeout } from 'node:timers/promises'
import { memoryStore, type Store } from '../../../src/index.js'
import { failingStore } from '../../../src/testing/index.js'
import { shopProcess } from '../../support/shop-process.js'

describe('a claim that reached the store although it seemed to fail', () => {
  /** Longer than the test: an event that stays busy for a lease fails it. */
  const LONG_LEASE_MS = 60_000

  test('is given back when the store, away for longer than that, is back', async () => {
    const store = failingStore(memoryStore())
    let effects = 0
    const { deliver } = shopProcess(store, () => effects++, LONG_LEASE_MS)
    store.loseNextAnswer('claim')
    store.fail('release')
    expect(await deliver()).toBe(503)
    await setTimeout(2000)
    store.heal()
    await setTimeout(2700)
    expect(await deliver()).toBe(200)
    expect(effects).toBe(1)
  }, 10_000)

  test('only when it was about to be given up is given back all the same', async () => {
    const inner = memoryStore()
    let arrive = () => {}
    const arrival = new Promise<void>((resolve) => (arrive = resolve))
    let isFirst = true
    const store: Store = {
      ...inner,
      claim(request) {
        if (!isFirst) return inner.claim(request)
        isFirst = false
        return arrival.then(() => inner.claim(request)).then(() => Promise.reject(new Error('connection reset')))
      },
    }
    let effects = 0
    const { deliver } = shopProcess(store, () => effects++, LONG_LEASE_MS)
    expect(await deliver()).toBe(503)
    await setTimeout(3500) // the call is given up after 2 s, and the first attempts find nothing to release
    arrive()
    await setTimeout(2700)
    expect(await deliver()).toBe(200)
    expect(effects).toBe(1)
  }, 15_000)

  test('only when a store that hung goes on, after the release that came first, is given back all the same', async () => {
    const inner = memoryStore()
    let claims = 0
    let releases = 0
    const store: Store = {
      ...inner,
      claim(request) {
        if (++claims > 1) return inner.claim(request)
        // The client gives the command up, but it stays in the socket of a store that hangs for two seconds.
        void setTimeout(2000).then(() => inner.claim(request))
        return Promise.reject(new Error('Command timed out'))
      },
      release(key, token, reason) {
        if (++releases > 2) return inner.release(key, token, reason)
        return releases === 1 ? Promise.reject(new Error('not connected')) : setTimeout(1400, false)
      },
    }
    let effects = 0
    const { deliver } = shopProcess(store, () => effects++, LONG_LEASE_MS)
    expect(await deliver()).toBe(503)
    await setTimeout(4800)
    expect(await deliver()).toBe(200)
    expect(effects).toBe(1)
  }, 15_000)

  test('of an event whose handler failed is given back when the store is back', async () => {
    const store = failingStore(memoryStore())
    let isReady = false
    const { deliver } = shopProcess(
      store,
      () => {
        if (!isReady) throw new Error('no')
      },
      LONG_LEASE_MS,
    )
    store.fail('release')
    expect(await deliver()).toBe(500)
    isReady = true
    store.heal()
    await setTimeout(300)
    expect(await deliver()).toBe(200)
  })
})
