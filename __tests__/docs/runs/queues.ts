/** The blocks of docs/queues.md. */
import { expect } from '@jest/globals'
import { createReceiver } from 'express-payment-webhooks'
import Database from 'libsql'
import { sqliteStore } from '../../../src/stores/sqlite.js'
import { sample, signedRequest } from '../../../src/testing/index.js'
import { memoryQueue, type Jobs } from '../../support/memory-queue.js'
import { runBlock } from '../run-block.js'
import { newScene, providers } from '../scene.js'
import { isFile, ranBy, type Runs } from './run.js'

/** The set-up that the tests of faults use. */
const FAULTS = '__tests__/support/queue-shop.ts'
/** The whole page from top to bottom, typed by a reader. */
const PATH = '__tests__/docs/queues.test.ts'

export const QUEUE_RUNS: Runs = {
  'docs/queues.md > From installing to stopping': ranBy(PATH, 'CREATE TABLE'),
  'docs/queues.md > From installing to stopping (2)': isFile('examples/recipes/payments-by-pg-boss.ts', FAULTS),
  'docs/queues.md > From installing to stopping (3)': ranBy(PATH, '// shop.ts'),
  'docs/queues.md > From installing to stopping (4)': ranBy(PATH, '// worker.ts'),
  'docs/queues.md > From installing to stopping (5)': ranBy(PATH, 'node --import tsx worker.ts'),
  'docs/queues.md > From installing to stopping (6)': ranBy(PATH, 'the worker waits for jobs'),
  'docs/queues.md > With your orders': ranBy(PATH, 'payments.ts: each event of Stripe'),
  'docs/queues.md > Test it': ranBy(PATH, 'docs/queues.md > Test it'),
  'docs/queues.md > BullMQ': isFile('examples/recipes/payments-by-bullmq.ts', FAULTS),
  async 'docs/queues.md > Workers'({ code }) {
    const { globals, logged } = newScene()
    const provider = providers['coins-ph']
    const store = sqliteStore(new Database(':memory:'), { allowVolatile: true })
    const webhook = createReceiver(provider, { store, queue: memoryQueue(), on: {} })
    const { body, headers } = signedRequest(provider, sample('coins-ph', 'payment.confirmed'))
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
    await webhook.receive({ body, headers: { ...headers, traceparent } })
    const { workers } = await runBlock(code, { globals: { ...globals, webhook }, results: ['workers'] })
    await (workers as { close(): Promise<void> }).close()
    expect(logged).toMatchObject([{ traceparent }])
    await webhook.close()
    await store.close()
  },
  async 'docs/queues.md > A queue of your own'({ code }) {
    const jobs = new Map<string, Jobs>()
    const myQueue = (name: string) => {
      if (!jobs.has(name)) jobs.set(name, new Map())
      return memoryQueue(jobs.get(name))
    }
    await runBlock(code, { globals: { myQueue } })
    expect(jobs.size).toBeGreaterThan(5)
  },
}
