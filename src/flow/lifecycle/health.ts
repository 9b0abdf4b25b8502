/** For health checks: could a delivery be handled right now? */
import type { DeliveryError } from '../../errors.js'
import { figuresOf, type Figures } from '../state/figures.js'
import type { ReceiverState } from '../state/receiver.js'
import { checkStore } from '../claims/check-store.js'
import { prepare } from '../claims/store-calls.js'

export interface Health extends Figures {
  readonly provider: string
  /** True when deliveries can be accepted. */
  readonly ok: boolean
  readonly store: 'ok' | 'unavailable'
  readonly closing: boolean
  /** Deliveries in progress in this process, and handled events still to be recorded: `close()` would wait for them. */
  readonly inProgress: number
  /** Why the store is unavailable, for the operator. */
  readonly error: DeliveryError | null
}

export async function healthOf({ provider, options, inProgress, closing, tally }: ReceiverState): Promise<Health> {
  const { store } = options
  const { aborted } = closing.signal
  const facts = { provider: provider.name, closing: aborted, inProgress: inProgress.count, ...figuresOf(tally) }
  try {
    await prepare(store)
    await checkStore(store)
    return { ...facts, ok: !aborted, store: 'ok', error: null }
  } catch (error) {
    return { ...facts, ok: false, store: 'unavailable', error: error as DeliveryError }
  }
}
