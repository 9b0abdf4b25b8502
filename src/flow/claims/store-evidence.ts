/** What real traffic has shown of a store, so that a health check tries out only what it has not. */
import { clock } from '../../lib/clock.js'
import type { Store } from '../../store.js'

/** Times are in milliseconds of this process, and of nothing that was seen yet those before all others. */
export class StoreEvidence {
  /** When a delivery was last claimed and recorded. */
  claimedAt = Number.NEGATIVE_INFINITY
  /** When a delivery was last kept. */
  keptAt = Number.NEGATIVE_INFINITY
  /** When the store last said of itself that it may be relied on. */
  checkedAt = Number.NEGATIVE_INFINITY
  /** Of the last check. */
  failure: { readonly at: number; readonly error: unknown } | undefined
  /** The check that runs. */
  running: Promise<void> | undefined

  /** A delivery was claimed and recorded. */
  claimed(): void {
    this.claimedAt = clock.monotonic()
    this.failure = undefined
  }

  /** A delivery was kept. */
  kept(): void {
    this.keptAt = clock.monotonic()
  }

  /** A call failed: what was seen before says nothing any more. */
  failed(): void {
    this.claimedAt = this.keptAt = Number.NEGATIVE_INFINITY
  }
}

const known = new WeakMap<Store<unknown>, StoreEvidence>()

/** One for each store, however many receivers share it. */
export function evidenceOf(store: Store<unknown>): StoreEvidence {
  let evidence = known.get(store)
  if (evidence === undefined) known.set(store, (evidence = new StoreEvidence()))
  return evidence
}
