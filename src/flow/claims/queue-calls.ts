/** Calls to the caller's queue: prepared once, and one kind of failure whatever went wrong. */
import { DeliveryError } from '../../errors.js'
import type { Queue } from '../../queue.js'

/** Queues prepared in this process, or being prepared; shared by all receivers that use one. */
const prepared = new WeakMap<Queue, Promise<void>>()

/** Prepares the queue once; a failed preparation is tried again by the next delivery. */
export function prepareQueue(queue: Queue): Promise<void> {
  let preparing = prepared.get(queue)
  if (preparing === undefined) {
    preparing = (async () => queue.init())()
    prepared.set(queue, preparing)
    preparing.catch(() => prepared.delete(queue))
  }
  return preparing
}

export function queueUnavailable(how: string, cause?: unknown): DeliveryError {
  return new DeliveryError('QUEUE_UNAVAILABLE', `the queue ${how}`, { cause })
}
