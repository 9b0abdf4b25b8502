/** For health checks: does the store answer right now? */
import type { DeliveryError } from '../errors.js'
import type { Receiver } from '../receiver.js'
import { bounded, prepare } from './store-calls.js'

export interface Health {
  readonly provider: string
  /** True when deliveries can be accepted. */
  readonly ok: boolean
  readonly store: 'ok' | 'unavailable'
  readonly closing: boolean
  /** What `close()` would wait for: deliveries under way in this process, and handled events still to be recorded. */
  readonly inFlight: number
  /** Why the store is unavailable, for the operator. */
  readonly error: DeliveryError | null
}

export async function healthOf({ provider, options, underWay, closing }: Receiver): Promise<Health> {
  const { store } = options
  const { aborted } = closing.signal
  const facts = { provider: provider.name, closing: aborted, inFlight: underWay.count }
  try {
    await prepare(store)
    // A renewal nobody holds changes nothing, and has to go the whole way to be refused.
    await bounded('extend', () => store.extend('health-check', 'nobody', 1))
    return { ...facts, ok: !aborted, store: 'ok', error: null }
  } catch (error) {
    return { ...facts, ok: false, store: 'unavailable', error: error as DeliveryError }
  }
}
