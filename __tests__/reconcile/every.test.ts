import { afterEach, describe, expect, test } from '@jest/globals'
import Database from 'libsql'
import { createReceiver, memoryStore, type Store } from 'express-payment-webhooks'
import { reconcileEvery, type Lister, type ReconcileEveryOptions } from 'express-payment-webhooks/reconcile'
import { sqliteStore } from 'express-payment-webhooks/stores/sqlite'
import { bodyOf, hmacProvider } from '../support/hmac-provider.js'

const open: { close(): Promise<unknown> }[] = []
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close()
})

const durable = () => sqliteStore(new Database(':memory:'), { allowVolatile: true })

async function until(isSo: () => boolean): Promise<void> {
  for (let looks = 0; !isSo() && looks < 200; looks++) await new Promise((resolve) => setTimeout(resolve, 100))
  expect(isSo()).toBe(true)
}

/** A process of a shop that lists one event, and counts its runs. */
function shop(store: Store, list: Lister, options: Partial<ReconcileEveryOptions> = {}) {
  const seen = { runs: 0, handled: [] as string[], errors: [] as string[] }
  const receiver = createReceiver(hmacProvider(), {
    store,
    on: { 'payment.confirmed': ({ id }) => void seen.handled.push(id) },
    onError: ({ code }) => void seen.errors.push(code),
  })
  const reconciler = reconcileEvery(receiver, {
    list,
    graceMs: 0,
    everyMs: 1000,
    onResult: () => void seen.runs++,
    ...options,
  })
  open.push(receiver, reconciler)
  return { seen, receiver, reconciler }
}

const oneEvent: Lister = async function* () {
  yield { body: bodyOf({ id: 'missed' }) }
}

describe.each([
  ['a durable store', durable],
  ['memoryStore', memoryStore],
] as const)('reconcileEvery with %s', (_name, newStore) => {
  test('begins at once, and goes on', async () => {
    const { seen } = shop(newStore(), oneEvent)
    await until(() => seen.handled.length > 0)
    expect([seen.handled, seen.runs >= 2]).toEqual([['hmac:missed'], true])
  })

  test('tells the receiver of a list that cannot be had, and tries again', async () => {
    let calls = 0
    const { seen } = shop(newStore(), async function* () {
      if (++calls === 1) throw new Error('the API is away')
      yield { body: bodyOf({ id: 'missed' }) }
    })
    await until(() => seen.handled.length > 0)
    expect(seen.errors).toEqual(['LIST_UNAVAILABLE'])
  })

  test('stops with its receiver', async () => {
    const { seen, receiver } = shop(newStore(), oneEvent)
    await until(() => seen.runs > 0)
    await receiver.close()
    const { runs } = seen
    await new Promise((resolve) => setTimeout(resolve, 5000))
    expect(seen.runs).toBe(runs)
  })
})

test('of two processes that share a store, one reconciles in the time of both', async () => {
  const store = durable()
  const shops = [shop(store, oneEvent, { everyMs: 3_600_000 }), shop(store, oneEvent, { everyMs: 3_600_000 })]
  await until(() => shops.some(({ seen }) => seen.runs > 0))
  await new Promise((resolve) => setTimeout(resolve, 5000))
  expect(shops.reduce((sum, { seen }) => sum + seen.runs, 0)).toBe(1)
  expect(shops.flatMap(({ seen }) => seen.errors)).toEqual([])
})

test.each<[string, object]>([
  ['everyMs below a second', { everyMs: 999 }],
  ['a since of its own', { since: '2026-01-01' }],
])('refuses %s', (_what, options) => {
  const receiver = createReceiver(hmacProvider(), { store: memoryStore(), on: {} })
  open.push(receiver)
  expect(() => reconcileEvery(receiver, { list: oneEvent, ...options })).toThrow(/reconcileEvery/)
})
