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

/** The part of a BullMQ `Queue` that is needed here. */
interface BullQueue {
  add(name: string, data: any, options: any): Promise<BullJob>
  getJobCounts(...types: any[]): Promise<Readonly<Record<string, number>>>
  waitUntilReady(): Promise<unknown>
  on(event: any, listener: any): unknown
  close(): Promise<unknown>
}

interface BullJob {
  readonly data: any
  /** How often the job's worker did not renew its lock in time. */
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
   * The address of Redis, as BullMQ takes it: `{ url }`, or host, port, password and so on. Storing a job and waiting
   * for one need connections with opposite settings, so each gets its own.
   * Or a function that returns a connection for either use. The one for storing jobs must fail at once while Redis is
   * unreachable; the one for workers must wait.
   */
  readonly connection: ConnectionChoice
  /** The name of the queue within BullMQ. @default 'payment-webhooks' */
  readonly name?: string | undefined
  /** The prefix of all keys of BullMQ. @default BullMQ's own */
  readonly prefix?: string | undefined
  /** True accepts a Redis that may forget, as in `redisStore`. @default false */
  readonly allowVolatile?: boolean | undefined
}

/**
 * Attempts per job. The queue retries jobs itself: after its own limit, BullMQ would leave a job among the failed ones.
 */
const NEVER = 1_000_000

/** If a worker is killed, another takes up its job within this time and `STALLED_INTERVAL_MS`, in milliseconds. */
const LOCK_MS = 30_000
const STALLED_INTERVAL_MS = 15_000

/** The data that BullMQ keeps for a job. */
interface Data extends StoredJob {
  /** How often the job had stalled before the last run that returned. */
  readonly stalls: number
}

/**
 * Keeps jobs in BullMQ 5 or 6.
 *
 * `init` refuses a Redis that evicts keys, or that answers before every command is on disk, as `redisStore` does. The
 * queue closes the connections that it opened: close it after the workers.
 *
 * @throws ConfigurationError `CONFIG_OPTION_UNKNOWN`, `CONFIG_OPTION_INVALID`, and from `init` `CONFIG_STORE_UNSAFE`
 * @throws DeliveryError `QUEUE_UNAVAILABLE` from `init`, if Redis does not answer within five seconds
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
        if (typeof client.config !== 'function') throw new Error('ERR this client cannot read settings')
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
  // This error name tells BullMQ that the job has been moved and has no result to record.
  throw Object.assign(new Error('the job runs again later'), { name: 'DelayedError' })
}

function dataOf(job: QueueJob, stalls: number): Data {
  return { ...storedJob(job), stalls }
}

interface RedisClient {
  info(): Promise<unknown>
  /** Only ioredis has it. With other clients the setting stays unknown. */
  config?(get: 'GET', setting: string): Promise<unknown>
}

/** In BullMQ 5 the queue holds its client itself; in BullMQ 6 its backend does. */
async function clientOf(queue: BullQueue): Promise<RedisClient> {
  type Holder = { readonly client?: Promise<RedisClient> }
  const { client, backend } = queue as Holder & { readonly backend?: Holder }
  return (await (client ?? backend?.client))!
}

function checked(options: BullmqQueueOptions) {
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
