/** Jobs for tests of queues. */
import type { Queue, QueueJob } from '../../src/queue.js'
import { newJob } from '../../src/testing/queue-scene.js'

export function jobOf(overrides: Partial<QueueJob> = {}): QueueJob {
  return newJob({ id: 'job-1', ...overrides })
}

/** Takes the next job, and ends it. */
export async function takeOne(queue: Queue): Promise<QueueJob> {
  let take = (_job: QueueJob) => {}
  const taken = new Promise<QueueJob>((resolve) => (take = resolve))
  const workers = await queue.work(
    async (job) => {
      take(job)
      return { state: 'over' }
    },
    { concurrency: 1 },
  )
  const job = await taken
  await workers.close()
  return job
}
