/** What is kept of an event whose run failed, who is told that it is, and when the shop runs it again by itself. */
import { isDeepStrictEqual } from 'node:util'
import { DeliveryError } from '../errors.js'
import type { WebhookEvent } from '../event.js'
import { isRetryLater, isUnknownOrder } from '../lib/thrown.js'
import type { KeptEvent } from '../store.js'
import type { Claimed, DeliveryContext } from './state/context.js'
import type { ReceiverState } from './state/receiver.js'
import type { ConfirmedEvent } from './to-event.js'

/** From this run on the sender is told that the event is kept: some give up after five attempts within half a minute. */
const ACCEPTED_FROM_RUN = 5

const MINUTE = 60_000
const HOUR = 60 * MINUTE

/** How long the shop runs a kept event again by itself, from when the sender was told that it is kept. */
const RETRIED_FOR_MS = 24 * HOUR

/** Pauses between those runs grow with the time that has passed. */
const MIN_PAUSE_MS = MINUTE / 2
/** The same for jobs of a queue: its engine need not be asked what is due. */
export const MIN_JOB_PAUSE_MS = 5000
const MAX_PAUSE_MS = HOUR

/** A sender that was asked to come back and has not done so for this long may have given up. */
const SENDER_SILENT_MS = HOUR

/**
 * The store only keeps what a queue runs again, for the operator.
 *
 * @param thrown what the handler threw, or why the store refused what it did
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
    // Nobody delivers it again.
    origin !== 'sender' ||
    provider.blocksQueue ||
    (provider.unknownOrder === 'keep' && isUnknownOrder(thrown))
  const minPauseMs = origin === 'queue' ? MIN_JOB_PAUSE_MS : MIN_PAUSE_MS
  context.retryInMs = isAccepted ? retryAfter(acceptedForMs ?? 0, thrown, minPauseMs) : SENDER_SILENT_MS
  const retryInMs = origin === 'queue' ? null : context.retryInMs
  return { ...contentOf(context, event), retryInMs, isAccepted }
}

/** Half of the time that it has been failing, so that a day is some thirty runs; null when the day is over. */
export function retryAfter(failingForMs: number, thrown: unknown, minPauseMs: number): number | null {
  if (failingForMs >= RETRIED_FOR_MS) return null
  const least = isRetryLater(thrown) ? Math.max(minPauseMs, thrown.afterSeconds * 1000) : minPauseMs
  const pause = Math.max(least, Math.min(failingForMs / 2, MAX_PAUSE_MS))
  // Events that failed together, in an outage for example, must not all come back together.
  return Math.round(pause * (0.75 + Math.random() / 2))
}

/**
 * The bytes and what the proof covers beside them. Where those do not say by themselves which event it is, because that
 * was read back, the event as it was confirmed: a later read may tell of another one.
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

/** Null for an event of a provider of the shop's own whose payload is more than JSON can say. */
function survivingJson(event: WebhookEvent): string | null {
  try {
    const text = JSON.stringify(event)
    return isDeepStrictEqual(JSON.parse(text), event) ? text : null
  } catch {
    return null
  }
}

/** @throws DeliveryError `INTERNAL` for what `keptOf` has not written */
export function keptEvent(body: Buffer): ConfirmedEvent {
  const event: unknown = JSON.parse(body.toString())
  if (typeof (event as WebhookEvent | null)?.id === 'string') return event as ConfirmedEvent
  throw new DeliveryError('INTERNAL', 'the store answered a kept event that is none')
}
