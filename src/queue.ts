/** The contract between the flow and an engine that keeps jobs for later. docs/queues.md explains it in prose. */
import type { Awaitable } from './lib/awaitable.js'

/** The W3C trace context of the request. The sender wrote it, so use it for tracing only. */
export interface TraceContext {
  readonly traceparent: string
  readonly tracestate: string | null
}

/** One delivery whose handler runs later: enough to take it through the rest of the flow. */
export interface QueueJob {
  /** Digest of the event's key and its content. The same content is the same job; other content is another job. */
  readonly id: string
  readonly provider: string
  /** Distinguishes two accounts with one provider. */
  readonly account: string
  readonly eventId: string
  readonly eventType: string
  readonly orderId: string | null
  /** The request's id in every report about it. */
  readonly requestId: string
  /** The body as it may be kept. */
  readonly body: Buffer
  /** Headers that the proof covered, by lower-case name: never a secret, a token or a signature. */
  readonly headers: Readonly<Record<string, string>>
  /** The confirmed event as JSON, if the bytes alone do not show which event it is; otherwise null. */
  readonly event: string | null
  /** Null if the request had none. */
  readonly traceContext: TraceContext | null
  /** When the request was read, ISO 8601 in UTC. Null if a worker reads the event back, because that state is of a later time. */
  readonly receivedAt: string | null
  /** ISO 8601 in UTC. */
  readonly enqueuedAt: string
  /** When the first run failed, ISO 8601 in UTC; null if none failed. The day of retries starts then. */
  readonly failingSince: string | null
}

/** Result of one run of a job. */
export type JobResult =
  /** The store has recorded the event or keeps it: the job is finished. */
  | { readonly state: 'over' }
  /** The job has to run again. */
  | {
      readonly state: 'again'
      readonly inMs: number
      /** The job for the next run. */
      readonly job: QueueJob
    }

/**
 * Runs one job. Never rejects. If the process ends before a run resolves, another worker takes the job.
 *
 * @param lostRuns how many consecutive runs before this one ended without a result
 */
export type RunJob = (job: QueueJob, lostRuns: number) => Promise<JobResult>

/** Number of jobs by state. */
export interface QueueCounts {
  /** Jobs that no worker has taken yet, or that wait for their next run. */
  readonly waiting: number
  readonly active: number
  /** Jobs that the engine itself has given up: none unless someone interferes. */
  readonly failed: number
}

/** The workers of one process. */
export interface QueueWorkers {
  /** Takes no further job. Resolves when all running jobs have ended and the engine has recorded it. */
  close(): Promise<void>
}

/**
 * An engine that the shop provides. It stores jobs and hands each job to one worker at a time, and to another worker if
 * that one died. It decides nothing about a payment: the claim in the store decides which event may be handled.
 */
export interface Queue {
  /** Shown to the operator. */
  readonly name: string
  /** Prepares the engine, and rejects an engine that may lose jobs. Awaited before the first job; repeated after a failure. */
  init(): Awaitable<void>
  /**
   * Resolves once the job is on disk; the sender is then told that the event is accepted. A job with an id that is
   * already stored is the same job. A job that the engine has given up starts again. Rejects if it is not certain that
   * the job is stored.
   */
  enqueue(job: QueueJob): Awaitable<void>
  /**
   * Starts workers, with `concurrency` jobs at a time. A run that returns `again` is over only after the job is stored
   * for its next run.
   */
  work(run: RunJob, options: { readonly concurrency: number }): Promise<QueueWorkers>
  counts(): Promise<QueueCounts>
  /** Rejects if stored jobs may be lost. `init` and health checks call it. @default nothing is checked */
  check?: (() => Awaitable<void>) | undefined
  /** Closes resources that the queue itself opened. */
  close(): Awaitable<void>
}
