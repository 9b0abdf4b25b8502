/** Evidence about a store from recent traffic, so that a health check tests only what the traffic did not show. */
import { clock } from '../../lib/clock.js'
import type { Store } from '../../store.js'

/** Times are in milliseconds of this process. The initial value means "never seen". */
export class StoreEvidence {
  /** Last time a delivery was claimed and recorded. */
  claimedAt = Number.NEGATIVE_INFINITY
  /** Last time a delivery was kept. */
  keptAt = Number.NEGATIVE_INFINITY
  /** Last time the store's own check succeeded. */
  checkedAt = Number.NEGATIVE_INFINITY
  /** Failure of the last check. */
  failure: { readonly at: number; readonly error: unknown } | undefined
  /** The check in progress. */
  running: Promise<void> | undefined

  /** Called when a delivery was claimed and recorded. */
  claimed(): void {
    this.claimedAt = clock.monotonic()
    this.failure = undefined
  }

  /** Called when a delivery was kept. */
  kept(): void {
    this.keptAt = clock.monotonic()
  }

  /** Called when a call failed: earlier evidence is no longer valid. */
  failed(): void {
    this.claimedAt = this.keptAt = Number.NEGATIVE_INFINITY
  }
}

const known = new WeakMap<Store<unknown>, StoreEvidence>()

/** One per store, however many receivers share it. */
export function evidenceOf(store: Store<unknown>): StoreEvidence {
  let evidence = known.get(store)
  if (evidence === undefined) known.set(store, (evidence = new StoreEvidence()))
  return evidence
}
