/** A failed claim may have reached the store, or may still reach it. Releases are repeated until a late claim is impossible. */
import { describe, expect, jest, test } from '@jest/globals'
import { memoryStore, type ClaimResult, type Store } from '../../../src/index.js'
import { claim, giveBack } from '../../../src/flow/claims/claim.js'
import type { ResolvedOptions } from '../../../src/options.js'
import type { ClaimRequest } from '../../../src/store.js'
import { pass, withFakeTime } from '../../support/fake-time.js'

withFakeTime()

const request = { key: 'the key', token: 'the token', leaseMs: 30_000 } as ClaimRequest
const CLAIMED: ClaimResult = { state: 'claimed', attempt: 1, acceptedForMs: null, tx: undefined }
const STRAY = ['the key', 'the token', 'claimed too late', 'unused']
const lost = new Error('connection reset')

/** A store whose claims and releases are answered as told; it notes the times of the releases. */
function shop(claiming: () => Promise<ClaimResult>, releasing: () => boolean | Promise<boolean>) {
  const startedAt = performance.now()
  const times: number[] = []
  const release = jest.fn<Store['release']>(() => {
    times.push(performance.now() - startedAt)
    return releasing()
  })
  const store: Store = { ...memoryStore(), claim: claiming, release }
  const outcome = Promise.resolve(claim({ store, storeTimeoutMs: 2000 } as ResolvedOptions, request)).catch(
    (error: unknown) => error,
  )
  return { outcome, release, times, store }
}

/** Every 250 ms from one moment to another. */
const everyQuarter = (from: number, to: number) =>
  Array.from({ length: (to - from) / 250 + 1 }, (_, step) => from + step * 250)

describe('a claim', () => {
  test('that is answered is the caller’s', async () => {
    const { outcome, release } = shop(
      async () => CLAIMED,
      () => true,
    )
    expect(await outcome).toBe(CLAIMED)
    await pass(9000)
    expect(release).not.toHaveBeenCalled()
  })

  test('whose answer was lost is given back as soon as the store answers', async () => {
    const { outcome, release, times } = shop(
      () => Promise.reject(lost),
      () => true,
    )
    expect(await outcome).toMatchObject({ code: 'STORE_UNAVAILABLE', message: "the store's claim failed", cause: lost })
    await pass(9000)
    expect(release.mock.calls).toEqual([STRAY])
    expect(times).toEqual([100])
  })

  test('that nobody holds may be on its way for another second', async () => {
    const { outcome, times } = shop(
      () => Promise.reject(lost),
      () => false,
    )
    await outcome
    await pass(9000)
    expect(times).toEqual([100, ...everyQuarter(250, 1250)])
  })

  test('that nobody holds is looked for another second after the store came back', async () => {
    let isBack = false
    const { outcome, times } = shop(
      () => Promise.reject(lost),
      () => (isBack ? false : Promise.reject(lost)),
    )
    await outcome
    await pass(3000)
    isBack = true
    await pass(9000)
    // At 3250 ms the store answers for the first time. More than a second later it still reports that nobody holds the event.
    expect(times).toEqual([100, ...everyQuarter(250, 4500)])
  })

  test('is looked for until its lease ends, and once more', async () => {
    const { times } = shop(
      () => Promise.reject(lost),
      () => Promise.reject(lost),
    )
    await pass(40_000)
    expect(times.filter((time) => time >= 30_000)).toHaveLength(1)
    expect(jest.getTimerCount()).toBe(0)
  })

  test.each([
    { state: 'claimed' as const, released: 1 },
    { state: 'done' as const, released: 0 },
    { state: 'busy' as const, released: 0 },
  ])('that is answered too late, with $state: given back $released times', async ({ state, released }) => {
    let answer = (_result: ClaimResult) => {}
    const { outcome, release } = shop(
      () => new Promise((resolve) => (answer = resolve)),
      () => true,
    )
    await pass(2000)
    expect(await outcome).toMatchObject({ message: "the store's claim did not answer within 2000 ms" })
    answer(state === 'claimed' ? CLAIMED : { state })
    await pass(9000)
    expect(release.mock.calls).toEqual(Array(released).fill(STRAY))
  })

  test('whose answer a process that stood still finds too late is given back', async () => {
    let answer = (_result: ClaimResult) => {}
    const { outcome, release } = shop(
      () => new Promise((resolve) => (answer = resolve)),
      () => true,
    )
    // The answer and the timer are both due when the process continues; the answer is handled first.
    const goneOnAt = performance.now() + 2001
    const now = jest.spyOn(performance, 'now').mockReturnValue(goneOnAt)
    answer(CLAIMED)
    expect(await outcome).toMatchObject({ code: 'STORE_UNAVAILABLE' })
    now.mockRestore()
    await pass(9000)
    expect(release.mock.calls[0]).toEqual(STRAY)
  })

  test('that hangs is looked for until it is answered or its lease has passed', async () => {
    let fail = (_error: Error) => {}
    const { times } = shop(
      () => new Promise((_resolve, reject) => (fail = reject)),
      () => false,
    )
    await pass(10_000)
    fail(lost)
    await pass(20_000)
    // The last release is sent a second after the connection was given up: by then the claim can no longer arrive.
    expect(times).toEqual([2100, ...everyQuarter(2250, 11_250)])
  })
})

describe('a claim that is not needed', () => {
  test('is freed at once', async () => {
    const { store, release } = shop(
      async () => CLAIMED,
      () => true,
    )
    expect(await giveBack(store, request, 'not needed', 'failed')).toBe(true)
    expect(release.mock.calls).toEqual([['the key', 'the token', 'not needed', 'failed']])
  })

  test('is freed when the store is back', async () => {
    let isBack = false
    const { store, times } = shop(
      async () => CLAIMED,
      () => (isBack ? true : Promise.reject(lost)),
    )
    expect(await giveBack(store, request, 'not needed', 'failed')).toBe(false)
    await pass(50)
    isBack = true
    await pass(9000)
    expect(times).toEqual([0, 100])
  })

  test('is known to be held by nobody', async () => {
    const { store, times } = shop(
      async () => CLAIMED,
      () => false,
    )
    expect(await giveBack(store, request, 'not needed', 'failed')).toBe(false)
    await pass(9000)
    expect(times).toEqual([0])
  })
})
