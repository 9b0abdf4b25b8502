/** Calls to the shop's queue. The queue is prepared once, and all failures have the same error code. */
import { DeliveryError } from '../../errors.js'
import { withinTime } from '../../lib/within-time.js'
import type { Queue } from '../../queue.js'

/**
 * If the preparation hangs, it is tried again after this time, in milliseconds. Otherwise a recovered engine would not
 * be noticed.
 */
const INIT_TIMEOUT_MS = 10_000

/** Queues that this process has prepared, or is preparing. Shared by all receivers of a queue. */
const prepared = new WeakMap<Queue, Promise<void>>()

/** Prepares the queue once. If the preparation fails, the next delivery tries again. */
export function prepareQueue(queue: Queue): Promise<void> {
  let preparing = prepared.get(queue)
  if (preparing === undefined) {
    const tooLate = () => queueUnavailable(`was not ready within ${INIT_TIMEOUT_MS} ms`)
    preparing = withinTime((async () => queue.init())(), INIT_TIMEOUT_MS, tooLate)
    prepared.set(queue, preparing)
    preparing.catch(() => prepared.delete(queue))
  }
  return preparing
}

export function queueUnavailable(how: string, cause?: unknown): DeliveryError {
  return new DeliveryError('QUEUE_UNAVAILABLE', `the queue ${how}`, { cause })
}
