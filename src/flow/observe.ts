/** Mode `observe`: determines the outcome of a delivery without a claim, without a handler, and without writing anything. */
import { DeliveryError } from '../errors.js'
import type { WebhookEvent } from '../event.js'
import { isPromise } from '../lib/awaitable.js'
import { isDeliveryError } from '../lib/thrown.js'
import type { Outcome } from '../outcome.js'
import type { Interpretation } from '../provider.js'
import type { AuthenticatedDelivery } from './authenticate.js'
import { claimRequest } from './claims/claim-request.js'
import { confirm, readBack } from './confirm.js'
import type { DeliveryContext } from './state/context.js'
import type { ReceiverState } from './state/receiver.js'
import { knownEvent, toEvent } from './to-event.js'

/** Maximum number of events remembered in this process. The oldest are forgotten first. */
const MAX_OBSERVED = 10_000

/** An event that mode `handle` reads back is read back here as well, and gets the same id. */
export async function observe(
  state: ReceiverState,
  context: DeliveryContext,
  delivery: AuthenticatedDelivery,
  interpretation: Interpretation,
): Promise<Outcome> {
  const confirmation = delivery.proven && 'confirm' in interpretation ? interpretation.confirm : null
  const known = confirmation?.known == null ? null : knownEvent(state.provider, confirmation.known)
  context.event = known
  const confirming =
    confirmation !== null && known !== null ? readBack(state, confirmation) : confirm(state, delivery, interpretation)
  const draft = isPromise(confirming) ? await confirming : confirming
  if ('ignored' in draft) return { kind: 'ignored', event: null, reason: draft.ignored }
  context.proven = true
  const event = toEvent(state.provider, draft)
  context.event = known === null ? event : { ...event, id: known.id }
  return observed(state, context.event)
}

/** Recently observed events of each receiver: content hash by key. */
const lately = new WeakMap<ReceiverState, Map<string, string>>()

function knownTo(state: ReceiverState): Map<string, string> {
  let known = lately.get(state)
  if (known === undefined) lately.set(state, (known = new Map<string, string>()))
  return known
}

/** Duplicates are recognised in this process only. If they were stored, the switch to `handle` would lose their events. */
function observed(state: ReceiverState, event: WebhookEvent): Outcome {
  const known = knownTo(state)
  const { key, contentHash } = claimRequest(state, event, false)
  const before = known.get(key)
  if (before === contentHash) return { kind: 'duplicate', event }
  if (before !== undefined) {
    const message = `the event ${event.id} was observed with other content before`
    return { kind: 'observed', event, error: new DeliveryError('ID_CONFLICT', message) }
  }
  known.set(key, contentHash)
  if (known.size > MAX_OBSERVED) known.delete(known.keys().next().value!)
  return { kind: 'observed', event }
}

/** A fault that would have prevented an authentic delivery from being handled. The sender is not asked to deliver again. */
export function observedFault(thrown: unknown, event: WebhookEvent | null): Outcome {
  const error = isDeliveryError(thrown)
    ? thrown
    : new DeliveryError('INTERNAL', 'the provider threw something unexpected', { cause: thrown })
  return { kind: 'observed', event, error }
}
