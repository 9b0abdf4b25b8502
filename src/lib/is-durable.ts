import type { DurableStore, Store } from '../store.js'

/** True for a store that keeps deliveries and events, and lists due ones. */
export function isDurable(store: Store<unknown>): store is DurableStore<unknown> {
  const { quarantine, listEvents, takeDue } = store as Partial<DurableStore<unknown>>
  return quarantine !== undefined && listEvents !== undefined && takeDue !== undefined
}
