/** Whether a store can be relied on: known from real traffic where there is some, and else tried out, seldom. */
import { DeliveryError } from '../../errors.js'
import { clock } from '../../lib/clock.js'
import { takeClaimPath, takeQuarantinePath } from '../../lib/take-store-path.js'
import { isDeliveryError, messageOf } from '../../lib/thrown.js'
import type { Store } from '../../store.js'
import { bounded } from './store-calls.js'

/** For how long one handled delivery, or one check, vouches for the next claim, in milliseconds. */
const CLAIM_MS = 10_000

/** The same for deliveries that have to be kept, which are few, and for what a store says of itself. */
const QUARANTINE_MS = 60_000

/** For how long a failed check is taken at its word: probes come in floods, and a store that is back is seen soon. */
const FAILURE_MS = 1000

export class StoreEvidence {
  readonly #store: Store<unknown>
  #claimedAt = Number.NEGATIVE_INFINITY
  #keptAt = Number.NEGATIVE_INFINITY
  #checkedAt = Number.NEGATIVE_INFINITY
  #failure: { readonly at: number; readonly error: unknown } | undefined
  #running: Promise<void> | undefined

  constructor(store: Store<unknown>) {
    this.#store = store
  }

  /** A delivery was claimed and recorded. */
  claimed(): void {
    this.#claimedAt = clock.monotonic()
    this.#failure = undefined
  }

  /** A delivery was kept. */
  kept(): void {
    this.#keptAt = clock.monotonic()
  }

  /** A call failed: what was seen before says nothing any more. */
  failed(): void {
    this.#claimedAt = this.#keptAt = Number.NEGATIVE_INFINITY
  }

  /**
   * Resolves where the store can be relied on; however many ask, one check runs at a time.
   *
   * @throws DeliveryError `STORE_UNAVAILABLE`
   */
  async check(): Promise<void> {
    if (this.#failure !== undefined && age(this.#failure.at) < FAILURE_MS) throw this.#failure.error
    await (this.#running ??= this.#try().finally(() => (this.#running = undefined)))
  }

  async #try(): Promise<void> {
    this.#failure = undefined
    try {
      await Promise.all([this.#claimPath(), this.#quarantinePath()])
      await this.#ownCheck()
    } catch (thrown) {
      const error = isDeliveryError(thrown)
        ? thrown
        : new DeliveryError('STORE_UNAVAILABLE', `the store's health check failed: ${messageOf(thrown)}`)
      this.failed()
      this.#failure = { at: clock.monotonic(), error }
      throw error
    }
  }

  async #claimPath(): Promise<void> {
    if (age(this.#claimedAt) < CLAIM_MS) return
    await takeClaimPath(this.#store, bounded)
    this.#claimedAt = clock.monotonic()
  }

  async #quarantinePath(): Promise<void> {
    if (age(this.#keptAt) < QUARANTINE_MS) return
    await takeQuarantinePath(this.#store, bounded)
    this.#keptAt = clock.monotonic()
  }

  async #ownCheck(): Promise<void> {
    if (age(this.#checkedAt) < QUARANTINE_MS) return
    await bounded('check', () => this.#store.check?.())
    this.#checkedAt = clock.monotonic()
  }
}

const known = new WeakMap<Store<unknown>, StoreEvidence>()

/** One for each store, however many receivers share it. */
export function evidenceOf(store: Store<unknown>): StoreEvidence {
  let evidence = known.get(store)
  if (evidence === undefined) known.set(store, (evidence = new StoreEvidence(store)))
  return evidence
}

function age(at: number): number {
  return clock.monotonic() - at
}
