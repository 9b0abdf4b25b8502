/** Requirements for an operator's searches in a durable store. */
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { clock, sleep } from '../lib/clock.js'
import type { DurableStore, EventQuery } from '../store.js'
import { again, checker, delivery, request } from './store-cases.js'

export function searchConformance<Tx>(options: {
  readonly test: (name: string, run: () => Promise<void>) => unknown
  readonly create: () => DurableStore<Tx> | Promise<DurableStore<Tx>>
}): void {
  const check = checker(options)

  check('listEvents finds what was said about an order, a payment and an event, in every state', async (store) => {
    const [orderId, paymentId, eventId] = [`order ${randomUUID()}`, `pay ${randomUUID()}`, `acme:${randomUUID()}`]
    const [done, failed, other] = [request({ orderId, paymentId }), request({ orderId, eventId }), request()]
    for (const one of [done, failed, other]) await store.claim(one)
    await store.complete(done.key, done.token)
    await store.release(failed.key, failed.token, 'why')
    await store.release(other.key, other.token, 'why')
    const kept = [delivery({ orderId }), delivery({ eventId, code: 'ID_CONFLICT' })]
    for (const one of kept) await store.quarantine(one)
    assert.deepEqual(await keysOf(store, { orderId }), sorted(done, failed, kept[0]!))
    assert.deepEqual(await keysOf(store, { paymentId }), sorted(done))
    assert.deepEqual(await keysOf(store, { eventId }), sorted(failed, kept[1]!))
    assert.deepEqual(await keysOf(store, { orderId, paymentId }), sorted(done))
    assert.deepEqual(await keysOf(store, { orderId, state: 'failed' }), sorted(failed))
    assert.deepEqual(await keysOf(store, { orderId: `${orderId}0` }), [])
    assert.deepEqual(await keysOf(store, { orderId: orderId.slice(0, -1) }), [])
    assert.deepEqual(await keysOf(store, { paymentId: orderId }), [])
  })

  check('listEvents finds an event by the order that a later delivery names', async (store) => {
    const orderId = `order ${randomUUID()}`
    const first = request()
    await store.claim(first)
    await store.release(first.key, first.token, 'why')
    assert.deepEqual(await keysOf(store, { orderId }), [])
    const second = again(first, { orderId })
    await store.claim(second)
    await store.release(second.key, second.token, 'why')
    assert.deepEqual(await keysOf(store, { orderId }), sorted(first))
  })

  check('listEvents pages through one order, newest first', async (store) => {
    const orderId = `order ${randomUUID()}`
    const kept = Array.from({ length: 5 }, () => delivery({ orderId }))
    for (const one of kept) {
      await store.quarantine(one)
      await sleep(2)
    }
    const seen: string[] = []
    for (let page = await store.listEvents({ orderId, limit: 2 }); page.length > 0;) {
      seen.push(...page.map(({ key }) => key))
      page = await store.listEvents({ orderId, limit: 2, before: page.at(-1)! })
    }
    assert.deepEqual(seen, kept.map(({ key }) => key).reverse())
  })

  check('listEvents goes on behind any key, also one that no record can have', async (store) => {
    const orderId = `order ${randomUUID()}`
    await store.quarantine(delivery({ orderId }))
    const later = '2100-01-01T00:00:00.000Z'
    for (const key of ['', '\0', '\ud800', '~'.repeat(5000)]) {
      assert.equal((await store.listEvents({ orderId, before: { createdAt: later, key } })).length, 1)
    }
  })

  check('listEvents finds by provider, account and time', async (store) => {
    const provider = `provider-${randomUUID()}`
    const [first, second] = [delivery({ provider, account: 'eu' }), delivery({ provider, account: 'us' })]
    await store.quarantine(first)
    await sleep(5)
    await store.quarantine(second)
    await store.quarantine(delivery())
    const time = (await store.getEvent(second.key))!.createdAt
    assert.deepEqual(await keysOf(store, { provider }), sorted(first, second))
    assert.deepEqual(await keysOf(store, { provider, account: 'eu' }), sorted(first))
    assert.deepEqual(await keysOf(store, { provider, since: time }), sorted(second))
    assert.deepEqual(await keysOf(store, { provider, since: new Date(time) }), sorted(second))
    assert.deepEqual(await keysOf(store, { provider, until: time }), sorted(first))
    const later = new Date(clock.now() + 3_600_000)
    assert.deepEqual(await keysOf(store, { provider, since: later }), [])
    assert.deepEqual(await keysOf(store, { provider, state: 'quarantined', until: later }), sorted(first, second))
  })

  check('listEvents finds by texts that no database likes', async (store) => {
    for (const text of ['\0 order', "'; DROP TABLE orders; --", '* ? [a-z] %_', 'lone \ud83d surrogate']) {
      const orderId = `${text} ${randomUUID()}`
      const kept = delivery({ orderId })
      await store.quarantine(kept)
      assert.deepEqual(await keysOf(store, { orderId }), sorted(kept))
    }
  })

  check('listEvents refuses a time that is none', async (store) => {
    for (const query of [{ since: 'yesterday' }, { until: new Date(Number.NaN) }])
      await assert.rejects(async () => store.listEvents(query), TypeError)
  })

  check('what is removed or forgotten is found no more', async (store) => {
    const orderId = `order ${randomUUID()}`
    const [removed, forgotten] = [delivery({ orderId }), delivery({ orderId })]
    for (const one of [removed, forgotten]) await store.quarantine(one)
    await store.removeQuarantined(removed.key)
    assert.deepEqual(await keysOf(store, { orderId }), sorted(forgotten))
    assert.equal(await store.forget({ orderId }), 1)
    assert.deepEqual(await keysOf(store, { orderId }), [])
  })

  check('countEvents counts each state, up to a limit', async (store) => {
    const kept = [delivery(), delivery(), delivery()]
    const before = await store.countEvents()
    for (const one of kept) await store.quarantine(one)
    await store.replay(kept[0]!.key)
    const event = request()
    await store.claim(event)
    await store.complete(event.key, event.token)
    const after = await store.countEvents()
    // Other tests may use the same database meanwhile.
    assert.ok(after.quarantined >= Math.min(before.quarantined + 2, 10_000))
    assert.ok(after.replay_requested >= 1)
    assert.ok(after.done >= 1)
    assert.equal((await store.countEvents({ upTo: 1 })).quarantined, 1)
    for (const upTo of [0, 1.5, 100_001]) await assert.rejects(async () => store.countEvents({ upTo }), TypeError)
  })
}

async function keysOf(store: DurableStore<unknown>, query: EventQuery): Promise<string[]> {
  const records = await store.listEvents(query)
  assert.ok(records.every(({ body }) => body === null))
  return records.map(({ key }) => key).sort()
}

function sorted(...records: readonly { readonly key: string }[]): string[] {
  return records.map(({ key }) => key).sort()
}
