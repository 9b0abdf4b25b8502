/** Step 7, after the handler threw: free for the next delivery, and never done. */
import { DeliveryError } from '../errors.js'
import { isRetryLater, messageOf } from '../lib/thrown.js'
import type { Outcome } from '../outcome.js'
import { giveBack } from './claims/claim.js'
import { quarantine } from './quarantine.js'
import { refusalOf } from './refuse.js'
import type { Claimed, DeliveryContext } from './state/context.js'
import type { ReceiverState } from './state/receiver.js'

/**
 * Runs that end in RetryLater, after which a handler is taken at its word no more. Senders give up too, some
 * after five attempts within half a minute: better kept for the operator than lost with the last of them.
 */
const RETRY_LATER_RUNS = 5

/** Gives the event back; keeps the delivery when the handler has put it off for too long. */
export async function release(
  state: ReceiverState,
  { authenticated }: DeliveryContext,
  { event, claim: { request, attempt, deferrals } }: Claimed,
  thrown: unknown,
): Promise<Outcome> {
  const { store } = state.options
  const message = messageOf(thrown)
  const ending = isRetryLater(thrown) ? 'deferred' : 'failed'
  const cause = { cause: thrown }
  const released = await giveBack(store, request, storable(message), ending)
  if (!isRetryLater(thrown)) {
    const transactionLost = !released && store.transactional === true
    const error = transactionLost
      ? // Without its transaction a handler cannot but throw: that tells of the store, which will be back.
        new DeliveryError('STORE_UNAVAILABLE', `the transaction of the handler for ${event.type} was lost`, cause)
      : new DeliveryError('HANDLER_FAILED', `the handler for ${event.type} threw`, cause)
    return refusalOf(error, { event, attempt })
  }
  const putOff = deferrals + 1
  if (putOff >= RETRY_LATER_RUNS && store.quarantine !== undefined) {
    const error = new DeliveryError('RETRIES_EXHAUSTED', `put off ${putOff} times: ${message}`, cause)
    return quarantine(state, error, event, authenticated!)
  }
  const error = new DeliveryError('HANDLER_RETRY_LATER', message, cause)
  return refusalOf(error, { event, attempt, retryAfterSeconds: thrown.afterSeconds })
}

/** Short, and without what some databases refuse in a text. */
function storable(message: string): string {
  return message.replaceAll('\0', '').slice(0, 500).toWellFormed()
}
