/** Mode `observe`: what would have become of a delivery, without a claim, a handler, or anything written. */
import { DeliveryError } from '../errors.js'
import type { WebhookEvent } from '../event.js'
import { isDeliveryError } from '../lib/thrown.js'
import type { Outcome } from '../outcome.js'
import { claimRequest } from './claims/claim-request.js'
import type { ReceiverState } from './state/receiver.js'

/** Events remembered in this process, beyond which the oldest are forgotten. */
const MAX_OBSERVED = 10_000

/** Repeats are told apart in this process alone: an event that the store knew would be lost at the switch-over. */
export function observe(state: ReceiverState, event: WebhookEvent): Outcome {
  const { observed } = state
  const { key, contentHash } = claimRequest(state, event, false)
  const before = observed.get(key)
  if (before === contentHash) return { kind: 'duplicate', event }
  if (before !== undefined) {
    const message = `the event ${event.id} was observed with other content before`
    return { kind: 'observed', event, error: new DeliveryError('ID_CONFLICT', message) }
  }
  observed.set(key, contentHash)
  if (observed.size > MAX_OBSERVED) observed.delete(observed.keys().next().value!)
  return { kind: 'observed', event }
}

/** A fault that would have kept an authentic delivery from being handled. Its sender is not asked to deliver again. */
export function observedFault(thrown: unknown, event: WebhookEvent | null): Outcome {
  const error = isDeliveryError(thrown)
    ? thrown
    : new DeliveryError('INTERNAL', 'the provider threw something unexpected', { cause: thrown })
  return { kind: 'observed', event, error }
}
