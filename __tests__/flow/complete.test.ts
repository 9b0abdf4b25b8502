/** A store that is away at the wrong moment: what has happened does not happen again, and nothing stays blocked. */
import { describe, expect, test } from '@jest/globals'
import { setTimeout } from 'node:timers/promises'
import { memoryStore, receive, toFetchHandler, type Store, type WebhookEvent } from '../../src/index.js'
import { failingStore } from '../../src/testing/index.js'
import { bodyOf, hmacProvider, signatureOf } from '../support/hmac-provider.js'

const LEASE_MS = 300

/** One process of a shop: deliveries are answered with their status. */
function shop(store: Store<unknown>, handler: (event: WebhookEvent) => unknown, leaseMs = LEASE_MS) {
  const codes: string[] = []
  const webhook = toFetchHandler(hmacProvider(), {
    store,
    on: { 'payment.confirmed': handler },
    onError: ({ code }) => void codes.push(code),
    timeoutMs: 100,
    leaseMs,
  })
  const deliver = async (body = bodyOf()): Promise<number> => {
    const headers = { 'x-signature': signatureOf(body) }
    return (await webhook(new Request('http://shop.example/', { method: 'POST', body, headers }))).status
  }
  return { webhook, deliver, codes }
}

/** Waits until something is so; the test's own limit ends it otherwise. */
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
    const other = shop(shared, () => effects.push('other'))
    store.fail('complete')
    expect(await one.deliver()).toBe(200)
    await setTimeout(3 * LEASE_MS)
    expect(await other.deliver()).toBe(503)
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
    expect(await webhook.health()).toMatchObject({ inFlight: 1 })
    store.heal()
    await until(async () => (await webhook.health()).inFlight === 0)
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
    expect(await webhook.health()).toMatchObject({ closing: true, inFlight: 1 })
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

describe('a claim that reached the store although it seemed to fail', () => {
  /** Longer than the test: an event that stays busy for a lease fails it. */
  const LONG_LEASE_MS = 60_000

  test('is given back when the store, away for longer than that, is back', async () => {
    const store = failingStore(memoryStore())
    let effects = 0
    const { deliver } = shop(store, () => effects++, LONG_LEASE_MS)
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
    const { deliver } = shop(store, () => effects++, LONG_LEASE_MS)
    expect(await deliver()).toBe(503)
    await setTimeout(3500) // the call is given up after 2 s, and the first attempts find nothing to give back
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
        // The client gives it up, and it stays in the socket of a store that hangs for two seconds.
        void setTimeout(2000).then(() => inner.claim(request))
        return Promise.reject(new Error('Command timed out'))
      },
      release(key, token, reason) {
        if (++releases > 2) return inner.release(key, token, reason)
        return releases === 1 ? Promise.reject(new Error('not connected')) : setTimeout(1400, false)
      },
    }
    let effects = 0
    const { deliver } = shop(store, () => effects++, LONG_LEASE_MS)
    expect(await deliver()).toBe(503)
    await setTimeout(4800)
    expect(await deliver()).toBe(200)
    expect(effects).toBe(1)
  }, 15_000)

  test('of an event whose handler failed is given back when the store is back', async () => {
    const store = failingStore(memoryStore())
    let isReady = false
    const { deliver } = shop(
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

test('F10: a thousand deliveries wait for a store that hangs; the next ones are asked to come back at once', async () => {
  const provider = hmacProvider()
  let claims = 0
  const store: Store = { ...memoryStore(), claim: () => new Promise(() => void claims++) }
  const options = { store, on: { 'payment.confirmed': () => {} }, onError: () => {} }
  const deliver = (number: number) => {
    const body = bodyOf({ id: `evt_${number}` })
    return receive(provider, { body: Buffer.from(body), headers: { 'x-signature': signatureOf(body) } }, options)
  }
  const waiting = Array.from({ length: 1000 }, (_, number) => deliver(number))
  expect(await deliver(1000)).toMatchObject({ kind: 'retry_later', error: { code: 'BUSY' } })
  expect(claims).toBe(1000)
  // A repeat of what waits already is no further work.
  const repeated = deliver(0)
  const codes = (await Promise.all([...waiting, repeated])).map(({ error }) => error?.code)
  expect(new Set(codes)).toEqual(new Set(['STORE_UNAVAILABLE']))
  expect(claims).toBe(1000)
})
