/** Step 7, after the handler threw: releases the event for the next delivery, and never marks it done. */
import { DeliveryError } from '../errors.js'
import { isDurable } from '../lib/is-durable.js'
import { isRetryLater, isUnknownOrder, messageOf } from '../lib/thrown.js'
import type { Outcome } from '../outcome.js'
import { giveBack } from './claims/claim.js'
import { durablePart } from './parts/load.js'
import { refusalOf } from './refuse.js'
import type { Claimed, DeliveryContext } from './state/context.js'
import type { ReceiverState } from './state/receiver.js'

/**
 * Releases the event, and keeps it in its own record if the store can. The sender is told that the event is kept only
 * if it is: after several runs, or at once if the sender must not be told of a failure.
 *
 * @param how the failure of the handler, as the operator reads it
 */
export async function release(
  state: ReceiverState,
  context: DeliveryContext,
  claimed: Claimed,
  thrown: unknown,
  how = 'threw',
): Promise<Outcome> {
  const { store } = state.options
  const {
    event,
    claim: { request, attempt },
  } = claimed
  const message = messageOf(thrown)
  // If the replay of a quarantined delivery fails, the delivery returns to the quarantine, where the operator looks for
  // it.
  const isKept = isDurable(store) && context.origin !== 'quarantine'
  const kept = isKept ? (await durablePart()).keptOf(state, context, claimed, thrown) : undefined
  const ending = isRetryLater(thrown) ? 'deferred' : 'failed'
  const released = await giveBack(store, request, storable(message), ending, kept)
  const cause = { cause: thrown }
  if (released && kept?.isAccepted === true) {
    const code = context.retryInMs === null ? 'RETRIES_EXHAUSTED' : errorCode(thrown)
    const text = `the handler for ${event.type} failed, at attempt ${attempt}, and the event is kept: ${message}`
    return { kind: 'kept', event, attempt, error: new DeliveryError(code, text, cause) }
  }
  if (isRetryLater(thrown)) {
    const error = new DeliveryError(errorCode(thrown), message, cause)
    return refusalOf(error, { event, attempt, retryAfterSeconds: thrown.afterSeconds })
  }
  // A handler whose transaction is lost always throws. This is a fault of the store, and temporary.
  const error =
    !released && store.transactional === true
      ? new DeliveryError('STORE_UNAVAILABLE', `the transaction of the handler for ${event.type} was lost`, cause)
      : new DeliveryError('HANDLER_FAILED', `the handler for ${event.type} ${how}`, cause)
  return refusalOf(error, { event, attempt })
}

function errorCode(thrown: unknown): 'ORDER_UNKNOWN' | 'HANDLER_RETRY_LATER' | 'HANDLER_FAILED' {
  if (isUnknownOrder(thrown)) return 'ORDER_UNKNOWN'
  return isRetryLater(thrown) ? 'HANDLER_RETRY_LATER' : 'HANDLER_FAILED'
}

/** Limits the length, and removes characters that some databases refuse in a text. */
function storable(message: string): string {
  return message.replaceAll('\0', '').slice(0, 500).toWellFormed()
}
