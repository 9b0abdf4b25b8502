/** How a claim is held while its handler runs, and the events that end it. */
import { expect, jest, test } from '@jest/globals'
import { memoryStore, type Store } from '../../../src/index.js'
import { Lease } from '../../../src/flow/claims/lease.js'
import type { ResolvedOptions } from '../../../src/options.js'
import type { ClaimRequest } from '../../../src/store.js'
import { settled, withFakeTime } from '../../support/fake-time.js'

withFakeTime()

const LEASE_MS = 300
const renewsEvery = LEASE_MS / 3

/** A lease whose renewals are answered as told. */
function held(answer: () => boolean | Promise<boolean>, timeoutMs = 0, contestMs = 0) {
  const extend = jest.fn<Store['extend']>(answer)
  const release = jest.fn<Store['release']>(() => true)
  const options = { store: { ...memoryStore(), extend, release }, leaseMs: LEASE_MS, timeoutMs }
  const onLost = jest.fn()
  const request = { key: 'the key', token: 'the token', contestMs } as ClaimRequest
  const lease = new Lease(options as unknown as ResolvedOptions, request, onLost)
  const renewals = async (count: number) => {
    for (let renewal = 0; renewal < count; renewal++) {
      jest.advanceTimersByTime(renewsEvery)
      await settled()
    }
  }
  return { lease, extend, release, onLost, renewals, isLost: () => onLost.mock.calls.length > 0 }
}

const fails = () => Promise.reject(new Error('connection refused'))

test('a quick handler costs no timer and no call', async () => {
  const { lease, extend, renewals } = held(() => true)
  expect(jest.getTimerCount()).toBe(0)
  await renewals(9)
  lease.end()
  lease.keepAlive()
  expect(jest.getTimerCount()).toBe(0)
  expect(extend).not.toHaveBeenCalled()
})

test('a slow one has its claim renewed three times a lease, until it ends', async () => {
  const { lease, extend, renewals, isLost } = held(() => true)
  lease.keepAlive()
  await renewals(6)
  expect(extend.mock.calls).toEqual(Array(6).fill(['the key', 'the token', LEASE_MS]))
  lease.end()
  await renewals(3)
  expect(extend).toHaveBeenCalledTimes(6)
  expect(isLost()).toBe(false)
  expect(lease.signal.aborted).toBe(false)
})

test('a renewal that is refused says at once that the claim is lost', async () => {
  const { lease, extend, onLost, renewals } = held(() => false)
  const { signal } = lease
  lease.keepAlive()
  await renewals(1)
  expect(signal.aborted).toBe(true)
  await renewals(3)
  expect([extend, onLost].map(({ mock }) => mock.calls.length)).toEqual([1, 1])
})

test('the signal says so also to a handler that asks for it only then', async () => {
  const { lease, renewals } = held(() => false)
  lease.keepAlive()
  await renewals(1)
  expect(lease.signal.aborted).toBe(true)
})

test.each([
  { what: 'from the claim on, which came before the deadline', timeoutMs: 50, renewed: 0, failed: 3 },
  { what: 'and not before it has passed', timeoutMs: 0, renewed: 0, failed: 4 },
  { what: 'from the last renewal on', timeoutMs: 50, renewed: 5, failed: 4 },
])('renewals that are not answered prove nothing for a lease, $what', async ({ timeoutMs, renewed, failed }) => {
  let isBack = true
  const { lease, renewals, isLost } = held(() => (isBack ? true : fails()), timeoutMs)
  lease.keepAlive()
  await renewals(renewed)
  isBack = false
  await renewals(failed - 1)
  expect(isLost()).toBe(false)
  await renewals(1)
  expect(isLost()).toBe(true)
})

test('a store that is away for longer than the lease loses nothing while the lapsed lease is contested', async () => {
  let isBack = false
  const { lease, extend, renewals, isLost } = held(() => (isBack ? true : fails()), 0, 3 * LEASE_MS)
  lease.keepAlive()
  await renewals(12)
  expect(isLost()).toBe(false)
  isBack = true
  await renewals(6)
  expect([isLost(), extend.mock.calls.length]).toEqual([false, 18])
})

test('and renews the claim also after others may have taken it: its handler was told, and nobody may have come', async () => {
  const { lease, extend, onLost, renewals } = held(fails, 0, LEASE_MS)
  lease.keepAlive()
  await renewals(9)
  expect([lease.signal.aborted, onLost.mock.calls.length, extend.mock.calls.length]).toEqual([true, 1, 9])
})

test.each([
  { timeoutMs: 0, renewals: 30 },
  { timeoutMs: 100, renewals: 29 },
])(
  'a handler that runs for more than ten leases has hung, counted from its claim: $renewals renewals',
  async (each) => {
    const { lease, extend, renewals, isLost } = held(() => true, each.timeoutMs)
    lease.keepAlive()
    await renewals(each.renewals)
    expect(isLost()).toBe(false)
    await renewals(1)
    expect(isLost()).toBe(true)
    expect(extend).toHaveBeenCalledTimes(each.renewals)
  },
)

test('a renewal that is refused after the end loses nothing', async () => {
  let refuse = (_held: boolean) => {}
  const { lease, renewals, isLost } = held(() => new Promise((resolve) => (refuse = resolve)))
  const { signal } = lease
  lease.keepAlive()
  await renewals(1)
  lease.end()
  refuse(false)
  await settled()
  expect([isLost(), signal.aborted]).toEqual([false, false])
})

test('given up, the claim is handed back, and its handler is told', async () => {
  const { lease, release, onLost, renewals, extend } = held(() => true)
  const { signal } = lease
  lease.keepAlive()
  await lease.giveUp()
  expect(release.mock.calls).toEqual([['the key', 'the token', 'given up at shutdown']])
  expect(signal.aborted).toBe(true)
  expect(onLost).toHaveBeenCalledTimes(1)
  await renewals(3)
  expect(extend).not.toHaveBeenCalled()
})

test.each([fails, () => false])(
  'given up without an answer, or with a refusal, it ends with its lease',
  async (answer) => {
    const { lease, release } = held(() => true)
    release.mockImplementation(answer)
    await expect(lease.giveUp()).resolves.toBeUndefined()
  },
)
