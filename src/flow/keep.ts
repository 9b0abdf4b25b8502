/** Decides how an event is kept after a failed run, when the sender is told so, and when the shop runs it again. */
import { isDeepStrictEqual } from 'node:util'
import { DeliveryError } from '../errors.js'
import type { WebhookEvent } from '../event.js'
import { isRetryLater, isUnknownOrder } from '../lib/thrown.js'
import type { KeptEvent } from '../store.js'
import type { Claimed, DeliveryContext } from './state/context.js'
import type { ReceiverState } from './state/receiver.js'
import type { ConfirmedEvent } from './to-event.js'

/** From this run on the sender is told that the event is kept: some senders give up after five attempts within half a minute. */
const ACCEPTED_FROM_RUN = 5

const MINUTE = 60_000
const HOUR = 60 * MINUTE

/** How long the shop runs a kept event again, counted from when the sender was told that it is kept. */
const RETRIED_FOR_MS = 24 * HOUR

/** The pauses between these runs grow with the time that has passed. */
const MIN_PAUSE_MS = MINUTE / 2
/** The shortest pause for jobs of a queue. Shorter, because the engine need not be polled for due jobs. */
export const MIN_JOB_PAUSE_MS = 5000
const MAX_PAUSE_MS = HOUR

/** A sender that has not delivered again for this long after it was asked to may have given up. */
const SENDER_SILENT_MS = HOUR

/**
 * For an event that a queue runs again, the store's copy is only for the operator.
 *
 * @param thrown the error of the handler, or the reason why the store refused the handler's work
 */
export function keptOf(
  { provider }: ReceiverState,
  context: DeliveryContext,
  { event, claim: { attempt, acceptedForMs } }: Claimed,
  thrown: unknown,
): KeptEvent {
  const { origin } = context
  const isAccepted =
    attempt >= ACCEPTED_FROM_RUN ||
    acceptedForMs !== null ||
    // For other origins no sender delivers the event again.
    origin !== 'sender' ||
    provider.blocksQueue ||
    (provider.unknownOrder === 'keep' && isUnknownOrder(thrown))
  const minPauseMs = origin === 'queue' ? MIN_JOB_PAUSE_MS : MIN_PAUSE_MS
  context.retryInMs = isAccepted ? retryAfter(acceptedForMs ?? 0, thrown, minPauseMs) : SENDER_SILENT_MS
  const retryInMs = origin === 'queue' ? null : context.retryInMs
  return { ...contentOf(context, event), retryInMs, isAccepted }
}

/** The pause is half of the time since the first failure, so about thirty runs fit into a day. Null when the day is over. */
export function retryAfter(failingForMs: number, thrown: unknown, minPauseMs: number): number | null {
  if (failingForMs >= RETRIED_FOR_MS) return null
  const least = isRetryLater(thrown) ? Math.max(minPauseMs, thrown.afterSeconds * 1000) : minPauseMs
  const pause = Math.max(least, Math.min(failingForMs / 2, MAX_PAUSE_MS))
  // Events that failed together, for example in an outage, must not all return at the same time.
  return Math.round(pause * (0.75 + Math.random() / 2))
}

/**
 * The bytes, and the headers that the proof covers. If the event was read back, these do not show which event it is, so
 * the confirmed event is kept instead: a later read may return another one.
 */
export function contentOf(
  { authenticated, isReadFirst }: DeliveryContext,
  event: WebhookEvent,
): Pick<KeptEvent, 'form' | 'body' | 'headers'> {
  const text = isReadFirst ? survivingJson(event) : null
  if (text !== null) return { form: 'event', body: Buffer.from(text), headers: {} }
  const { keepable: body, headers } = authenticated!
  return { form: 'delivery', body, headers }
}

/** Null if JSON cannot represent the payload, which is possible with a provider that the shop has written. */
function survivingJson(event: WebhookEvent): string | null {
  try {
    const text = JSON.stringify(event)
    return isDeepStrictEqual(JSON.parse(text), event) ? text : null
  } catch {
    return null
  }
}

/** @throws DeliveryError `INTERNAL` if `keptOf` has not written the body */
export function keptEvent(body: Buffer): ConfirmedEvent {
  const event: unknown = JSON.parse(body.toString())
  if (typeof (event as WebhookEvent | null)?.id === 'string') return event as ConfirmedEvent
  throw new DeliveryError('INTERNAL', 'the store returned a kept event that is not an event')
}
