/** The suite for queues: a queue in memory passes it, and a queue with a fault does not. */
import { describe, expect, test } from '@jest/globals'
import { queueConformance } from 'express-payment-webhooks/testing'
import type { Queue } from '../../src/queue.js'
import { memoryQueue, type Jobs } from '../support/memory-queue.js'

const create = () => {
  const jobs: Jobs = new Map()
  return () => memoryQueue(jobs)
}

describe('a queue in memory', () => queueConformance({ test, create }))

describe('the suite fails a queue', () => {
  /** The result of the named check for a queue with this fault. */
  async function verdict(name: string, faulty: (queue: Queue) => Partial<Queue>): Promise<unknown> {
    const checks = new Map<string, () => Promise<void>>()
    queueConformance({
      test: (title, run) => checks.set(title, run),
      create() {
        const make = create()
        return () => {
          const queue = make()
          return { ...queue, ...faulty(queue) }
        }
      },
    })
    return checks.get(name)!().then(
      () => 'passed',
      (error: unknown) => (error as Error).name,
    )
  }

  test.each<[string, string, (queue: Queue) => Partial<Queue>]>([
    [
      'that drops the second content of an event',
      'a second content of an event is a job of its own',
      (queue) => ({ enqueue: (job) => queue.enqueue({ ...job, id: job.eventId }) }),
    ],
    [
      'that forgets what was changed of a job',
      'a job that is put off waits, and runs again as it was changed',
      (queue) => ({
        work: (run, options) =>
          queue.work(async (job, lostRuns) => {
            const result = await run(job, lostRuns)
            return result.state === 'over' ? result : { ...result, job }
          }, options),
      }),
    ],
    [
      'that runs more at a time than it may',
      'no more run at a time than they may, and as many as they may',
      (queue) => ({ work: (run) => queue.work(run, { concurrency: 3 }) }),
    ],
    [
      'that loses bytes',
      'a job is there for another process once it is stored, with all that it has',
      (queue) => ({ enqueue: (job) => queue.enqueue({ ...job, body: Buffer.from(job.body.toString()) }) }),
    ],
    [
      'whose workers do not wait at their end',
      'closing workers waits for the job that runs, and leaves the others',
      (queue) => ({
        async work(run, options) {
          const workers = await queue.work(run, options)
          return { close: async () => void workers.close() }
        },
      }),
    ],
  ])('%s', async (_fault, name, faulty) => {
    expect(await verdict(name, faulty)).toBe('AssertionError')
  })
})
