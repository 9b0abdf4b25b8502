/** Tests for every durable store: an operator dismisses a failed event that nobody can handle. */
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { sleep } from '../lib/clock.js'
import type { ClaimRequest, DurableStore } from '../store.js'
import { again, checker, delivery, listed, request, SHORT_LEASE_MS } from './store-cases.js'

export function dismissedEventConformance<Tx>(options: {
  readonly test: (name: string, run: () => Promise<void>) => unknown
  readonly create: () => DurableStore<Tx> | Promise<DurableStore<Tx>>
}): void {
  const check = checker(options)

  check('a dismissed event is done without a run, and an operator can tell', async (store) => {
    const first = request({ orderId: `ORDER-${randomUUID()}` })
    await fail(store, first)
    assert.equal(await store.dismiss(first.key), true)
    assert.equal(await store.dismiss(first.key), false)
    const { state, code, attempts, lastError, failedRuns, keptAs, dueAt, body, headers } = (await store.getEvent(
      first.key,
    ))!
    assert.deepEqual([state, code, attempts, lastError], ['done', 'DISMISSED', 1, 'no such order'])
    assert.deepEqual(
      failedRuns.map(({ error }) => error),
      ['no such order'],
    )
    assert.deepEqual([keptAs, dueAt, body, headers], [null, null, null, null])
    for (const about of [{ state: 'done' }, { orderId: first.orderId! }] as const)
      assert.ok((await store.listEvents({ ...about, limit: 1000 })).some(({ key }) => key === first.key))
  })

  check('a dismissed event is not due, no failed event, not replayed, and a duplicate later', async (store) => {
    const first = request()
    await fail(store, first)
    assert.ok((await listed(store, undefined, true)).some(({ key }) => key === first.key))
    assert.equal(await store.dismiss(first.key), true)
    assert.ok(!(await listed(store, undefined, true)).some(({ key }) => key === first.key))
    assert.ok(!(await listed(store, 'failed')).some(({ key }) => key === first.key))
    assert.equal(await store.takeDue(first.key, 60_000), null)
    assert.equal(await store.replay(first.key), false)
    assert.equal((await store.claim(again(first))).state, 'done')
    assert.equal((await store.claim(again(first, { contentHash: 'other content' }))).state, 'conflict')
  })

  check('a failed event of which nothing is kept is dismissed as well', async (store) => {
    const first = request()
    await store.claim(first)
    await store.release(first.key, first.token, 'no such order')
    assert.equal(await store.dismiss(first.key), true)
    assert.equal((await store.getEvent(first.key))?.state, 'done')
  })

  check('dismiss changes nothing but a failed event', async (store) => {
    const [held, done] = [request(), request()]
    const kept = delivery()
    for (const one of [held, done]) await store.claim(one)
    await store.complete(done.key, done.token)
    await store.quarantine(kept)
    for (const { key } of [held, done, kept, request()]) assert.equal(await store.dismiss(key), false)
    assert.equal((await store.getEvent(done.key))?.code, null)
    assert.equal((await store.getEvent(kept.key))?.state, 'quarantined')
    assert.equal(await store.complete(held.key, held.token), true)
  })

  check('a failed event whose claim is held is not dismissed, and its holder completes it', async (store) => {
    const first = request()
    await fail(store, first)
    const second = again(first)
    await store.claim(second)
    assert.equal(await store.dismiss(first.key), false)
    assert.equal(await store.complete(second.key, second.token), true)
    const { state, code } = (await store.getEvent(first.key))!
    assert.deepEqual([state, code], ['done', null])
  })

  check('of a claim and a dismissal at the same time, one wins', async (store) => {
    for (let round = 0; round < 20; round++) {
      const first = request()
      await fail(store, first)
      const second = again(first)
      const claim = async () => store.claim(second)
      const [isDismissed, claimed] =
        round % 2 === 0
          ? await Promise.all([store.dismiss(first.key), claim()])
          : (await Promise.all([claim(), store.dismiss(first.key)])).reverse()
      const { state } = claimed as Awaited<ReturnType<typeof claim>>
      // A claim that coincides with the dismissal in a transaction may be told to come back later.
      assert.ok(isDismissed === true ? state === 'done' || state === 'busy' : state === 'claimed', state)
      if (state === 'claimed') assert.equal(await store.complete(second.key, second.token), true)
      const record = (await store.getEvent(first.key))!
      assert.deepEqual([record.state, record.code], ['done', isDismissed === true ? 'DISMISSED' : null])
    }
  })

  check('a dismissed event expires as a completed one, and is then as one that was never known', async (store) => {
    const first = request({ retainMs: SHORT_LEASE_MS })
    await fail(store, first)
    assert.equal(await store.dismiss(first.key), true)
    await sleep(SHORT_LEASE_MS * 1.5)
    const second = again(first, { retainMs: 60_000 })
    await fail(store, second)
    const { state, code, attempts } = (await store.getEvent(first.key))!
    assert.deepEqual([state, code, attempts], ['failed', null, 1])
  })
}

/** Claims an event, and releases it as a failed run whose sender is told that the event is kept, and that is due. */
async function fail(store: DurableStore<unknown>, claim: ClaimRequest): Promise<void> {
  assert.equal((await store.claim(claim)).state, 'claimed')
  const kept = { form: 'delivery', body: Buffer.from('{}'), headers: {}, retryInMs: 0, isAccepted: true } as const
  assert.equal(await store.release(claim.key, claim.token, 'no such order', 'failed', kept), true)
}
