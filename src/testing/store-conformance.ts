/** Requirements for every store. Runs in any test runner that has a `test(name, run)` function. */
import assert from 'node:assert/strict'
import { sleep } from '../lib/clock.js'
import type { ClaimRequest, ClaimResult, Store } from '../store.js'
import { again, checker, CONTEST_MS, digest, request, SHORT_LEASE_MS } from './store-cases.js'

/**
 * Registers the tests that every store has to pass.
 *
 * @param options.test the runner's `test` or `it`
 * @param options.create makes a store on the real backend; called once per test, and closed after it
 * @example
 * ```ts
 * import { storeConformance } from 'express-payment-webhooks/testing'
 *
 * describe('my store', () => storeConformance({ test, create: () => myStore(client) }))
 * ```
 */
export function storeConformance<Tx>(options: {
  readonly test: (name: string, run: () => Promise<void>) => unknown
  readonly create: () => Store<Tx> | Promise<Store<Tx>>
}): void {
  const check = checker(options)

  check('a first claim is won at attempt 1', async (store) => {
    const result = await store.claim(request())
    assert.deepEqual(countsOf(result), { state: 'claimed', attempt: 1, acceptedForMs: null })
  })

  check('a second claim is busy while the first holds', async (store) => {
    const first = request()
    await store.claim(first)
    assert.equal((await store.claim(again(first))).state, 'busy')
  })

  check('a claim repeated with its own token is still won, at the same attempt', async (store) => {
    const first = request()
    await store.claim(first)
    const repeated = await store.claim(first)
    assert.deepEqual(countsOf(repeated), { state: 'claimed', attempt: 1, acceptedForMs: null })
  })

  check('a claim repeated with its own token holds for its lease again', async (store) => {
    const first = request({ leaseMs: SHORT_LEASE_MS })
    await store.claim(first)
    await store.claim({ ...first, leaseMs: 60_000 })
    await sleep(SHORT_LEASE_MS * 1.5)
    assert.equal((await store.claim(again(first))).state, 'busy')
  })

  check('a claim repeated with its own token after its lease keeps its attempt', async (store) => {
    // A transaction ends with its lease, and rolls the claim back.
    if (store.transactional === true) return
    const first = request({ leaseMs: SHORT_LEASE_MS })
    await store.claim(first)
    await sleep(SHORT_LEASE_MS * 1.5)
    const repeated = await store.claim(first)
    assert.deepEqual(countsOf(repeated), { state: 'claimed', attempt: 1, acceptedForMs: null })
  })

  check('a completed event is done for everyone', async (store) => {
    const first = request()
    await store.claim(first)
    assert.equal(await store.complete(first.key, first.token), true)
    assert.equal((await store.claim(again(first))).state, 'done')
    assert.equal((await store.claim(first)).state, 'done')
  })

  check(
    'an event that is to be remembered for a hundred years, the longest there is, is done and no conflict',
    async (store) => {
      const first = request({ retainMs: 36_500 * 24 * 60 * 60 * 1000 })
      await store.claim(first)
      assert.equal(await store.complete(first.key, first.token), true)
      assert.equal((await store.claim(again(first))).state, 'done')
    },
  )

  check('complete, release and extend answer false for a token that holds nothing', async (store) => {
    const first = request()
    await store.claim(first)
    for (const key of [first.key, request().key]) {
      assert.equal(await store.complete(key, 'another token'), false)
      assert.equal(await store.release(key, 'another token', 'why'), false)
      assert.equal(await store.extend(key, 'another token', 60_000), false)
    }
    assert.equal((await store.claim(again(first))).state, 'busy')
  })

  check('complete, release and extend answer false after the event is done', async (store) => {
    const first = request()
    await store.claim(first)
    await store.complete(first.key, first.token)
    for (const token of [first.token, '']) {
      assert.equal(await store.complete(first.key, token), false)
      assert.equal(await store.release(first.key, token, 'why'), false)
      assert.equal(await store.extend(first.key, token, 60_000), false)
    }
    assert.equal((await store.claim(again(first))).state, 'done')
  })

  check('a released event is claimed again at the next attempt', async (store) => {
    const first = request()
    await store.claim(first)
    assert.equal(await store.release(first.key, first.token, 'the handler threw'), true)
    const second = again(first)
    const result = await store.claim(second)
    assert.equal(result.state === 'claimed' && result.attempt, 2)
    assert.equal(await store.complete(first.key, first.token), false)
    assert.equal(await store.complete(second.key, second.token), true)
  })

  check('a claim released as unused takes its attempt back', async (store) => {
    const first = request()
    for (const attempt of [1, 2]) {
      for (let unused = 0; unused < 2; unused++) {
        const one = again(first)
        assert.equal(await attemptOf(store, one), attempt)
        assert.equal(await store.release(one.key, one.token, 'claimed too late', 'unused'), true)
        assert.equal(await store.complete(one.key, one.token), false)
      }
      const used = again(first)
      assert.equal(await attemptOf(store, used), attempt)
      await store.release(used.key, used.token, 'the handler threw', 'failed')
    }
    assert.equal(await attemptOf(store, again(first)), 3)
  })

  check('a lapsed lease is contested first, and taken over when the contest has lasted', async (store) => {
    const first = request({ leaseMs: SHORT_LEASE_MS })
    await store.claim(first)
    await sleep(SHORT_LEASE_MS * 1.5)
    const second = again(first, { leaseMs: 60_000 })
    // A transaction ends with its lease, so nobody can complete the event any more.
    if (store.transactional !== true) {
      for (const claim of [second, again(first)]) assert.equal((await store.claim(claim)).state, 'busy')
      await sleep(CONTEST_MS * 1.5)
    }
    assert.equal(await attemptOf(store, second), 2)
    assert.equal(await store.extend(first.key, first.token, 60_000), false)
    assert.equal(await store.release(first.key, first.token, 'why'), false)
    assert.equal(await store.complete(first.key, first.token), false)
    assert.equal((await store.claim(again(first))).state, 'busy')
    assert.equal(await store.complete(second.key, second.token), true)
  })

  check('a contest does not begin before the lease has passed', async (store) => {
    const first = request({ leaseMs: 2 * SHORT_LEASE_MS })
    await store.claim(first)
    assert.equal((await store.claim(again(first))).state, 'busy')
    if (store.transactional === true) return
    await sleep(CONTEST_MS * 1.2)
    assert.equal((await store.claim(again(first))).state, 'busy')
    await sleep(2 * SHORT_LEASE_MS - CONTEST_MS)
    assert.equal((await store.claim(again(first))).state, 'busy')
  })

  check('the holder of a contested lease that completes is done', async (store) => {
    const first = await contested(store)
    if (first === undefined) return
    assert.equal(await store.complete(first.key, first.token), true)
    await sleep(CONTEST_MS * 1.5)
    assert.equal((await store.claim(again(first))).state, 'done')
  })

  for (const [how, renew] of [
    ['renews', (store, { key, token }) => store.extend(key, token, SHORT_LEASE_MS)],
    ['claims again', async (store, first) => (await store.claim(first)).state === 'claimed'],
  ] as [string, (store: Store<unknown>, first: ClaimRequest) => Promise<boolean>][]) {
    check(`the holder of a contested lease that ${how} keeps it, and a later contest begins anew`, async (store) => {
      const first = await contested(store)
      if (first === undefined) return
      assert.equal(await renew(store, first), true)
      await sleep(Math.max(CONTEST_MS, SHORT_LEASE_MS) * 1.5)
      assert.equal((await store.claim(again(first))).state, 'busy')
      assert.equal(await store.complete(first.key, first.token), true)
    })
  }

  check('an extended lease is not taken over', async (store) => {
    const first = request({ leaseMs: SHORT_LEASE_MS })
    await store.claim(first)
    assert.equal(await store.extend(first.key, first.token, 60_000), true)
    await sleep(SHORT_LEASE_MS * 1.5)
    assert.equal((await store.claim(again(first))).state, 'busy')
  })

  check('other content under the same key is a conflict, whatever the state', async (store) => {
    const first = request()
    const other = () => again(first, { contentHash: digest('other content') })
    await store.claim(first)
    assert.equal((await store.claim(other())).state, 'conflict')
    await store.release(first.key, first.token, 'why')
    assert.equal((await store.claim(other())).state, 'conflict')
    const second = again(first)
    await store.claim(second)
    await store.complete(second.key, second.token)
    assert.equal((await store.claim(other())).state, 'conflict')
  })

  check('a done event is forgotten after retainMs', async (store) => {
    const first = request({ retainMs: SHORT_LEASE_MS })
    await store.claim(first)
    await store.release(first.key, first.token, 'not yet', 'deferred')
    const second = again(first)
    await store.claim(second)
    await store.complete(second.key, second.token)
    await sleep(SHORT_LEASE_MS * 1.5)
    const result = await store.claim(again(first))
    assert.deepEqual(countsOf(result), { state: 'claimed', attempt: 1, acceptedForMs: null })
  })

  check('of 50 claims at once exactly one is won', async (store) => {
    const first = request()
    const results = await Promise.all(Array.from({ length: 50 }, async () => store.claim(again(first))))
    assert.equal(results.filter(({ state }) => state === 'claimed').length, 1)
    assert.equal(results.filter(({ state }) => state === 'busy').length, 49)
  })

  check('events do not hold one another up', async (store) => {
    const results = await Promise.all(Array.from({ length: 20 }, async () => store.claim(request())))
    assert.ok(results.every(({ state }) => state === 'claimed'))
  })

  check('init may be called again', async (store) => {
    await Promise.all([store.init(), store.init()])
    assert.equal((await store.claim(request())).state, 'claimed')
  })
}

/** The fields that every store returns alike. The other fields differ. */
function countsOf(result: ClaimResult<unknown>): object {
  if (result.state !== 'claimed') return result
  const { state, attempt, acceptedForMs } = result
  return { state, attempt, acceptedForMs }
}

async function attemptOf(store: Store<unknown>, claim: ClaimRequest): Promise<unknown> {
  const result = await store.claim(claim)
  return result.state === 'claimed' ? result.attempt : result.state
}

/** A claim whose lease has expired and that another claim contests; undefined if the store rolls it back with its transaction. */
async function contested(store: Store<unknown>): Promise<ClaimRequest | undefined> {
  if (store.transactional === true) return undefined
  const first = request({ leaseMs: SHORT_LEASE_MS })
  await store.claim(first)
  await sleep(SHORT_LEASE_MS * 1.5)
  assert.equal((await store.claim(again(first))).state, 'busy')
  return first
}
