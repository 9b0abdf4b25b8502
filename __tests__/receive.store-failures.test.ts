/** A store that fails, hangs or forgets, at any of its calls. */
import { describe, expect, jest, test } from '@jest/globals'
import { memoryStore, RetryLater, type Store } from '../src/index.js'
import { sample } from '../src/testing/index.js'
import { setUp, type Handler } from './support/receive-set-up.js'

/** Blocks this whole process. */
function standStill(forMs: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT)), 0, 0, forMs)
}

describe('receive with a store that fails', () => {
  /** A memory store with one method that fails until the test tells it otherwise. */
  function failing(method: 'init' | 'claim' | 'complete' | 'release', how: () => never | Promise<never>) {
    const store = memoryStore()
    const healthy = store[method].bind(store) as (...args: never[]) => unknown
    const state = { broken: true }
    return {
      state,
      store: { ...store, [method]: (...args: never[]) => (state.broken ? how() : healthy(...args)) } as Store,
    }
  }

  const rejects = () => Promise.reject(new Error('connection refused'))
  const throws = () => {
    throw new Error('connection refused')
  }

  test.each([
    ['init', rejects],
    ['init', throws],
    ['claim', rejects],
    ['claim', throws],
  ] as const)('%s that fails answers retry later without running the handler, and recovers', async (method, how) => {
    const handler = jest.fn<Handler>()
    const { store, state } = failing(method, how)
    const { deliver, codes } = setUp(handler, { store })
    expect(await deliver()).toMatchObject({
      kind: 'retry_later',
      error: { message: `the store's ${method} failed`, cause: { message: 'connection refused' } },
    })
    expect(codes()).toEqual(['STORE_UNAVAILABLE'])
    expect(handler).not.toHaveBeenCalled()
    state.broken = false
    expect((await deliver()).kind).toBe('handled')
  })

  test.each([
    ['takes its event, and no handler runs here', true, 'retry_later', 'BUSY'],
    ['wants it, and it is held again', false, 'handled', undefined],
  ] as const)(
    'a process that stands still for longer than its lease before it learns of its claim: somebody else %s',
    async (_, isTaken, kind, code) => {
      let sinceStart = 0
      const inner = memoryStore({ now: () => Date.now() + sinceStart })
      const extended: unknown[] = []
      const released: unknown[] = []
      const store: Store = {
        ...inner,
        async claim(request) {
          const result = await inner.claim(request)
          standStill(request.leaseMs + 10)
          await inner.claim({ ...request, token: 'somebody else' })
          if (isTaken) sinceStart += request.contestMs
          await inner.claim({ ...request, token: 'somebody else' })
          return result
        },
        async extend(...claim) {
          extended.push(await inner.extend(...claim))
          return extended.at(-1) as boolean
        },
        release(...claim) {
          released.push(claim[3])
          return inner.release(...claim)
        },
      }
      const handler = jest.fn<Handler>()
      const { deliver } = setUp(handler, { store, timeoutMs: 100, leaseMs: 200 })
      const outcome = await deliver()
      expect([outcome.kind, outcome.error?.code]).toEqual([kind, code])
      expect(extended).toEqual([!isTaken])
      // The store's own part of the claim, such as a transaction, has ended.
      expect(released).toEqual(isTaken ? ['unused'] : [])
      expect(handler).toHaveBeenCalledTimes(isTaken ? 0 : 1)
    },
  )

  test('a claim that hangs answers retry later within the store bound, and a late claim is given back', async () => {
    const inner = memoryStore()
    let hang = true
    const store: Store = {
      ...inner,
      claim: (request) =>
        hang ? new Promise((resolve) => setTimeout(() => resolve(inner.claim(request)), 2300)) : inner.claim(request),
    }
    const { deliver, codes } = setUp(() => {}, { store })
    expect(await deliver()).toMatchObject({
      kind: 'retry_later',
      error: { message: "the store's claim did not answer within 2000 ms" },
    })
    expect(codes()).toEqual(['STORE_UNAVAILABLE'])
    hang = false
    await new Promise((resolve) => setTimeout(resolve, 500))
    expect(await deliver()).toMatchObject({ kind: 'handled', attempt: 1 })
  }, 10_000)

  test('a claim that arrived although its answer was lost is taken back, so that the event is not busy for a lease', async () => {
    const inner = memoryStore()
    let lost = true
    const store: Store = {
      ...inner,
      claim(request) {
        const result = inner.claim(request)
        return lost ? Promise.reject(new Error('connection reset')) : result
      },
    }
    const { deliver } = setUp(() => {}, { store })
    expect(await deliver()).toMatchObject({ kind: 'retry_later', error: { code: 'STORE_UNAVAILABLE' } })
    lost = false
    await new Promise((resolve) => setTimeout(resolve, 1200))
    expect(await deliver()).toMatchObject({ kind: 'handled', attempt: 1 })
  })

  test.each([
    ['rejects', rejects],
    ['throws', throws],
  ])('complete that %s after the effect is 200, is reported and repeated, and nothing runs twice', async (_, how) => {
    const handler = jest.fn<Handler>()
    const { store, state } = failing('complete', how)
    const { deliver, errors } = setUp(handler, { store })
    const { kind, event } = await deliver()
    expect(kind).toBe('handled')
    expect(errors).toMatchObject([
      [
        {
          code: 'COMPLETE_FAILED',
          message: `the handler for ${event!.id} resolved but the store could not record it; trying again`,
          cause: { code: 'STORE_UNAVAILABLE', message: "the store's complete failed" },
        },
        { outcome: 'handled', event, body: null },
      ],
    ])
    state.broken = false
    await new Promise((resolve) => setTimeout(resolve, 300))
    expect((await deliver()).kind).toBe('duplicate')
    expect(handler).toHaveBeenCalledTimes(1)
  })

  test('complete that fails in a transactional store undid the effect, so the sender has to come back', async () => {
    const { store } = failing('complete', rejects)
    const { deliver } = setUp(() => {}, { store: { ...store, transactional: true } })
    expect(await deliver()).toMatchObject({
      kind: 'retry_later',
      error: { code: 'STORE_UNAVAILABLE', message: "the store's complete failed" },
      attempt: 1,
    })
  })

  test('what a handler threw is given to the store short, and without what databases refuse', async () => {
    const release = jest.fn<Store['release']>(() => true)
    const store = { ...memoryStore(), release }
    const thrown = [new Error(`a\0b\ud800${'x'.repeat(600)}`), new RetryLater('not yet')]
    for (const error of thrown)
      await setUp(() => Promise.reject(error), { store }).deliver(
        JSON.stringify(sample('crypto-gateway', 'transaction.confirmed', { data: { id: error.message.slice(0, 1) } })),
      )
    expect(release.mock.calls.map((call) => call.slice(2))).toEqual([
      [`ab\ufffd${'x'.repeat(497)}`, 'failed'],
      ['not yet', 'deferred'],
    ])
  })

  test('complete refused because the claim was lost asks the sender to come back', async () => {
    const { deliver } = setUp(() => {}, { store: { ...memoryStore(), complete: () => false } })
    const { kind, error, event } = await deliver()
    expect([kind, error?.code, error?.message]).toEqual([
      'retry_later',
      'LEASE_LOST',
      `the claim on ${event!.id} was lost while its handler ran; another process may have run it too`,
    ])
  })

  test('release that fails leaves the failure as it is', async () => {
    const { store } = failing('release', rejects)
    const { deliver, codes } = setUp(
      () => {
        throw new Error('no')
      },
      { store },
    )
    expect((await deliver()).kind).toBe('failed')
    expect(codes()).toEqual(['HANDLER_FAILED'])
  })

  test.each([
    ['fails', () => Promise.reject(new Error('the connection is gone'))],
    ['is refused', () => false],
  ])(
    'release that %s in a transactional store: its transaction was lost, so the sender has to come back',
    async (_what, release) => {
      const thrown = new Error('the connection is gone')
      const { deliver } = setUp(
        () => {
          throw thrown
        },
        { store: { ...memoryStore(), transactional: true, release } },
      )
      expect(await deliver()).toMatchObject({
        kind: 'retry_later',
        error: {
          code: 'STORE_UNAVAILABLE',
          message: 'the transaction of the handler for transaction.confirmed was lost',
          cause: thrown,
        },
        attempt: 1,
      })
    },
  )

  test('a handler that throws in a transactional store that releases has failed', async () => {
    const { deliver } = setUp(
      () => {
        throw new Error('no')
      },
      { store: { ...memoryStore(), transactional: true } },
    )
    expect(await deliver()).toMatchObject({
      kind: 'failed',
      error: { code: 'HANDLER_FAILED', message: 'the handler for transaction.confirmed threw' },
      attempt: 1,
    })
  })
})
