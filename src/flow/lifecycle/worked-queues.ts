/**
 * Queues that workers of this process take jobs from. What is kept of a receiver with a queue is run by their processes as well, and
 * by no other: what its handlers need may be there alone.
 */
import type { Queue } from '../../queue.js'
import type { ReceiverState } from '../state/receiver.js'

/** Whether the workers of a queue handle what is this receiver's. */
type Handles = (state: ReceiverState) => boolean

/** Known by name, because an application may load this package both as ESM and as CommonJS. */
const NAME = Symbol.for('express-payment-webhooks.worked-queues')

const shared = globalThis as { [NAME]?: WeakMap<Queue, Handles> }

/** Queues with workers in this process. */
export const workedQueues = (shared[NAME] ??= new WeakMap<Queue, Handles>())

/** True where this process runs handlers of the receiver that no sender waits for. */
export function isHandledHere(state: ReceiverState): boolean {
  const { queue } = state.options
  return queue === undefined || workedQueues.get(queue)?.(state) === true
}
