/** Jobs for tests of queues. */
import type { Queue, QueueJob } from '../../src/queue.js'

export function jobOf(overrides: Partial<QueueJob> = {}): QueueJob {
  return {
    id: 'job-1',
    provider: 'acme',
    account: '',
    eventId: 'acme:1',
    eventType: 'payment.confirmed',
    orderId: null,
    requestId: 'request-1',
    body: Buffer.from('{}'),
    headers: {},
    event: null,
    traceContext: null,
    receivedAt: null,
    enqueuedAt: '2026-11-27T20:00:00.000Z',
    failingSince: null,
    ...overrides,
  }
}

/** Takes the next job, which is over then. */
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
