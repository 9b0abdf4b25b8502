/** Workers of the queue recipes, in this process or in one that is killed. */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { Pool, type PoolClient } from 'pg'
import { postgresStore } from '../../src/stores/postgres.js'
import * as bullmq from '../../examples/recipes/bullmq.js'
import * as pgBoss from '../../examples/recipes/pg-boss.js'

export interface QueueWorkerSetup {
  readonly databaseUrl: string
  /** Of the effects; the tables of jobs and of pg-boss are beside it. */
  readonly schema: string
  /** Of the BullMQ queue; without it the worker is one of pg-boss. */
  readonly redisUrl?: string
}

export async function actOn(schema: string, tx: PoolClient, eventId: string): Promise<void> {
  await tx.query(`INSERT INTO ${schema}.effects VALUES ($1)`, [eventId])
}

export async function startWorker(
  { databaseUrl, schema, redisUrl }: QueueWorkerSetup,
  act: Parameters<typeof pgBoss.workOn>[2],
): Promise<{ close(): Promise<void> }> {
  const pool = new Pool({ connectionString: databaseUrl, max: 2 })
  if (redisUrl === undefined) {
    const boss = pgBoss.paymentBoss({ connectionString: databaseUrl, schema: `${schema}_boss`, schedule: false })
    await boss.start()
    await pgBoss.workOn(boss, pool, act)
    return {
      async close() {
        await boss.stop({ graceful: true, wait: true })
        await pool.end()
      },
    }
  }
  const store = postgresStore(pool, { table: `${schema}.jobs`, transactional: true })
  await store.init()
  const worker = bullmq.paymentWorker(redisUrl, store, act)
  return {
    async close() {
      await worker.close()
      await store.close()
      await pool.end()
    },
  }
}

/** A process that takes a job, acts on it and is killed before the end. */
export async function actAndDie(setup: QueueWorkerSetup): Promise<void> {
  const child = fork(path.join(__dirname, 'queue-worker.ts'), [JSON.stringify(setup)], {
    execArgv: ['--import', 'tsx'],
  })
  await once(child, 'message')
  child.kill('SIGKILL')
  await once(child, 'exit')
}
