/** The contract between the flow and an engine that keeps jobs for later. docs/queues.md explains it in prose. */
import type { Awaitable } from './lib/awaitable.js'

/** The W3C trace context of the request: written by its sender, so it is good for tracing and for nothing else. */
export interface TraceContext {
  readonly traceparent: string
  readonly tracestate: string | null
}

/** One delivery whose handler runs later: enough to take it through the rest of the flow. */
export interface QueueJob {
  /** Digest of the event's key and its content: the same content is one job, and a second content is another. */
  readonly id: string
  readonly provider: string
  /** Distinguishes two accounts with one provider. */
  readonly account: string
  readonly eventId: string
  readonly eventType: string
  readonly orderId: string | null
  /** What the request was called in every report about it. */
  readonly requestId: string
  /** The bytes as they may be kept. */
  readonly body: Buffer
  /** The headers that the proof covered, by lower-case name: never a secret, a token or a signature. */
  readonly headers: Readonly<Record<string, string>>
  /** The confirmed event as JSON, where the bytes do not say by themselves which event it is; otherwise null. */
  readonly event: string | null
  /** Null where the request named none. */
  readonly traceContext: TraceContext | null
  /** When the request was read; null where the event is read back by the worker, and tells of a later moment. ISO 8601 in UTC. */
  readonly receivedAt: string | null
  /** ISO 8601 in UTC. */
  readonly enqueuedAt: string
  /** When the first of its runs failed, so that its day begins with it; null where none has. ISO 8601 in UTC. */
  readonly failingSince: string | null
}

/** What came of one run of a job. */
export type JobResult =
  /** The store knows the event now, or keeps it: the job is over. */
  | { readonly state: 'over' }
  /** To be run again. */
  | {
      readonly state: 'again'
      readonly inMs: number
      /** The job as it is to run then. */
      readonly job: QueueJob
    }

/**
 * Runs one job. Never rejects: a job whose run does not resolve, because its process ended, is taken up by another worker.
 *
 * @param lostRuns how many of its runs before this one ended without a result, one after the other
 */
export type RunJob = (job: QueueJob, lostRuns: number) => Promise<JobResult>

/** Jobs by what they wait for. */
export interface QueueCounts {
  /** Not taken up yet, or put off until their next run. */
  readonly waiting: number
  readonly active: number
  /** Those that the engine itself has given up: none, as long as nobody interferes. */
  readonly failed: number
}

/** Workers of one process. */
export interface QueueWorkers {
  /** Takes no further job, and resolves when those that run have ended and the engine knows it. */
  close(): Promise<void>
}

/**
 * An engine of the shop's that stores jobs and hands each out to one worker at a time, again where a worker died. It
 * decides nothing about a payment: which event may be handled is decided by the claim in the store.
 */
export interface Queue {
  /** Shown to the operator. */
  readonly name: string
  /** Prepares the engine, and refuses one that may forget. Awaited before the first job; repeated after a failure. */
  init(): Awaitable<void>
  /**
   * Resolves once the job is on disk: its sender is then told that the event is accepted. A job that is there already is the
   * same one, and one that the engine has given up begins anew. Rejects where that is not known.
   */
  enqueue(job: QueueJob): Awaitable<void>
  /** Begins to take up jobs, so many at a time. A run that answers `again` leaves the job to be run then, and is over only after that. */
  work(run: RunJob, options: { readonly concurrency: number }): Promise<QueueWorkers>
  counts(): Promise<QueueCounts>
  /** Rejects where what was stored may not stay. `init` and health checks ask it. @default nothing is asked */
  check?(): Awaitable<void>
  /** Closes what the queue itself opened. */
  close(): Awaitable<void>
}
