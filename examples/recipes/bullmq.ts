/** Payment events into a BullMQ queue: acknowledged once the job is stored, and stored once. */
import { Queue, Worker, type Processor } from 'bullmq'
import type { Handler, WebhookEvent } from 'express-payment-webhooks'

const QUEUE = 'payments'

/** Longer than anybody delivers again, so that a job that is done is still known. */
const REMEMBERED_SECONDS = 30 * 24 * 60 * 60

export function paymentQueue(redisUrl: string): Queue<WebhookEvent> {
  // Fails at once while Redis is away, instead of keeping the job in memory: the sender is asked to come back.
  const connection = { url: redisUrl, enableOfflineQueue: false, maxRetriesPerRequest: 1, commandTimeout: 1500 }
  const queue = new Queue<WebhookEvent>(QUEUE, { connection })
  queue.on('error', (error) => console.error('payment queue:', error.message))
  return queue
}

/** Give it to `on` for every type that matters. Throws when the job is not stored, and is then run again. */
export function enqueueIn(queue: Queue<WebhookEvent>): Handler<WebhookEvent> {
  return async (event, { idempotencyKey }) => {
    await queue.add(event.type, event, {
      jobId: idempotencyKey,
      attempts: 10,
      backoff: { type: 'exponential', delay: 1000 },
      removeOnComplete: { age: REMEMBERED_SECONDS },
      removeOnFail: false,
    })
  }
}

/** A worker may run a job again after a crash: let it settle orders, or key its effects by `job.id`. */
export function paymentWorker(redisUrl: string, act: Processor<WebhookEvent>): Worker<WebhookEvent> {
  return new Worker(QUEUE, act, { connection: { url: redisUrl } })
}
