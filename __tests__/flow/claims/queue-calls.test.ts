/** A queue is prepared once, and again after a failure or a time-out. */
import { expect, jest, test } from '@jest/globals'
import { prepareQueue } from '../../../src/flow/claims/queue-calls.js'
import { pass, withFakeTime } from '../../support/fake-time.js'
import { memoryQueue } from '../../support/memory-queue.js'

withFakeTime()

function queueThat(...inits: (() => Promise<void>)[]) {
  const init = jest.fn(() => inits.shift()!())
  return { queue: { ...memoryQueue(), init }, init }
}

const works = () => Promise.resolve()

test('however many deliveries ask', async () => {
  const { queue, init } = queueThat(works)
  await Promise.all([prepareQueue(queue), prepareQueue(queue)])
  await prepareQueue(queue)
  expect(init).toHaveBeenCalledTimes(1)
})

test.each([
  ['failed', () => Promise.reject(new Error('the engine is away')), /the engine is away/],
  ['hangs', () => new Promise<void>(() => {}), /was not ready within 10000 ms/],
])('one whose preparation %s is prepared again', async (_, init, why) => {
  const { queue } = queueThat(init, works)
  const first = expect(prepareQueue(queue)).rejects.toThrow(why)
  await pass(10_000)
  await first
  await expect(prepareQueue(queue)).resolves.toBeUndefined()
})
