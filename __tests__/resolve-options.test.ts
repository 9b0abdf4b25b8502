/** Resolved options: above all, how much time a sender with a short time-out leaves to everything else. */
import { describe, expect, test } from '@jest/globals'
import { memoryStore, type Provider } from '../src/index.js'
import { resolveOptions } from '../src/resolve-options.js'
import { hmacProvider } from './support/hmac-provider.js'

const timesOf = (patienceMs: number | null, timeoutMs?: number) => {
  const provider = { ...(hmacProvider() as Provider), patienceMs }
  const options = { store: memoryStore(), on: {}, ...(timeoutMs !== undefined && { timeoutMs }) }
  const { timeoutMs: effective, storeTimeoutMs, busyWaitMs } = resolveOptions(provider, options)
  return [effective, storeTimeoutMs, busyWaitMs]
}

describe('an answer, the store, and another process that is at the same event', () => {
  test.each<[patience: number | null, option: number | undefined, times: number[]]>([
    [null, undefined, [4000, 2000, 2000]],
    [null, 10_000, [10_000, 2000, 2000]],
    [null, 300, [300, 2000, 150]],
    // NOWPayments, Razorpay, and a provider that waits longer than anybody needs.
    [3000, undefined, [2500, 2000, 2000]],
    [5000, undefined, [4000, 2000, 2000]],
    [20_000, undefined, [4000, 2000, 2000]],
    [20_000, 30_000, [19_500, 2000, 2000]],
    [3000, 1000, [1000, 500, 500]],
    [2500, undefined, [2000, 1500, 1500]],
    [2000, undefined, [1500, 1000, 1000]],
    [1000, undefined, [500, 250, 250]],
    [1000, 200, [200, 100, 100]],
  ])('with a patience of %p and a timeoutMs of %p have %j milliseconds', (patienceMs, option, times) => {
    expect(timesOf(patienceMs, option)).toEqual(times)
  })

  test('never have longer than the sender waits, less half a second', () => {
    for (let patience = 1000; patience < 6000; patience += 250) {
      const [answer, store, busy] = timesOf(patience)
      expect(answer).toBeLessThanOrEqual(patience - 500)
      expect(Math.max(store!, busy!)).toBeLessThanOrEqual(answer!)
    }
  })
})
