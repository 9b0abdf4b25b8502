/** With a queue: stores an authentic or confirmed delivery as a job. A worker takes the job through the rest of the flow. */
import { hash } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'
import type { Delivery } from '../delivery.js'
import { DeliveryError } from '../errors.js'
import type { WebhookEvent } from '../event.js'
import { isPromise } from '../lib/awaitable.js'
import { clock } from '../lib/clock.js'
import { isDurable } from '../lib/is-durable.js'
import { withinTime } from '../lib/within-time.js'
import type { Outcome } from '../outcome.js'
import type { Interpretation } from '../provider.js'
import type { QueueJob, TraceContext } from '../queue.js'
import type { AuthenticatedDelivery } from './authenticate.js'
import { claimRequest } from './claims/claim-request.js'
import { prepareQueue, queueUnavailable } from './claims/queue-calls.js'
import { bounded } from './claims/store-calls.js'
import { confirm } from './confirm.js'
import { contentOf } from './keep.js'
import { doubtAnswer } from './lifecycle/queue-health.js'
import type { DeliveryContext } from './state/context.js'
import type { ReceiverState } from './state/receiver.js'
import { knownEvent, toEvent } from './to-event.js'

/** Returns `queued` once the job is on disk. @throws DeliveryError `QUEUE_UNAVAILABLE`, and every error of `confirm` */
export async function enqueue(
  state: ReceiverState,
  context: DeliveryContext,
  delivery: AuthenticatedDelivery,
  interpretation: Interpretation,
): Promise<Outcome> {
  const found = await eventOf(state, context, delivery, interpretation)
  if ('ignored' in found) return { kind: 'ignored', event: null, reason: found.ignored }
  const { event, isReadLater } = found
  context.event = event
  if (context.origin === 'listed' && (await isDone(state, event))) return { kind: 'duplicate', event }
  await store(state, jobOf(state, context, event, isReadLater))
  return { kind: 'queued', event }
}

type Found = { readonly event: WebhookEvent; readonly isReadLater: boolean } | { readonly ignored: string }

/** If the proof covers the event's identity, only the holder of its claim reads it back: the worker. */
async function eventOf(
  state: ReceiverState,
  context: DeliveryContext,
  delivery: AuthenticatedDelivery,
  interpretation: Interpretation,
): Promise<Found> {
  const confirmation = delivery.proven && 'confirm' in interpretation ? interpretation.confirm : null
  if (confirmation?.known != null) {
    return { event: knownEvent(state.provider, confirmation.known), isReadLater: true }
  }
  const confirming = confirm(state, delivery, interpretation)
  const draft = isPromise(confirming) ? await confirming : confirming
  if ('ignored' in draft) return draft
  context.proven = true
  context.isReadFirst = 'confirm' in interpretation
  return { event: toEvent(state.provider, draft), isReadLater: false }
}

/**
 * Nearly all listed events were handled when they came. If the record does not match the event, a worker takes it, and
 * its claim compares the complete content.
 */
async function isDone(state: ReceiverState, event: WebhookEvent): Promise<boolean> {
  const { store, storeTimeoutMs } = state.options
  const { key, eventType, orderId, paymentId, amount } = claimRequest(state, event, false)
  const record = isDurable(store) ? await bounded('getEvent', () => store.getEvent(key), storeTimeoutMs) : null
  if (record?.state !== 'done') return false
  return isDeepStrictEqual(
    [record.eventType, record.orderId, record.paymentId, record.amount],
    [eventType, orderId, paymentId, amount],
  )
}

function jobOf(state: ReceiverState, context: DeliveryContext, event: WebhookEvent, isReadLater: boolean): QueueJob {
  const { key, contentHash, provider, account, eventId, eventType, orderId } = claimRequest(state, event, false)
  const { form, body: content } = contentOf(context, event)
  const { keepable: body, headers } = context.authenticated!
  return {
    id: hash('sha256', `${key}\n${contentHash}`, 'base64url'),
    provider,
    account,
    eventId,
    eventType,
    orderId,
    requestId: context.requestId,
    body,
    headers,
    event: form === 'event' ? content.toString() : null,
    traceContext: traceContextOf(context.delivery),
    receivedAt: isReadLater ? null : event.receivedAt,
    enqueuedAt: new Date(clock.now()).toISOString(),
    failingSince: null,
  }
}

async function store({ options }: ReceiverState, job: QueueJob): Promise<void> {
  const { queue, storeTimeoutMs } = options
  const tooLate = () => queueUnavailable(`did not store the job within ${storeTimeoutMs} ms`)
  const storing = async () => {
    await prepareQueue(queue!)
    await queue!.enqueue(job)
  }
  try {
    await withinTime(storing(), storeTimeoutMs, tooLate)
  } catch (error) {
    doubtAnswer(queue!)
    throw error instanceof DeliveryError ? error : queueUnavailable('could not store the job', error)
  }
}

const TRACEPARENT = /^(?!ff)[\da-f]{2}-[\da-f]{32}-[\da-f]{16}-[\da-f]{2}$/
/** The W3C specification recommends keeping at least 512 characters. */
const TRACESTATE = /^[\x20-\x7e]{1,512}$/

function traceContextOf(delivery: Delivery | null): TraceContext | null {
  const { traceparent, tracestate } = delivery?.headers ?? {}
  if (typeof traceparent !== 'string' || !TRACEPARENT.test(traceparent)) return null
  const isUsable = typeof tracestate === 'string' && TRACESTATE.test(tracestate)
  return { traceparent, tracestate: isUsable ? tracestate : null }
}
