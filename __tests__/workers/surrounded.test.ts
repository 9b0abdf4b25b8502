/** What runs around a job is bounded by what stands still; the tests of `startWorkers` have it on real engines. */
import { expect, jest, test } from '@jest/globals'
import { surrounded } from '../../src/workers/surrounded.js'
import { pass, withFakeTime } from '../support/fake-time.js'

withFakeTime()

const runs = (ms: number) => () => new Promise<void>((resolve) => setTimeout(resolve, ms))

test('an around that does not wait for run is over at once, and leaves no timer behind', async () => {
  const over = jest.fn()
  void surrounded(1000, (run) => Promise.resolve(void run()), runs(200)).then(over)
  await pass(0)
  expect(over).toHaveBeenCalledTimes(1)
  await pass(200)
  expect(jest.getTimerCount()).toBe(0)
})

test.each([
  ['until it calls run', () => new Promise(() => {}), 1000],
  ['after run has ended', (run: () => Promise<void>) => run().then(() => new Promise(() => {})), 1200],
])('an around that hangs %s is given up', async (_, around, atMs) => {
  const failed = jest.fn()
  void surrounded(1000, around, runs(200)).catch(failed)
  await pass(atMs - 50)
  expect(failed).not.toHaveBeenCalled()
  await pass(50)
  expect(failed).toHaveBeenCalledWith(new Error('around did not call run, or did not end, within 1000 ms'))
  expect(jest.getTimerCount()).toBe(0)
})
