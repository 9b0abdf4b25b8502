/** pg-boss: jobs in the shop's Postgres. */
import { hash } from 'node:crypto'
import { ConfigurationError } from '../errors.js'
import { invalidOption } from '../lib/invalid-option.js'
import { rejectUnknown } from '../lib/reject-unknown.js'
import type { JobResult, Queue } from '../queue.js'
import { PgBossWorkers } from './internal/pg-boss-workers.js'
import { readyInTime } from './internal/ready-in-time.js'
import { jobOf, storedJob, type StoredJob } from './internal/stored-job.js'

export type { Queue } from '../queue.js'

/** The part of a pg-boss 10 instance that is needed here. */
export interface PgBossClient {
  send(name: string, data: object, options: any): Promise<string | null>
  fetch(name: string, options: { readonly batchSize: number; readonly includeMetadata: true }): Promise<FetchedJob[]>
  getJobById(name: string, id: string): Promise<{ readonly state: string } | null>
  deleteJob(name: string, id: string): Promise<unknown>
  retry(name: string, id: string): Promise<unknown>
  resume(name: string, id: string): Promise<unknown>
  createQueue(name: string, options?: any): Promise<unknown>
  getQueue(name: string): Promise<{ readonly policy?: string } | null>
  getQueueSize(name: string, options?: any): Promise<number>
  /** Exists, but is missing in its types. */
  countStates?(): Promise<{ readonly queues: Readonly<Record<string, Readonly<Record<string, number>>>> }>
  getDb(): { executeSql(text: string, values: any[]): Promise<{ rows: any[] }> }
}

interface FetchedJob {
  readonly id: string
  readonly data: any
  readonly retryCount: number
}

export interface PgBossQueueOptions {
  /** The name of the queue within pg-boss. @default 'payment-webhooks' */
  readonly name?: string | undefined
  /**
   * After this many seconds a job is given to another worker, because its own may have died; at most 82800 (23 hours).
   * A handler that runs longer is not run twice: the other worker finds its event busy and postpones the job.
   * @default 120
   */
  readonly expireInSeconds?: number | undefined
  /** How often workers look for jobs of other processes, in milliseconds, at least 100. @default 1000 */
  readonly pollMs?: number | undefined
  /**
   * True accepts a Postgres that answers before a job is on disk (`synchronous_commit` or `fsync` off). A power cut
   * then loses jobs that were acknowledged. @default false
   */
  readonly allowVolatile?: boolean | undefined
}

/** Long enough for workers that were stopped: pg-boss drops a job that nobody has fetched by then. */
const RETAINED_SECONDS = 10 * 365 * 24 * 60 * 60

/** If the worker of a job is lost again and again, our own worker ends the job, not pg-boss. */
const RETRY_LIMIT = 1_000_000

/** How often a job is stored again that ends at the same moment, before the sender has to retry. */
const MAX_TRIES = 3

/** Of the processes that create the queue together, one succeeds in each attempt; two attempts are enough for the others. */
const MAX_INITS = 5

/**
 * Keeps jobs in pg-boss 10. The caller owns the instance: start it before, and stop it after the workers.
 *
 * @throws ConfigurationError `CONFIG_OPTION_UNKNOWN`, `CONFIG_OPTION_INVALID`, and from `init` `CONFIG_STORE_UNSAFE`
 * @throws DeliveryError `QUEUE_UNAVAILABLE` from `init`, if Postgres does not answer within five seconds
 * @example
 * ```ts
 * import PgBoss from 'pg-boss'
 * import { pgBossQueue } from 'express-payment-webhooks/queues/pg-boss'
 *
 * const boss = new PgBoss({ connectionString: process.env.DATABASE_URL!, maintenanceIntervalSeconds: 30 })
 * boss.on('error', (error) => console.error('pg-boss:', error.message))
 * await boss.start()
 * const queue = pgBossQueue(boss)
 * ```
 */
