/** Step 7, after the handler resolved: marks the event done, and never earlier. */
import { DeliveryError } from '../errors.js'
import { isPromise, type Awaitable } from '../lib/awaitable.js'
import { isWorkRefused } from '../lib/thrown.js'
import type { Outcome } from '../outcome.js'
import { Lease, MAX_LEASES } from './claims/lease.js'
import { retryQueued } from './claims/retry-queue.js'
import { bounded } from './claims/store-calls.js'
import { forget } from './deduplicate.js'
import { evidenceOf } from './claims/store-evidence.js'
import { refusalOf } from './refuse.js'
import { release } from './release.js'
import { reportError } from './reporting/report.js'
import type { Claimed, DeliveryContext } from './state/context.js'
import type { InFlight, ReceiverState } from './state/receiver.js'
import type { ConfirmedEvent } from './to-event.js'

/** Records that the handler resolved. */
export function complete(state: ReceiverState, context: DeliveryContext, claimed: Claimed): Awaitable<Outcome> {
  const { store } = state.options
  const { key, token } = claimed.claim.request
  try {
    const completing = bounded('complete', () => store.complete(key, token), state.options.storeTimeoutMs)
    if (!isPromise(completing)) return completed(state, claimed, completing)
    return completing.then(
      (held) => completed(state, claimed, held),
      (error: unknown) => uncompleted(state, context, claimed, error as DeliveryError),
    )
  } catch (error) {
    return uncompleted(state, context, claimed, error as DeliveryError)
  }
}

function completed(state: ReceiverState, { event, claim: { attempt } }: Claimed, held: boolean): Outcome {
  if (held) {
    evidenceOf(state.options.store).claimed()
    return { kind: kindOf(state, event), event, attempt }
  }
  const message = `the claim on ${event.id} was lost while its handler ran; another process may have run it too`
  return refusalOf(new DeliveryError('LEASE_LOST', message), { event, attempt })
}

function uncompleted(
  state: ReceiverState,
  context: DeliveryContext,
  claimed: Claimed,
  cause: DeliveryError,
): Awaitable<Outcome> {
  const {
    event,
    claim: { attempt },
  } = claimed
  if (isWorkRefused(cause.cause)) {
    return release(state, context, claimed, cause.cause, 'did work that the store refused')
  }
  evidenceOf(state.options.store).failed()
  // The effect was rolled back with its transaction, so the sender has to deliver again.
  if (state.options.store.transactional === true) return refusalOf(cause, { event, attempt })
  // The effect stands. A release or another delivery would repeat it.
  const message = `the handler for ${event.id} resolved but the store could not record it; trying again`
  const kind = kindOf(state, event)
  const error = new DeliveryError('COMPLETE_FAILED', message, { cause })
  reportError(state, context, error, { kind, event })
  const outcome: Outcome = { kind, event, attempt }
  completeLater(state, claimed, outcome)
  return outcome
}

function kindOf({ options }: ReceiverState, { type }: ConfirmedEvent): 'handled' | 'unhandled' {
  return options.on.has(type) ? 'handled' : 'unhandled'
}

/**
 * Repeats `complete` until the store has recorded it, for as long as a handler may hang. Meanwhile the claim is
 * renewed, this process answers further deliveries without the store, and `close()` waits. A lost claim is no problem
 * here: the first call may have reached the store.
 */
function completeLater(state: ReceiverState, { claim: { request, entry } }: Claimed, outcome: Outcome): void {
  const { key, token, contentHash } = request
  const { inFlight, inProgress, options } = state
  const { store, leaseMs } = options
  const handled: InFlight = { contentHash, outcome: Promise.resolve(outcome) }
  const current = inFlight.get(key)
  if (current === undefined || current === entry) inFlight.set(key, handled)
  const lease = new Lease(options, request, () => {})
  lease.keepAlive()
  inProgress.begin()
  const call = () => store.complete(key, token)
  void retryQueued(store, { name: 'complete', call, withinMs: MAX_LEASES * leaseMs }).then(() => {
    lease.end()
    forget(state, key, handled)
    inProgress.end()
  })
}
