/** So many per minute, by a clock that nobody can set. */
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals'
import { RateLimit } from '../../src/lib/rate-limit.js'

beforeEach(() => void jest.useFakeTimers())
afterEach(() => void jest.useRealTimers())

const taken = (limit: RateLimit, times: number) => Array.from({ length: times }, () => limit.take())

test('three a minute, and the first of the next minute is told how many were refused', () => {
  const limit = new RateLimit(3)
  expect(taken(limit, 5)).toEqual([0, 0, 0, null, null])
  jest.advanceTimersByTime(59_999)
  expect(taken(limit, 1)).toEqual([null])
  jest.advanceTimersByTime(1)
  expect(taken(limit, 4)).toEqual([3, 0, 0, null])
  jest.advanceTimersByTime(60_000)
  expect(taken(limit, 2)).toEqual([1, 0])
})

test('a minute begins with the first that is taken in it', () => {
  const limit = new RateLimit(1)
  expect(taken(limit, 1)).toEqual([0])
  jest.advanceTimersByTime(90_000)
  expect(taken(limit, 2)).toEqual([0, null])
  jest.advanceTimersByTime(30_000)
  expect(taken(limit, 1)).toEqual([null])
  jest.advanceTimersByTime(30_000)
  expect(taken(limit, 1)).toEqual([2])
})

test.each([-3_600_000, 3_600_000])("a machine's clock that is set %d ms off changes nothing", (ms) => {
  const limit = new RateLimit(1)
  expect(taken(limit, 2)).toEqual([0, null])
  jest.setSystemTime(Date.now() + ms)
  expect(taken(limit, 1)).toEqual([null])
  jest.advanceTimersByTime(60_000)
  expect(taken(limit, 1)).toEqual([2])
})
