/**
 * Queues whose workers run in this process. Kept events of a receiver with a queue run only in such processes: the
 * handlers may need resources that only these have.
 */
import type { Queue } from '../../queue.js'
import type { ReceiverState } from '../state/receiver.js'

/** Returns true if the workers of the queue handle this receiver's events. */
type Handles = (state: ReceiverState) => boolean

/** A global symbol, because an application may load this package both as ESM and as CommonJS. */
const NAME = Symbol.for('express-payment-webhooks.worked-queues')

const shared = globalThis as { [NAME]?: WeakMap<Queue, Handles> }

/** Queues with workers in this process. */
export const workedQueues = (shared[NAME] ??= new WeakMap<Queue, Handles>())

/** True if this process runs the receiver's handlers for events for which no sender waits. */
export function isHandledHere(state: ReceiverState): boolean {
  const { queue } = state.options
  return queue === undefined || workedQueues.get(queue)?.(state) === true
}
