/** The receivers with a queue whose kept events run here: those whose workers this process has started. */
import { expect, jest, test } from '@jest/globals'
import Database from 'libsql'
import { isHandledHere, workedQueues } from '../../../src/flow/lifecycle/worked-queues.js'
import { receiverState } from '../../../src/flow/state/receiver.js'
import type { Provider } from '../../../src/index.js'
import { createReceiver } from '../../../src/receiver.js'
import { resolveOptions } from '../../../src/resolve-options.js'
import { sqliteStore } from '../../../src/stores/sqlite.js'
import { startWorkers } from '../../../src/workers/index.js'
import { hmacProvider } from '../../support/hmac-provider.js'
import { memoryQueue } from '../../support/memory-queue.js'

const store = sqliteStore(new Database(':memory:'), { allowVolatile: true })
const stateFor = (queue?: ReturnType<typeof memoryQueue>, provider = hmacProvider() as Provider) =>
  receiverState(provider, resolveOptions(provider, { store, on: {}, ...(queue && { queue }) }))

test('a receiver without a queue is handled wherever it is made', () => {
  expect(isHandledHere(stateFor())).toBe(true)
})

test('a receiver with a queue is handled from startWorkers on, until its workers are closed', async () => {
  const queue = memoryQueue()
  const receiver = createReceiver(hmacProvider(), { store, queue, on: {} })
  const state = stateFor(queue)
  const answers = [isHandledHere(state)]
  const workers = await startWorkers([receiver])
  answers.push(isHandledHere(state))
  await workers.close()
  answers.push(isHandledHere(state))
  expect(answers).toEqual([false, true, false])
  await receiver.close()
})

test('a receiver that was not given to startWorkers is not handled, although its queue has workers', async () => {
  const queue = memoryQueue()
  const receiver = createReceiver(hmacProvider(), { store, queue, on: {} })
  const workers = await startWorkers([receiver])
  expect(isHandledHere(stateFor(queue, hmacProvider({ name: 'other' }) as Provider))).toBe(false)
  await workers.close()
  await receiver.close()
})

test('all receivers of a queue are handled whose workers ask for them', async () => {
  const queue = memoryQueue()
  const workers = await startWorkers({ queue, receiverOf: () => undefined })
  expect(isHandledHere(stateFor(queue))).toBe(true)
  await workers.close()
})

test('workers that could not be started leave no mark', async () => {
  const queue = memoryQueue()
  queue.fail(new Error('ECONNREFUSED'))
  await expect(startWorkers({ queue, receiverOf: () => undefined })).rejects.toThrow()
  expect(workedQueues.has(queue)).toBe(false)
})

test('a second copy of this package in the process knows of the workers of the first', async () => {
  const copy = await new Promise<typeof import('../../../src/flow/lifecycle/worked-queues.js')>((resolve) =>
    jest.isolateModules(() => resolve(jest.requireActual('../../../src/flow/lifecycle/worked-queues.js'))),
  )
  expect(copy.isHandledHere).not.toBe(isHandledHere)
  expect(copy.workedQueues).toBe(workedQueues)
})
