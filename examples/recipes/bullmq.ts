/** Payment events into a BullMQ queue and out of it: acknowledged once the job is stored, and acted upon once. */
import { randomUUID } from 'node:crypto'
import { Queue, Worker } from 'bullmq'
import type { Handler, Store, WebhookEvent } from 'express-payment-webhooks'

const QUEUE = 'payments'

/** Longer than anybody delivers again, so that a job that is done is still known. */
const REMEMBERED_SECONDS = 30 * 24 * 60 * 60

/** Longer than a job ever takes. */
const LEASE_MS = 60_000

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
      // BullMQ refuses ids with a colon, and ids that are numbers.
      jobId: `event-${idempotencyKey}`,
      attempts: 10,
      backoff: { type: 'exponential', delay: 1000 },
      removeOnComplete: { age: REMEMBERED_SECONDS },
      removeOnFail: false,
    })
  }
}

/**
 * Runs `act` for each job, behind a claim in a store: BullMQ itself starts a job again whenever it has not heard of its
 * worker. Give it a store with a `table` or `prefix` of its own; with a transactional one, what `act` does on `tx`
 * happens once.
 */
export function paymentWorker<Tx>(
  redisUrl: string,
  store: Store<Tx>,
  act: (event: WebhookEvent, tx: Tx) => Promise<unknown>,
): Worker<WebhookEvent> {
  const work = async (key: string, event: WebhookEvent): Promise<void> => {
    const { id: eventId, type: eventType, provider, orderId, paymentId } = event
    const token = randomUUID()
    const about = { eventId, eventType, provider, account: '', orderId, paymentId, amount: null }
    const times = { leaseMs: LEASE_MS, contestMs: 3000, retainMs: REMEMBERED_SECONDS * 1000 }
    const claim = await store.claim({ key, token, contentHash: '', ...times, ...about })
    if (claim.state === 'done') return
    // Fails this run of the job, which comes again: the other one may have died.
    if (claim.state !== 'claimed') throw new Error(`${eventId} is being worked on`)
    try {
      await act(event, claim.tx)
    } catch (error) {
      await store.release(key, token, String(error))
      throw error
    }
    if (!(await store.complete(key, token))) throw new Error(`the claim on ${eventId} was lost`)
  }
  const worker = new Worker<WebhookEvent>(QUEUE, ({ id, data }) => work(id!, data), {
    connection: { url: redisUrl },
    // A killed worker's job runs again within 15 seconds. By default its second such end would be final.
    lockDuration: 10_000,
    stalledInterval: 5000,
    maxStalledCount: 20,
  })
  worker.on('error', (error) => console.error('payment worker:', error.message))
  return worker
}
