/** When a deadline calls back: once it is slow, and once it has expired. */
import { describe, expect, jest, test } from '@jest/globals'
import { clock, setClock, type Timer } from '../../src/lib/clock.js'
import { Deadline } from '../../src/lib/deadline.js'
import { pass, withFakeTime } from '../support/fake-time.js'

withFakeTime()

/** The callbacks of a deadline, and their times. */
function listened(deadline: Deadline) {
  const startedAt = performance.now()
  const calls: [what: string, at: number][] = []
  deadline.onSlow(() => calls.push(['slow', performance.now() - startedAt]))
  deadline.onExpire(() => calls.push(['expired', performance.now() - startedAt]))
  return calls
}

describe('a deadline', () => {
  test.each([
    { timeoutMs: 4000, slowAt: 1000 },
    { timeoutMs: 1000, slowAt: 1000 },
    { timeoutMs: 300, slowAt: 300 },
  ])('of $timeoutMs ms is slow after $slowAt ms, and expires at its end', async ({ timeoutMs, slowAt }) => {
    const calls = listened(new Deadline(timeoutMs))
    await pass(9000)
    expect(calls).toEqual([
      ['slow', slowAt],
      ['expired', timeoutMs],
    ])
    expect(jest.getTimerCount()).toBe(0)
  })

  test.each([500, 2000])('that is cleared after %d ms calls nobody back any more, and leaves no timer', async (ms) => {
    const deadline = new Deadline(4000)
    const calls = listened(deadline)
    await pass(ms)
    const before = calls.length
    deadline.clear()
    expect(jest.getTimerCount()).toBe(0)
    await pass(9000)
    expect(calls).toHaveLength(before)
  })

  test('calls whoever comes later back at once', async () => {
    const deadline = new Deadline(4000)
    await pass(1000)
    expect(listened(deadline)).toEqual([['slow', 0]])
    await pass(3000)
    expect(listened(deadline)).toEqual([
      ['slow', 0],
      ['expired', 0],
    ])
  })

  test('that keeps no process alive does not do so either once it is slow', () => {
    const timers: { readonly ring: () => void; readonly unref: jest.Mock }[] = []
    const setTimeout = (ring: () => void) => {
      const timer = { ring, unref: jest.fn() }
      timers.push(timer)
      return timer as unknown as Timer
    }
    setClock({ ...clock, setTimeout })
    try {
      new Deadline(4000).unref()
      timers[0]!.ring()
      expect(timers.map(({ unref }) => unref.mock.calls.length)).toEqual([1, 1])
    } finally {
      setClock()
    }
  })
})
