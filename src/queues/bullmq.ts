/** BullMQ: jobs in the shop's Redis. */
import { clock } from '../lib/clock.js'
import { invalidOption } from '../lib/invalid-option.js'
import { rejectUnknown } from '../lib/reject-unknown.js'
import type { Queue, QueueJob, RunJob } from '../queue.js'
import { redisSafety } from '../stores/internal/redis-safety.js'
import { connectionFor, type ConnectionChoice } from './internal/bullmq-connection.js'
import { readyInTime } from './internal/ready-in-time.js'
import { jobOf, storedJob, type StoredJob } from './internal/stored-job.js'
import { warnings } from './internal/warnings.js'

export type { Queue } from '../queue.js'

/** What a `Queue` of BullMQ has that matters here. */
interface BullQueue {
  add(name: string, data: any, options: any): Promise<BullJob>
  getJobCounts(...types: any[]): Promise<Readonly<Record<string, number>>>
  waitUntilReady(): Promise<unknown>
  on(event: any, listener: any): unknown
  close(): Promise<unknown>
}

interface BullJob {
  readonly data: any
  /** How often its worker was not heard of in time. */
  readonly stalledCounter?: number
  isFailed(): Promise<boolean>
  retry(state?: any): Promise<unknown>
  updateData(data: any): Promise<unknown>
  moveToDelayed(timestamp: number, token?: string): Promise<unknown>
}

interface BullWorker {
  on(event: any, listener: any): unknown
  close(): Promise<unknown>
}

export interface BullmqQueueOptions {
  /** The classes of the shop's own BullMQ: `import { Queue, Worker } from 'bullmq'`. */
  readonly Queue: new (name: string, options: any) => BullQueue
  readonly Worker: new (
    name: string,
    processor: (job: any, token?: string) => Promise<unknown>,
    options: any,
  ) => BullWorker
  /**
   * Where Redis is, as BullMQ takes it: `{ url }`, or host, port, password and so on. Storing a job and waiting for one need
   * connections with opposite settings, and each gets its own. Or a function that answers either: one that fails at once
   * while Redis is away to store jobs, and for workers one that waits.
   */
  readonly connection: ConnectionChoice
  /** The name of the queue within BullMQ. @default 'payment-webhooks' */
  readonly name?: string
  /** What all keys of BullMQ begin with. @default BullMQ's own */
  readonly prefix?: string
  /** True accepts a Redis that may forget, as `redisStore` does. @default false */
  readonly allowVolatile?: boolean
}

/** Of a job: BullMQ's own ends would have it lie among its failed jobs, so there is none. */
const NEVER = 1_000_000

/** A killed worker's job is taken up by another within this time and `STALLED_INTERVAL_MS`, in milliseconds. */
const LOCK_MS = 30_000
const STALLED_INTERVAL_MS = 15_000

/** What BullMQ keeps beside the job itself. */
interface Data extends StoredJob {
  /** How often it had stalled before the run that last answered. */
  readonly stalls: number
}

/**
 * Keeps jobs in BullMQ 5 or 6.
 *
 * `init` refuses a Redis that evicts keys, or that does not have every command on disk before it answers, as `redisStore`
 * does. The queue closes what it opened: close it after the workers.
 *
 * @throws ConfigurationError `CONFIG_OPTION_UNKNOWN`, `CONFIG_OPTION_INVALID`, and from `init` `CONFIG_STORE_UNSAFE`
 * @throws DeliveryError `QUEUE_UNAVAILABLE` from `init`, where Redis does not answer within five seconds
 * @example
 * ```ts
 * import { Queue, Worker } from 'bullmq'
 * import { bullmqQueue } from 'express-payment-webhooks/queues/bullmq'
 *
 * const queue = bullmqQueue({ Queue, Worker, connection: { url: process.env.REDIS_URL } })
 * ```
 */
