/** Requirements for an event whose run failed: the durable store keeps it in its record, tells when it is due, and forgets it. */
import assert from 'node:assert/strict'
import { sleep } from '../lib/clock.js'
import type { ClaimRequest, DurableStore, KeptEvent } from '../store.js'
import { again, checker, delivery, listed, request, SHORT_LEASE_MS } from './store-cases.js'

export function keptEventConformance<Tx>(options: {
  readonly test: (name: string, run: () => Promise<void>) => unknown
  readonly create: () => DurableStore<Tx> | Promise<DurableStore<Tx>>
}): void {
  const check = checker(options)

  check('an event whose run failed is kept in its own record, until it is done', async (store) => {
    const first = request()
    const content = kept({ body: Buffer.from([0, 255, 39, 0xed, 0xa0]), headers: { 'webhook-id': "it's" } })
    await fail(store, first, content)
    const record = (await store.getEvent(first.key))!
    assert.deepEqual([record.state, record.keptAs, record.headers], ['failed', 'delivery', content.headers])
    assert.ok(record.body?.equals(content.body))
    const second = again(first)
    await store.claim(second)
    await store.complete(second.key, second.token)
    const { state, keptAs, body, headers, dueAt, failedRuns } = (await store.getEvent(first.key))!
    assert.deepEqual([state, keptAs, body, headers, dueAt], ['done', null, null, null, null])
    assert.equal(failedRuns.length, 1)
  })

  check(
    'of several copies of an event the newest is kept, and a release without one keeps the older',
    async (store) => {
      const first = request()
      await fail(store, first, kept())
      await fail(store, again(first), kept({ form: 'event', body: Buffer.from('{"id":"newer"}') }))
      await fail(store, again(first))
      const { keptAs, body, attempts } = (await store.getEvent(first.key))!
      assert.deepEqual([keptAs, String(body), attempts], ['event', '{"id":"newer"}', 3])
    },
  )

  check('a release by a token that holds nothing keeps nothing', async (store) => {
    const first = request()
    await fail(store, first)
    assert.equal(await store.release(first.key, 'another token', 'why', 'failed', kept()), false)
    assert.equal((await store.getEvent(first.key))?.keptAs, null)
  })

  check('the last five failed runs are told, newest first', async (store) => {
    const first = request()
    for (let run = 1; run <= 7; run++) {
      const one = again(first)
      await store.claim(one)
      await store.release(one.key, one.token, `run ${run}\n failed`, run % 2 === 0 ? 'deferred' : 'failed')
    }
    const { failedRuns } = (await store.getEvent(first.key))!
    assert.deepEqual(
      failedRuns.map(({ attempt, ending, error }) => [attempt, ending, error]),
      [7, 6, 5, 4, 3].map((run) => [run, run % 2 === 0 ? 'deferred' : 'failed', `run ${run} failed`]),
    )
    assert.ok(failedRuns.every(({ at }, index) => index === 0 || at <= failedRuns[index - 1]!.at))
  })

  check('an event that its sender was told is kept does not expire, and says since when', async (store) => {
    const first = request({ retainMs: SHORT_LEASE_MS })
    await fail(store, first, kept())
    const second = again(first)
    assert.equal(await acceptedFor(store, second), null)
    await store.release(second.key, second.token, 'why', 'failed', kept({ isAccepted: true }))
    await sleep(SHORT_LEASE_MS * 1.5)
    await store.prune()
    assert.equal((await store.getEvent(first.key))?.state, 'failed')
    const third = again(first)
    const forMs = await acceptedFor(store, third)
    assert.ok(typeof forMs === 'number' && forMs >= SHORT_LEASE_MS, `accepted for ${String(forMs)} ms`)
    await store.release(third.key, third.token, 'why', 'failed', kept({ isAccepted: true }))
    const fourth = again(first)
    const longer = await acceptedFor(store, fourth)
    assert.ok(typeof longer === 'number' && longer >= forMs, 'since the first time')
    await store.complete(fourth.key, fourth.token)
    await sleep(SHORT_LEASE_MS * 1.5)
    assert.equal(await acceptedFor(store, again(first)), null)
  })

  check('an event that is kept and not accepted expires as any that failed', async (store) => {
    const first = request({ retainMs: SHORT_LEASE_MS })
    await fail(store, first, kept())
    await sleep(SHORT_LEASE_MS * 1.5)
    const result = await store.claim(again(first))
    assert.equal(result.state === 'claimed' && result.attempt, 1)
  })

  check('an event that expired is claimed as one that was never known', async (store) => {
    const orderId = `ORDER-${request().key}`
    const first = request({ retainMs: SHORT_LEASE_MS, orderId, paymentId: 'pay_1', amount: '1 EUR' })
    await fail(store, first, kept({ retryInMs: 0 }))
    await sleep(SHORT_LEASE_MS * 1.5)
    const facts = {
      eventType: 'payment.failed',
      contentHash: 'other content',
      orderId: null,
      paymentId: null,
      amount: null,
    }
    const second = again(first, { retainMs: 60_000, ...facts })
    await fail(store, second)
    const record = (await store.getEvent(first.key))!
    assert.deepEqual(
      [record.eventType, record.orderId, record.paymentId, record.amount, record.attempts, record.failedRuns.length],
      ['payment.failed', null, null, null, 1, 1],
    )
    assert.deepEqual([record.keptAs, record.body, record.headers, record.dueAt], [null, null, null, null])
    assert.deepEqual(await store.listEvents({ orderId }), [])
  })

  check('an event is due when its time has come, and taken by one of all who ask', async (store) => {
    const [now, later, never] = [request(), request(), request()]
    await fail(store, now, kept({ retryInMs: 0 }))
    await fail(store, later, kept({ retryInMs: 60_000 }))
    await fail(store, never, kept({ retryInMs: null }))
    assert.deepEqual(await dueAmong(store, now, later, never), [now.key])
    assert.equal((await store.getEvent(never.key))?.dueAt, null)
    for (const { key } of [later, never]) assert.equal(await store.takeDue(key, 60_000), null)
    const taken = await Promise.all(Array.from({ length: 5 }, () => store.takeDue(now.key, 60_000)))
    const [won, ...others] = taken.filter((record) => record !== null)
    assert.deepEqual([won?.key, String(won?.body), others], [now.key, String(kept().body), []])
    assert.deepEqual(await dueAmong(store, now, later, never), [])
  })

  check('what was taken is due again later, also while its claim is held', async (store) => {
    const first = request()
    await fail(store, first, kept({ retryInMs: 0 }))
    await store.takeDue(first.key, SHORT_LEASE_MS)
    await store.claim(again(first))
    await sleep(SHORT_LEASE_MS * 1.5)
    assert.deepEqual(await dueAmong(store, first), [first.key])
  })

  check('a replay of a failed event makes it due at once, and of a done one nothing', async (store) => {
    const first = request()
    await fail(store, first, kept({ retryInMs: null }))
    assert.equal(await store.replay(first.key), true)
    const { state, keptAs } = (await store.takeDue(first.key, 60_000))!
    assert.deepEqual([state, keptAs], ['failed', 'delivery'])
    const second = again(first)
    await store.claim(second)
    await store.complete(second.key, second.token)
    assert.equal(await store.replay(first.key), false)
    assert.deepEqual(await dueAmong(store, first), [])
  })

  check('a requested replay of a quarantined delivery is due, with its headers', async (store) => {
    const one = delivery({ headers: { 'webhook-id': 'msg_1' } })
    await store.quarantine(one)
    assert.equal(await store.takeDue(one.key, 60_000), null)
    await store.replay(one.key)
    assert.deepEqual(await dueAmong(store, one), [one.key])
    const taken = (await store.takeDue(one.key, 60_000))!
    assert.deepEqual([taken.state, taken.headers], ['replay_requested', one.headers])
    assert.ok(taken.body?.equals(one.body))
    await store.replay(one.key)
    await store.quarantine(one)
    assert.deepEqual(await dueAmong(store, one), [])
  })

  check('listEvents finds what was said about an order', async (store) => {
    const orderId = `ORDER-${request().key}`
    const [about, other] = [request({ orderId }), request({ orderId: `${orderId}0` })]
    const quarantined = delivery({ orderId })
    await fail(store, about)
    await fail(store, other)
    await store.quarantine(quarantined)
    const found = await store.listEvents({ orderId })
    assert.deepEqual(found.map(({ key }) => key).sort(), [about.key, quarantined.key].sort())
  })

  check('forget removes what is kept about an order, and duplicates stay duplicates', async (store) => {
    const orderId = `ORDER-${request().key}`
    const [done, failed, other] = [request({ orderId }), request({ orderId }), request({ orderId: `${orderId}0` })]
    const quarantined = delivery({ orderId })
    for (const one of [done, failed, other]) await fail(store, one, kept({ retryInMs: 0, isAccepted: true }))
    const second = again(done)
    await store.claim(second)
    await store.complete(second.key, second.token)
    await store.quarantine(quarantined)
    assert.equal(await store.forget({ orderId }), 3)
    assert.equal(await store.forget({ orderId }), 0)
    assert.equal(await store.getEvent(quarantined.key), null)
    assert.equal((await store.claim(again(done))).state, 'done')
    for (const { key } of [done, failed]) {
      const { body, headers, keptAs, lastError, failedRuns, dueAt } = (await store.getEvent(key))!
      assert.deepEqual([body, headers, keptAs, lastError, failedRuns, dueAt], [null, null, null, null, [], null])
    }
    assert.equal((await store.getEvent(other.key))?.keptAs, 'delivery')
    assert.equal(await acceptedFor(store, again(failed)), null)
  })
}

function kept(overrides: Partial<KeptEvent> = {}): KeptEvent {
  const body = Buffer.from('{"order":"ORDER-1"}')
  return { form: 'delivery', body, headers: {}, retryInMs: 60_000, isAccepted: false, ...overrides }
}

/** Claims an event, and releases it as a failed run. */
async function fail(store: DurableStore<unknown>, claim: ClaimRequest, content?: KeptEvent): Promise<void> {
  assert.equal((await store.claim(claim)).state, 'claimed')
  assert.equal(await store.release(claim.key, claim.token, 'the handler threw', 'failed', content), true)
}

async function acceptedFor(store: DurableStore<unknown>, claim: ClaimRequest): Promise<unknown> {
  const result = await store.claim(claim)
  return result.state === 'claimed' ? result.acceptedForMs : result.state
}

async function dueAmong(store: DurableStore<unknown>, ...some: readonly { readonly key: string }[]): Promise<string[]> {
  const due = await listed(store, undefined, true)
  return due.map(({ key }) => key).filter((key) => some.some((one) => one.key === key))
}
