/** For health checks: could a delivery be taken right now? Loaded with the first one. */
import type { DeliveryError } from '../../errors.js'
import type { QueueCounts } from '../../queue.js'
import { checkStore } from '../claims/check-store.js'
import { prepare } from '../claims/store-calls.js'
import { figuresOf, type Figures } from '../state/figures.js'
import type { ReceiverState } from '../state/receiver.js'
import { countsOf } from './queue-health.js'

/** The queue of a receiver, and how many jobs of all its receivers are in it. */
export interface QueueHealth {
  readonly name: string
  readonly state: 'ok' | 'unavailable'
  /** Null while it is unavailable. */
  readonly counts: QueueCounts | null
}

export interface Health extends Figures {
  readonly provider: string
  /** True when deliveries can be accepted: with a queue, also while the store is away. */
  readonly ok: boolean
  readonly store: 'ok' | 'unavailable'
  /** Null without a queue. */
  readonly queue: QueueHealth | null
  readonly closing: boolean
  /** Deliveries in progress in this process, and handled events still to be recorded: `close()` would wait for them. */
  readonly inProgress: number
  /** Why the queue or the store is unavailable, for the operator. As JSON it is its `code` and `message`. */
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

/** A health route may answer it as it is: JSON leaves an error's message out, and its cause may hold what nobody else is to see. */
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