export function pgBossQueue(boss: PgBossClient, options: PgBossQueueOptions = {}): Queue {
  const { name, expireInSeconds, pollMs, allowVolatile } = checked(boss, options)
  const sendOptions = { expireInSeconds, retryLimit: RETRY_LIMIT, retryDelay: 0, retentionSeconds: RETAINED_SECONDS }
  const workers = new Set<PgBossWorkers<FetchedJob>>()

  /** Resolves once a job with this id waits or runs, either this one or an earlier one. */
  const store = async (id: string, data: StoredJob, startAfter = 0): Promise<void> => {
    for (let tries = 0; tries < MAX_TRIES; tries++) {
      if ((await boss.send(name, data, { id, startAfter, ...sendOptions })) !== null) return
      // Null for an id that exists already, and also for a queue that does not exist.
      const known = await boss.getJobById(name, id)
      if (known !== null && (await isPending(known.state, id))) return
    }
    throw new Error(`pg-boss did not store the job: is there a queue ${name}?`)
  }

  const isPending = async (state: string, id: string): Promise<boolean> => {
    if (state === 'created' || state === 'retry' || state === 'active') return true
    if (state === 'failed') await boss.retry(name, id)
    else if (state === 'cancelled') await boss.resume(name, id)
    // Ended by somebody else: our own worker would have removed it.
    else await boss.deleteJob(name, id)
    return false
  }

  /** Stores the following job before this one is deleted, so that no job is lost in between. */
  const finish = async (id: string, result: JobResult): Promise<void> => {
    if (result.state === 'again') {
      const { job, inMs } = result
      await store(nextId(job.id, id), storedJob(job), Math.ceil(inMs / 1000))
    }
    await boss.deleteJob(name, id)
  }

  /** Several processes that create it at once wait for one another's locks, and Postgres ends all but one of them. */
  const madeQueue = async () => {
    for (let tries = 1; ; tries++) {
      const made = await boss.getQueue(name)
      if (made !== null) return made
      try {
        await boss.createQueue(name, { policy: 'standard' })
      } catch (error) {
        if (tries >= MAX_INITS) throw error
      }
      if (tries > MAX_INITS) throw new Error(`pg-boss did not make the queue ${name}`)
    }
  }

  const check = async () => {
    const answer = await boss
      .getDb()
      .executeSql("SELECT current_setting('synchronous_commit') AS commit, current_setting('fsync') AS fsync", [])
    // The answer of an instance that is not started.
    if ((answer as typeof answer | undefined) === undefined)
      invalidOption('pgBossQueue', 'pg-boss is not started: call start() first')
    const { commit, fsync } = answer.rows[0] as { commit: string; fsync: string }
    if (allowVolatile || (commit !== 'off' && fsync !== 'off')) return
    const which = fsync === 'off' ? 'fsync' : 'synchronous_commit'
    throw new ConfigurationError(
      'CONFIG_STORE_UNSAFE',
      `pgBossQueue: ${which} is off, so a power cut loses jobs that were acknowledged. Turn it on for the connections of pg-boss, or pass allowVolatile: true`,
    )
  }

  const prepare = async () => {
    await check()
    const { policy = 'standard' } = await madeQueue()
    if (policy === 'standard') return
    invalidOption('pgBossQueue', `the queue ${name} has the policy ${policy}, which drops jobs: it must be standard`)
  }

  return {
    name: 'pg-boss',
    check,

    async init() {
      await readyInTime({ where: 'pgBossQueue', server: 'Postgres', address: 'what pg-boss connects to' }, prepare)
    },

    async enqueue(job) {
      await store(uuidOf(job.id), storedJob(job))
      for (const one of workers) one.look()
    },

    work(run, { concurrency }) {
      const working = new PgBossWorkers({
        concurrency,
        pollMs,
        patienceMs: expireInSeconds * 1000,
        fetch: (batchSize) => boss.fetch(name, { batchSize, includeMetadata: true }),
        run: ({ data, retryCount }) => run(jobOf(data as StoredJob), retryCount),
        finish,
      })
      workers.add(working)
      return Promise.resolve({
        close() {
          workers.delete(working)
          return working.close()
        },
      })
    },

    async counts() {
      const [waiting, unfinished, states] = await Promise.all([
        boss.getQueueSize(name, { before: 'active' }),
        boss.getQueueSize(name, { before: 'completed' }),
        boss.countStates?.(),
      ])
      return { waiting, active: unfinished - waiting, failed: states?.queues[name]?.['failed'] ?? 0 }
    },

    close() {},
  }
}

function checked(boss: PgBossClient, options: PgBossQueueOptions) {
  const where = 'pgBossQueue'
  rejectUnknown(where, options, ['name', 'expireInSeconds', 'pollMs', 'allowVolatile'])
  const methods = ['send', 'fetch', 'getJobById', 'deleteJob', 'createQueue', 'getQueue', 'getQueueSize'] as const
  const missing = methods.filter((method) => typeof (boss as Partial<PgBossClient> | null)?.[method] !== 'function')
  if (missing.length > 0) {
    invalidOption(where, `it needs an instance of pg-boss 10: this one has no ${missing.join('() and ')}()`)
  }
  const { name = 'payment-webhooks', expireInSeconds = 120, pollMs = 1000, allowVolatile = false } = options
  if (typeof name !== 'string' || !/^[\w-]{1,100}$/.test(name)) {
    invalidOption(where, 'name must be up to 100 letters, digits and _ -')
  }
  if (!(Number.isSafeInteger(expireInSeconds) && expireInSeconds >= 1 && expireInSeconds <= 82_800)) {
    invalidOption(where, 'expireInSeconds must be a whole number from 1 to 82800')
  }
  if (!(Number.isSafeInteger(pollMs) && pollMs >= 100)) invalidOption(where, 'pollMs must be a whole number from 100')
  if (typeof allowVolatile !== 'boolean') invalidOption(where, 'allowVolatile must be true or false')
  return { name, expireInSeconds, pollMs, allowVolatile }
}

/** pg-boss identifies jobs by UUIDs. */
function uuidOf(id: string): string {
  return hash('sha256', id).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, '$1-$2-$3-$4-$5')
}

/**
 * Ids for a job that runs again: its own id is still taken, so it uses two others in turn. If the job is delivered once
 * more meanwhile and fails as well, it becomes the waiting job instead of a second one.
 */
function nextId(id: string, current: string): string {
  const [one, other] = [uuidOf(`${id} again`), uuidOf(`${id} and again`)] as const
  return current === one ? other : one
}
