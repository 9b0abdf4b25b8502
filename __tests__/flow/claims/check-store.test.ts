import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { memoryStore, type Store } from 'express-payment-webhooks'
import { checkStore } from '../../../src/flow/claims/check-store.js'
import { evidenceOf } from '../../../src/flow/claims/store-evidence.js'
import { clock, setClock } from '../../../src/lib/clock.js'
import { recordingStore, type RecordingStore } from '../../support/recording-store.js'

let later = 0

beforeEach(() => {
  const system = clock
  later = 0
  setClock({ ...system, monotonic: () => system.monotonic() + later })
})
afterEach(() => setClock())

const claims = ({ calls }: RecordingStore) => calls.filter(({ method }) => method === 'claim').length
const kept = ({ calls }: RecordingStore) => calls.filter(({ method }) => method === 'quarantine').length

describe('evidence of a store', () => {
  test('a check claims and completes an event of its own, and keeps a delivery', async () => {
    const store = recordingStore({ durable: true })
    await checkStore(store)
    expect(store.calls.map(({ method }) => method).sort()).toEqual(['claim', 'complete', 'quarantine'])
  })

  test('a flood of checks makes one', async () => {
    const store = recordingStore({ durable: true })
    await Promise.all(Array.from({ length: 100 }, () => checkStore(store)))
    for (let count = 0; count < 100; count++) await checkStore(store)
    expect([claims(store), kept(store)]).toEqual([1, 1])
  })

  test('after ten seconds it claims again; after a minute it keeps again', async () => {
    const store = recordingStore({ durable: true })
    const seen = []
    for (const ms of [0, 9_000, 2_000, 11_000, 11_000, 11_000, 11_000, 11_000]) {
      later += ms
      await checkStore(store)
      seen.push([claims(store), kept(store)])
    }
    expect(seen).toEqual([
      [1, 1],
      [1, 1],
      [2, 1],
      [3, 1],
      [4, 1],
      [5, 1],
      [6, 1],
      [7, 2],
    ])
  })

  test('a delivery that was claimed just now makes a claim unnecessary', async () => {
    const store = recordingStore()
    evidenceOf(store).claimed()
    later += 9_000
    await checkStore(store)
    expect(claims(store)).toBe(0)
  })

  test('a delivery that was kept just now makes keeping one unnecessary', async () => {
    const store = recordingStore({ durable: true })
    evidenceOf(store).kept()
    later += 59_000
    await checkStore(store)
    expect([claims(store), kept(store)]).toEqual([1, 0])
  })

  test('a call that failed takes back what was seen before', async () => {
    const store = recordingStore({ durable: true })
    await checkStore(store)
    evidenceOf(store).failed()
    await checkStore(store)
    expect([claims(store), kept(store)]).toEqual([2, 2])
  })

  test.each<[string, Partial<Store>, RegExp]>([
    ['takes no claim', { claim: () => Promise.reject(new Error('disk full')) }, /claim failed/],
    ['says the event is busy', { claim: () => ({ state: 'busy' }) }, /could not be claimed: busy/],
    ['completes nothing', { complete: () => false }, /was lost before it was completed/],
    ['keeps nothing', { quarantine: () => Promise.reject(new Error('no right')) }, /quarantine failed/],
    ['says that it may forget', { check: () => Promise.reject(new Error('eviction')) }, /check failed/],
  ])('a store that %s fails the check', async (_, fault, message) => {
    const store = { ...memoryStore(), ...fault }
    const checking = checkStore(store)
    await expect(checking).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE', message: expect.stringMatching(message) })
  })

  test('a failed check counts for a second; then the store is asked afresh, about another event', async () => {
    const keys: string[] = []
    let isBroken = true
    const inner = memoryStore()
    const store: Store = {
      ...inner,
      claim(request) {
        keys.push(request.key)
        const claimed = inner.claim(request)
        if (isBroken) throw new Error('the answer got lost')
        return claimed
      },
    }
    await expect(checkStore(store)).rejects.toThrow()
    isBroken = false
    await expect(checkStore(store)).rejects.toThrow()
    later += 1000
    await checkStore(store)
    expect(new Set(keys).size).toBe(2)
  })

  test('a handled delivery ends what a failed check said', async () => {
    const store = { ...memoryStore(), check: () => Promise.reject(new Error('no')) }
    await expect(checkStore(store)).rejects.toThrow()
    evidenceOf(store).claimed()
    store.check = () => Promise.resolve() as never
    await checkStore(store)
  })
})