export function bullmqQueue(options: BullmqQueueOptions): Queue {
  const { Queue, Worker, connection, name, prefix, allowVolatile } = checked(options)
  const warn = warnings('bullmqQueue')
  const naming = prefix === undefined ? {} : { prefix }
  let opened: BullQueue | undefined
  let lastError: unknown
  const queue = () => {
    if (opened === undefined) {
      opened = new Queue(name, { connection: connectionFor(connection, 'enqueue'), ...naming })
      opened.on('error', (error: unknown) => {
        lastError = error
        warn(error)
      })
    }
    return opened
  }
  const isSafe = redisSafety(
    {
      info: async () => String(await (await clientOf(queue())).info()),
      config: async (setting) => {
        const client = await clientOf(queue())
        if (typeof client.config !== 'function') throw new Error('ERR this client does not ask for settings')
        return client.config('GET', setting)
      },
    },
    'bullmqQueue',
  )
  const check = async () => {
    if (!allowVolatile) await isSafe()
  }

  return {
    name: 'bullmq',
    check,

    async init() {
      await readyInTime(
        { where: 'bullmqQueue', server: 'Redis', address: 'the option connection', lastError: () => lastError },
        async () => {
          await queue().waitUntilReady()
          await check()
        },
      )
    },

    async enqueue(job) {
      const data: Data = { ...storedJob(job), stalls: 0 }
      const added = await queue().add(job.provider, data, {
        jobId: job.id,
        attempts: NEVER,
        backoff: { type: 'fixed', delay: 5000 },
        removeOnComplete: true,
        removeOnFail: false,
      })
      if (await added.isFailed()) await added.retry('failed')
    },

    async work(run, { concurrency }) {
      const patient = connectionFor(connection, 'work')
      await queue().waitUntilReady()
      const worker = new Worker(name, (job: BullJob, token) => work(run, job, token), {
        connection: patient,
        ...naming,
        concurrency,
        lockDuration: LOCK_MS,
        stalledInterval: STALLED_INTERVAL_MS,
        maxStalledCount: NEVER,
      })
      worker.on('error', warn)
      return { close: async () => void (await worker.close()) }
    },

    async counts() {
      const counts = await queue().getJobCounts('waiting', 'paused', 'prioritized', 'delayed', 'active', 'failed')
      const of = (...states: string[]) => states.reduce((sum, state) => sum + (counts[state] ?? 0), 0)
      return {
        waiting: of('waiting', 'paused', 'prioritized', 'delayed'),
        active: of('active'),
        failed: of('failed'),
      }
    },

    async close() {
      await opened?.close()
      opened = undefined
    },
  }
}

async function work(run: RunJob, job: BullJob, token: string | undefined): Promise<void> {
  const { stalls, ...stored } = job.data as Data
  const stalled = job.stalledCounter ?? 0
  const result = await run(jobOf(stored), stalled - stalls)
  if (result.state === 'over') return
  await job.updateData(dataOf(result.job, stalled))
  await job.moveToDelayed(clock.now() + result.inMs, token)
  // By its name BullMQ knows that the job has been moved, and that there is nothing to record.
  throw Object.assign(new Error('the job runs again later'), { name: 'DelayedError' })
}

function dataOf(job: QueueJob, stalls: number): Data {
  return { ...storedJob(job), stalls }
}

interface RedisClient {
  info(): Promise<unknown>
  /** Only ioredis has it: what others do not say, nobody knows. */
  config?(get: 'GET', setting: string): Promise<unknown>
}

/** A queue of BullMQ 5 has its client itself, and one of 6 in its backend. */
async function clientOf(queue: BullQueue): Promise<RedisClient> {
  type Holder = { readonly client?: Promise<RedisClient> }
  const { client, backend } = queue as Holder & { readonly backend?: Holder }
  return (await (client ?? backend?.client))!
}

function checked(
  options: BullmqQueueOptions,
): BullmqQueueOptions & Required<Pick<BullmqQueueOptions, 'name' | 'allowVolatile'>> {
  const where = 'bullmqQueue'
  rejectUnknown(where, options, ['Queue', 'Worker', 'connection', 'name', 'prefix', 'allowVolatile'])
  const { Queue, Worker, name = 'payment-webhooks', allowVolatile = false } = options
  if (typeof Queue !== 'function' || typeof Worker !== 'function') {
    invalidOption(where, "Queue and Worker must be the classes of BullMQ: import { Queue, Worker } from 'bullmq'")
  }
  if (typeof name !== 'string' || !/^[\w-]{1,100}$/.test(name)) {
    invalidOption(where, 'name must be up to 100 letters, digits and _ -')
  }
  if (typeof allowVolatile !== 'boolean') invalidOption(where, 'allowVolatile must be true or false')
  connectionFor(options.connection, null)
  return { ...options, name, allowVolatile }
}
