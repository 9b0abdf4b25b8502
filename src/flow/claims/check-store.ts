/** Whether a store can be relied on: known from real traffic where there is some, and else tried out, seldom. */
import { DeliveryError } from '../../errors.js'
import { clock } from '../../lib/clock.js'
import { takeClaimPath, takeQuarantinePath } from '../../lib/take-store-path.js'
import { isDeliveryError, messageOf } from '../../lib/thrown.js'
import type { Store } from '../../store.js'
import { bounded } from './store-calls.js'
import { evidenceOf, type StoreEvidence } from './store-evidence.js'

/** For how long one handled delivery, or one check, vouches for the next claim, in milliseconds. */
const CLAIM_MS = 10_000

/** The same for deliveries that have to be kept, which are few, and for what a store says of itself. */
const QUARANTINE_MS = 60_000

/** For how long a failed check is taken at its word: probes come in floods, and a store that is back is seen soon. */
const FAILURE_MS = 1000

/**
 * Resolves where the store can be relied on; however many ask, one check runs at a time.
 *
 * @throws DeliveryError `STORE_UNAVAILABLE`
 */
export async function checkStore(store: Store<unknown>): Promise<void> {
  const evidence = evidenceOf(store)
  const { failure } = evidence
  if (failure !== undefined && age(failure.at) < FAILURE_MS) throw failure.error
  await (evidence.running ??= tryOut(store, evidence).finally(() => (evidence.running = undefined)))
}

async function tryOut(store: Store<unknown>, evidence: StoreEvidence): Promise<void> {
  evidence.failure = undefined
  try {
    // One after the other: while the store is away, the error names the call that deliveries fail at.
    await claimPath(store, evidence)
    await quarantinePath(store, evidence)
    await ownCheck(store, evidence)
  } catch (thrown) {
    const error = isDeliveryError(thrown)
      ? thrown
      : new DeliveryError('STORE_UNAVAILABLE', `the store's health check failed: ${messageOf(thrown)}`)
    evidence.failed()
    evidence.failure = { at: clock.monotonic(), error }
    throw error
  }
}

async function claimPath(store: Store<unknown>, evidence: StoreEvidence): Promise<void> {
  if (age(evidence.claimedAt) < CLAIM_MS) return
  await takeClaimPath(store, bounded)
  evidence.claimedAt = clock.monotonic()
}

async function quarantinePath(store: Store<unknown>, evidence: StoreEvidence): Promise<void> {
  if (age(evidence.keptAt) < QUARANTINE_MS) return
  await takeQuarantinePath(store, bounded)
  evidence.keptAt = clock.monotonic()
}

async function ownCheck(store: Store<unknown>, evidence: StoreEvidence): Promise<void> {
  if (age(evidence.checkedAt) < QUARANTINE_MS) return
  await bounded('check', () => store.check?.())
  evidence.checkedAt = clock.monotonic()
}

function age(at: number): number {
  return clock.monotonic() - at
}
