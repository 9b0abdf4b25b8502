/** Step 7, after the handler threw: free for the next delivery, and never done. */
import { DeliveryError } from '../errors.js'
import type { WebhookEvent } from '../event.js'
import type { Outcome } from '../outcome.js'
import type { Receiver } from '../receiver.js'
import { giveBack } from './claim.js'
import type { ClaimedEvent } from './deduplicate.js'
import { messageOf } from './describe.js'
import { quarantine } from './quarantine.js'
import { isRetryLater } from './recognise.js'

/**
 * Runs that end in RetryLater, after which a handler is taken at its word no more. Senders give up too, some
 * after five attempts within half a minute: better kept for the operator than lost with the last of them.
 */
const RETRY_LATER_RUNS = 5

/** Gives the event back; keeps the delivery when the handler has put it off for too long. */
export async function release(
  receiver: Receiver,
  { event, request, attempt, deferrals }: ClaimedEvent,
  thrown: unknown,
  body: Buffer,
): Promise<Outcome> {
  const { store } = receiver.options
  const message = messageOf(thrown)
  const ending = isRetryLater(thrown) ? 'deferred' : 'failed'
  const released = await giveBack(store, request, storable(message), ending)
  if (!isRetryLater(thrown)) {
    if (!released && store.transactional === true) return { ...transactionLost(event, thrown), event, attempt }
    const error = new DeliveryError('HANDLER_FAILED', `the handler for ${event.type} threw`, { cause: thrown })
    return { kind: 'failed', error, event, attempt }
  }
  const putOff = deferrals + 1
  if (putOff >= RETRY_LATER_RUNS && store.quarantine !== undefined) {
    const error = new DeliveryError('RETRIES_EXHAUSTED', `put off ${putOff} times: ${message}`, { cause: thrown })
    return quarantine(receiver, error, event, body)
  }
  const error = new DeliveryError('HANDLER_RETRY_LATER', message, { cause: thrown })
  return { kind: 'retry_later', error, event, attempt, retryAfterSeconds: thrown.afterSeconds }
}

/** Without its transaction a handler cannot but throw: that tells of the store, which will be back, not of the event. */
function transactionLost({ type }: WebhookEvent, cause: unknown) {
  const message = `the transaction that the handler for ${type} ran in was lost`
  return { kind: 'retry_later', error: new DeliveryError('STORE_UNAVAILABLE', message, { cause }) } as const
}

/** Short, and without what some databases refuse in a text. */
function storable(message: string): string {
  return message.replaceAll('\0', '').slice(0, 500).toWellFormed()
}
