/** Calls to the caller's queue: prepared once, and one kind of failure whatever went wrong. */
import { DeliveryError } from '../../errors.js'
import { withinTime } from '../../lib/within-time.js'
import type { Queue } from '../../queue.js'

/** One that hangs is tried again after this time, in milliseconds: nobody would ever learn that the engine is back. */
const INIT_TIMEOUT_MS = 10_000

/** Queues prepared in this process, or being prepared; shared by all receivers that use one. */
const prepared = new WeakMap<Queue, Promise<void>>()

/** Prepares the queue once; a failed preparation is tried again by the next delivery. */
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
