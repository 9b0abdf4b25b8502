/** Checks that a store can be relied on: by recent traffic if there is any, otherwise by a rate-limited test. */
import { DeliveryError } from '../../errors.js'
import { clock } from '../../lib/clock.js'
import { takeClaimPath, takeQuarantinePath } from '../../lib/take-store-path.js'
import { isDeliveryError, messageOf } from '../../lib/thrown.js'
import type { Store } from '../../store.js'
import { bounded } from './store-calls.js'
import { evidenceOf, type StoreEvidence } from './store-evidence.js'

/** How long one handled delivery, or one check, proves that claims work, in milliseconds. */
const CLAIM_MS = 10_000

/** The same for kept deliveries, which are rare, and for the store's own check. */
const QUARANTINE_MS = 60_000

/**
 * How long the result of a failed check is reused, in milliseconds: probes come in floods, and a recovered store is
 * noticed soon.
 */
const FAILURE_MS = 1000

/**
 * Resolves if the store can be relied on. Only one check runs at a time, for any number of callers.
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
    // One after the other: if the store is unreachable, the error names the call at which deliveries fail.
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
