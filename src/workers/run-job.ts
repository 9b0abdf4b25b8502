/** One run of a job: the rest of the flow, and the decision whether the engine runs the job again. */
import { MIN_JOB_PAUSE_MS, retryAfter } from '../flow/keep.js'
import { quarantine } from '../flow/quarantine.js'
import { DeliveryContext } from '../flow/state/context.js'
import type { ReceiverState } from '../flow/state/receiver.js'
import { authenticatedBefore } from '../flow/authenticate.js'
import type { PaymentWebhookError } from '../errors.js'
import { clock } from '../lib/clock.js'
import type { Handler, ResolvedOptions } from '../options.js'
import { isDeliveryError } from '../lib/thrown.js'
import type { Outcome } from '../outcome.js'
import type { JobResult, QueueJob } from '../queue.js'
import type { WebhookEvent } from '../event.js'
import { runKept } from '../replay.js'

/**
 * A job whose runs end so often without a result kills its workers, for example because its handler uses too much
 * memory.
 */
const MAX_LOST_RUNS = 5

/** Errors that do not concern the job if no handler was started. They do not count towards its day of retries. */
const UNDECIDED: readonly string[] = ['BUSY', 'SHUTTING_DOWN', 'STORE_UNAVAILABLE']

export async function runJob(state: ReceiverState, job: QueueJob, lostRuns: number): Promise<JobResult> {
  const context = new DeliveryContext(state, { origin: 'queue', header: () => job.requestId })
  const { body, headers } = job
  const event = job.event === null ? null : Buffer.from(job.event)
  const outcome = await runKept(stateFor(state, job, lostRuns), context, { body, headers, event })
  state.tally.count(outcome.kind, false)
  return resultOf(state, context, job, outcome)
}

async function resultOf(
  state: ReceiverState,
  context: DeliveryContext,
  job: QueueJob,
  outcome: Outcome,
): Promise<JobResult> {
  if (outcome.kind === 'kept') return context.retryInMs == null ? OVER : again(job, context.retryInMs)
  if (outcome.error === undefined || outcome.kind === 'quarantined') return OVER
  const { error } = outcome
  const wasStarted = 'attempt' in outcome && outcome.attempt !== undefined
  if (UNDECIDED.includes(error.code) && !wasStarted) return again(job, jittered(MIN_JOB_PAUSE_MS))
  const now = clock.now()
  const failing = { ...job, failingSince: job.failingSince ?? new Date(now).toISOString() }
  const pause = retryAfter(now - Date.parse(failing.failingSince), error.cause, MIN_JOB_PAUSE_MS)
  if (pause !== null) return again(failing, pause)
  // If the job has no event, its bytes are all there is to run, so the operator gets them.
  const isGivenUp = job.event === null && (await isKept(state, context, job, error))
  return isGivenUp ? OVER : again(failing, LAST_PAUSE_MS)
}

const OVER: JobResult = { state: 'over' }

/** Pause before the next run of a job that cannot be kept for the operator and is therefore not given up. */
const LAST_PAUSE_MS = 60 * 60_000

function again(job: QueueJob, inMs: number): JobResult {
  return { state: 'again', inMs, job }
}

function jittered(ms: number): number {
  return Math.round(ms * (0.75 + Math.random() / 2))
}

async function isKept(
  state: ReceiverState,
  { event }: DeliveryContext,
  { body, headers }: QueueJob,
  error: PaymentWebhookError,
): Promise<boolean> {
  if (!isDeliveryError(error)) return false
  const { kind } = await quarantine(state, error, event, authenticatedBefore(body, headers))
  return kind === 'quarantined'
}

/**
 * Adapts the receiver to this job. The event's `receivedAt` is the time when its request was read, not when a worker
 * runs it.
 * A job that has killed its workers too often is not handled again: it fails as if its handler had thrown, so the store
 * keeps it.
 */
function stateFor(state: ReceiverState, { receivedAt }: QueueJob, lostRuns: number): ReceiverState {
  if (lostRuns > MAX_LOST_RUNS) return withHandlers(state, () => () => giveUp(lostRuns))
  if (receivedAt === null) return state
  return withHandlers(state, (handler) => (event, context) => handler({ ...event, receivedAt }, context))
}

type AnyHandler = Handler<WebhookEvent, unknown>

/** Wraps only the handler that the job needs, when it is looked up. */
function withHandlers(state: ReceiverState, wrap: (handler: AnyHandler) => AnyHandler): ReceiverState {
  const { options } = state
  const { onUnhandled } = options
  const on: ResolvedOptions['on'] = {
    has: (type) => options.on.has(type),
    get(type) {
      const handler = options.on.get(type)
      return handler && wrap(handler)
    },
  }
  return { ...state, options: { ...options, on, onUnhandled: onUnhandled && wrap(onUnhandled) } }
}

function giveUp(lostRuns: number): never {
  throw new Error(`its worker ended ${lostRuns} times during this job, so it was not started again`)
}
