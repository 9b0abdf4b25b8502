/** Failed store calls are retried: how often, for how long, and in which order. */
import { describe, expect, jest, test } from '@jest/globals'
import { memoryStore } from '../../../src/index.js'
import { retryQueued, type PendingCall } from '../../../src/flow/claims/retry-queue.js'
import { pass, settled, withFakeTime } from '../../support/fake-time.js'

withFakeTime()

/** One store, and the calls made to it with their times. */
function shop() {
  const store = memoryStore()
  const startedAt = performance.now()
  const made: [name: string, at: number][] = []
  const enqueue = (name: string, answer: () => boolean | Promise<boolean>, rest: Partial<PendingCall> = {}) => {
    const call = () => {
      made.push([name, performance.now() - startedAt])
      return answer()
    }
    const done = jest.fn()
    void retryQueued(store, { name, call, withinMs: 60_000, ...rest }).then(done)
    return done
  }
  return { enqueue, made, times: () => made.map(([, at]) => at) }
}

const fails = () => Promise.reject(new Error('connection refused'))

describe('a call that failed', () => {
  test('is made again after 100, 150 and 250 ms, and from then on every 250 ms', async () => {
    const { enqueue, times } = shop()
    enqueue('complete', fails)
    await pass(1000)
    expect(times()).toEqual([100, 250, 500, 750, 1000])
  })

  test.each([
    ['a promise', async () => true],
    ['no promise', () => true],
    ['false, which is an answer too', async () => false],
  ])('is over with an answer: %s', async (_, answer) => {
    const { enqueue, times } = shop()
    const done = enqueue('complete', answer)
    await pass(50)
    expect(done).not.toHaveBeenCalled()
    await pass(50)
    expect(done).toHaveBeenCalledTimes(1)
    await pass(9000)
    expect(times()).toEqual([100])
    expect(jest.getTimerCount()).toBe(0)
  })

  test('may be told to wait for another answer', async () => {
    const { enqueue, times } = shop()
    let answer = false
    const done = enqueue('release', () => answer, { isEnough: (given) => given })
    await pass(1000)
    expect(done).not.toHaveBeenCalled()
    answer = true
    await pass(250)
    expect(done).toHaveBeenCalledTimes(1)
    expect(times()).toEqual([100, 250, 500, 750, 1000, 1250])
  })

  test.each([
    // As after a pause of the process: the store has not been called yet, and may be reachable.
    { withinMs: 50, calls: [100] },
    { withinMs: 250, calls: [100, 250] },
    { withinMs: 251, calls: [100, 250, 500] },
  ])('is given up at the first failure after $withinMs ms: nothing is called then', async ({ withinMs, calls }) => {
    const { enqueue, times } = shop()
    const done = enqueue('complete', fails, { withinMs })
    await pass(9000)
    expect(times()).toEqual(calls)
    expect(done).toHaveBeenCalledTimes(1)
    expect(jest.getTimerCount()).toBe(0)
  })

  test('that hangs each time is given up when its pauses have added up, after nine times as long at most', async () => {
    const { enqueue, made } = shop()
    const done = enqueue('complete', () => new Promise<boolean>(() => {}), { withinMs: 60_000 })
    await pass(9 * 60_000 - 1000, 250)
    expect(done).not.toHaveBeenCalled()
    await pass(5000, 250)
    expect(done).toHaveBeenCalledTimes(1)
    // The last call is made after pauses of 60 seconds in total; the first two pauses are shorter than the rest.
    expect(made).toHaveLength(241)
  })

  test('is not given up while the process stands still, nor for one call that fails after it', async () => {
    const { enqueue, made } = shop()
    const answers = [new Promise<boolean>(() => {}), fails, () => true]
    const first = () => {
      const answer = answers.shift()
      return typeof answer === 'function' ? answer() : answer!
    }
    const [one, other] = [enqueue('one', first, { withinMs: 1000 }), enqueue('other', () => true, { withinMs: 1000 })]
    await pass(100)
    // A call hangs; during it, the process may stand still for any time.
    await pass(60_000)
    expect([one, other].map(({ mock }) => mock.calls.length)).toEqual([1, 1])
    expect(made.map(([name]) => name)).toEqual(['one', 'other', 'one', 'one'])
  })

  test('is made although the queue was empty for a while', async () => {
    const { enqueue, made } = shop()
    enqueue('first', () => true)
    await pass(1000)
    enqueue('second', () => true)
    await pass(1000)
    expect(made).toEqual([
      ['first', 100],
      ['second', 1100],
    ])
  })
})

describe('several calls to one store', () => {
  test('wait together: one that fails ends the round, and comes last in the next', async () => {
    const { enqueue, made } = shop()
    enqueue('a', fails)
    enqueue('b', () => true)
    enqueue('c', () => true)
    await pass(250)
    expect(made).toEqual([
      ['a', 100],
      ['b', 250],
      ['c', 250],
      ['a', 250],
    ])
  })

  test('begin with short pauses again, once the store has answered one of them', async () => {
    const { enqueue, times } = shop()
    enqueue('a', fails)
    enqueue('b', () => true)
    await pass(500)
    // 100: a fails. 250: b is answered, a fails. The store may be back for a as well, so a is called 100 ms later.
    expect(times()).toEqual([100, 250, 250, 350, 500])
  })

  test('keep short pauses for what is answered after the one that failed', async () => {
    const { enqueue, made } = shop()
    let back = false
    enqueue('a', () => (back ? true : fails()))
    await pass(600)
    back = true
    await pass(2500)
    expect(made).toHaveLength(4)
  })

  test('are a thousand: droppable ones are then dropped, and no others', async () => {
    const { enqueue, made } = shop()
    const withinMs = Number.POSITIVE_INFINITY
    for (let number = 0; number < 999; number++) enqueue('waiting', fails, { withinMs, droppable: true })
    const thousandth = enqueue('thousandth', fails, { withinMs, droppable: true })
    const oneMore = enqueue('one more', fails, { withinMs, droppable: true })
    const needed = enqueue('needed', () => true, { withinMs })
    await settled()
    expect([thousandth, oneMore, needed].map(({ mock }) => mock.calls.length)).toEqual([0, 1, 0])
    for (let round = 0; round < 1001; round++) {
      jest.advanceTimersByTime(2500)
      await settled()
    }
    expect(new Set(made.map(([name]) => name))).toEqual(new Set(['waiting', 'thousandth', 'needed']))
    expect(needed).toHaveBeenCalledTimes(1)
  })
})
