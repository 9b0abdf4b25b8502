/** For health checks: tests if a delivery could be accepted now. Loaded with the first check. */
import type { DeliveryError } from '../../errors.js'
import type { QueueCounts } from '../../queue.js'
import { checkStore } from '../claims/check-store.js'
import { prepare } from '../claims/store-calls.js'
import { figuresOf, type Figures } from '../state/figures.js'
import type { ReceiverState } from '../state/receiver.js'
import { countsOf } from './queue-health.js'

/** Health of a receiver's queue, with the number of jobs of all receivers that share it. */
export interface QueueHealth {
  readonly name: string
  readonly state: 'ok' | 'unavailable'
  /** Null while the queue is unavailable. */
  readonly counts: QueueCounts | null
}

export interface Health extends Figures {
  readonly provider: string
  /** True if deliveries can be accepted. With a queue, this includes times when the store is unreachable. */
  readonly ok: boolean
  readonly store: 'ok' | 'unavailable'
  /** Null without a queue. */
  readonly queue: QueueHealth | null
  readonly closing: boolean
  /** Deliveries in progress in this process, and handled events that are not recorded yet. `close()` waits for them. */
  readonly inProgress: number
  /** The error of the queue or the store, for the operator. As JSON it has only `code` and `message`. */
  readonly error: DeliveryError | null
}

export async function healthOf(state: ReceiverState): Promise<Health> {
  const { provider, inProgress, closing, tally } = state
  const { aborted } = closing.signal
  const facts = { provider: provider.name, closing: aborted, inProgress: inProgress.count, ...figuresOf(tally) }
  const [{ queue, queueError }, storeError] = await Promise.all([queueHealth(state), storeFault(state)])
  const canAccept = queue === null ? storeError === null : queueError === null
  const store = storeError === null ? ('ok' as const) : ('unavailable' as const)
  return { ...facts, ok: !aborted && canAccept, store, queue, error: shown(queueError ?? storeError) }
}

/**
 * A health route may send the error as JSON. By default JSON omits the message. The cause stays out, because it may
 * contain private data.
 */
function shown(error: DeliveryError | null): DeliveryError | null {
  if (error === null) return null
  const toJSON = () => ({ code: error.code, message: error.message })
  return Object.defineProperty(error, 'toJSON', { value: toJSON, configurable: true })
}

async function storeFault({ options: { store } }: ReceiverState): Promise<DeliveryError | null> {
  try {
    await prepare(store)
    await checkStore(store)
    return null
  } catch (error) {
    return error as DeliveryError
  }
}

async function queueHealth({ options: { queue } }: ReceiverState): Promise<{
  readonly queue: QueueHealth | null
  readonly queueError: DeliveryError | null
}> {
  if (queue === undefined) return { queue: null, queueError: null }
  const { name } = queue
  try {
    return { queue: { name, state: 'ok', counts: await countsOf(queue) }, queueError: null }
  } catch (error) {
    return { queue: { name, state: 'unavailable', counts: null }, queueError: error as DeliveryError }
  }
}
