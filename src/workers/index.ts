/** Workers take up the jobs of a queue, in the process that receives or in another one. */
import { ConfigurationError } from '../errors.js'
import { isPromise } from '../lib/awaitable.js'
import { clock, MAX_TIMER_MS, type Timer } from '../lib/clock.js'
import { printable } from '../lib/printable.js'
import { RateLimit } from '../lib/rate-limit.js'
import { rejectUnknown } from '../lib/reject-unknown.js'
import { messageOf } from '../lib/thrown.js'
import { withinTime } from '../lib/within-time.js'
import { prepareQueue } from '../flow/claims/queue-calls.js'
import { MAX_LEASES } from '../flow/claims/lease.js'
import { workedQueues } from '../flow/lifecycle/worked-queues.js'
import type { JobResult, QueueJob, TraceContext } from '../queue.js'
import { stateOf, type Receiver } from '../receiver.js'
import { sourceOf, type ReceiverSource } from './receiver-source.js'
import { runJob } from './run-job.js'
import { surrounded } from './surrounded.js'

export type { ReceiverSource } from './receiver-source.js'
export type { Queue, QueueCounts, QueueJob, QueueWorkers, JobResult, RunJob, TraceContext } from '../queue.js'

export interface WorkerOptions {
  /** How many handlers run at a time. @default 10 */
  readonly concurrency?: number | undefined
  /**
   * Runs around each job, for example within the trace of the request that brought it. It must call `run` once and
   * await it. Its own time is limited to ten times `leaseMs`: before it calls `run`, and again after `run` has ended.
   * @default `run` alone
   */
  readonly around?: ((job: JobDetails, run: () => Promise<void>) => Promise<unknown>) | undefined
}

/** Facts about a job before its handler runs. Use `traceContext` only for tracing: the sender wrote its content. */
export interface JobDetails extends Pick<
  QueueJob,
  'provider' | 'account' | 'eventId' | 'eventType' | 'orderId' | 'requestId' | 'enqueuedAt'
> {
  readonly traceContext: TraceContext | null
}

/** The answer of `startWorkers`. */
export interface Workers {
  /**
   * Takes up no further job and no due event, and waits for the jobs that run, or at most `timeoutMs` milliseconds.
   * Call it before the `close` of the receivers, which waits for the rest. A job that has not ended by then is run
   * again by another worker.
   *
   * @param options without `timeoutMs`, it waits as long as handlers may take: ten times `leaseMs`
   */
  close(options?: { readonly timeoutMs?: number | undefined }): Promise<void>
}

/** Pause before a job runs again if no receiver here handles its provider and account, in milliseconds. */
const ELSEWHERE_MS = 30_000

/** Time to make a receiver that does not exist yet, in milliseconds. */
const FINDING_MS = 10_000

/**
 * Takes up the jobs of the queue that these receivers share, and the due events that the store keeps, and runs their
 * handlers. Call it in the process that receives, or in another one that makes the same receivers and mounts none.
 * Resolves once the workers run.
 *
 * @param receivers all receivers whose jobs enter the queue, as returned by `createReceiver` or a door (also
 *   `tenantWebhook`), each with the same `queue`
 * @throws ConfigurationError `CONFIG_OPTION_INVALID`, `CONFIG_OPTION_UNKNOWN`
 * @throws ConfigurationError `CONFIG_STORE_UNSAFE` if the engine may forget
 * @example
 * ```ts
 * import { startWorkers } from 'express-payment-webhooks/workers'
 *
 * const workers = await startWorkers([webhook], { concurrency: 20 })
 * process.once('SIGTERM', async () => {
 *   await workers.close()
 *   await webhook.close()
 * })
 * ```
 */
export async function startWorkers(
  receivers: readonly (Receiver | ReceiverSource)[] | ReceiverSource,
  options: WorkerOptions = {},
): Promise<Workers> {
  const { concurrency, around } = checked(options)
  const source = sourceOf(receivers)
  const { queue } = source
  // A second set of workers would take jobs of these receivers and postpone them.
  if (workedQueues.has(queue)) {
    throw invalid('this queue has workers here already. Give all its receivers to one call, or a queue to each call')
  }
  workedQueues.set(queue, source.handles)
  try {
    await prepareQueue(queue)
    const working = await queue.work((job, lostRuns) => runSafely(source, around, job, lostRuns), { concurrency })
    let isOpen = true
    return {
      close({ timeoutMs } = {}) {
        // Only once: at a second call, other workers may have the queue.
        if (isOpen) workedQueues.delete(queue)
        isOpen = false
        return timeoutMs === undefined ? working.close() : within(timeoutMs, working.close())
      },
    }
  } catch (error) {
    workedQueues.delete(queue)
    throw error
  }
}

type Around = NonNullable<WorkerOptions['around']>

function checked(options: WorkerOptions): { readonly concurrency: number; readonly around: Around } {
  rejectUnknown('startWorkers', options, ['concurrency', 'around'])
  const { concurrency = 10, around = alone } = options
  if (!Number.isSafeInteger(concurrency) || concurrency < 1) throw invalid('concurrency must be a whole number from 1')
  if (typeof around !== 'function') throw invalid('around must be a function')
  return { concurrency, around }
}

function alone(_job: JobDetails, run: () => Promise<void>): Promise<void> {
  return run()
}

function invalid(what: string): ConfigurationError {
  return new ConfigurationError('CONFIG_OPTION_INVALID', `startWorkers: ${what}`)
}

/** Returns the job to the queue after any failure here. */
async function runSafely(source: ReceiverSource, around: Around, job: QueueJob, lostRuns: number): Promise<JobResult> {
  let result: JobResult | undefined
  const { provider, account } = job
  try {
    const found = source.receiverOf({ provider, account })
    const state = stateOf(await (isPromise(found) ? withinTime(found, FINDING_MS, tooLate) : found))
    if (state === undefined) {
      warn(`no receiver here handles ${provider} with account ${JSON.stringify(account)}: ${named(job)} was put off`)
    } else {
      await surrounded(
        Math.min(MAX_LEASES * state.options.leaseMs, MAX_TIMER_MS),
        (run) => around(detailsOf(job), run),
        async () => {
          result = await runJob(state, job, lostRuns)
        },
      )
    }
  } catch (error) {
    warn(`${named(job)} ${result === undefined ? 'was put off' : 'ended, and then'}: ${messageOf(error)}`)
  }
  return result ?? { state: 'again', inMs: ELSEWHERE_MS, job }
}

/** The name by which an operator finds the job in the log and with the provider. */
function named({ provider, eventType, eventId, orderId }: QueueJob): string {
  const order = orderId === null ? '' : `, order ${orderId}`
  return `a job of ${provider} (${eventType} ${eventId}${order})`
}

function tooLate(): Error {
  return new Error(`receiverOf did not answer within ${FINDING_MS} ms`)
}

function detailsOf(job: QueueJob): JobDetails {
  const { provider, account, eventId, eventType, orderId, requestId, enqueuedAt, traceContext } = job
  return { provider, account, eventId, eventType, orderId, requestId, enqueuedAt, traceContext }
}

const warnings = new RateLimit(10)

function warn(message: string): void {
  if (warnings.take() !== null) process.emitWarning(printable(`startWorkers: ${message}`), 'PaymentWebhookWarning')
}

async function within(ms: number, closing: Promise<void>): Promise<void> {
  let timer: Timer | undefined
  const patience = new Promise<void>((resolve) => {
    timer = clock.setTimeout(resolve, Math.min(ms, MAX_TIMER_MS))
  })
  await Promise.race([closing, patience])
  clock.clear(timer)
}
