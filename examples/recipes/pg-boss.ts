/** Payment events into a pg-boss queue and out of it: one transaction in, one transaction out. */
import { createHash } from 'node:crypto'
import type { Pool, PoolClient } from 'pg'
import PgBoss from 'pg-boss'
import { RetryLater, type Handler, type WebhookEvent } from 'express-payment-webhooks'

export const QUEUE = 'payments'

/** Longer than a job ever takes. Jobs of a killed worker run again after it; pg-boss's own default is 15 minutes. */
const EXPIRE_SECONDS = 60

/** Call `start()`, and `createQueue(QUEUE)` before the shop listens. */
export function paymentBoss(options: PgBoss.ConstructorOptions): PgBoss {
  const boss = new PgBoss({ maintenanceIntervalSeconds: 30, ...options })
  boss.on('error', (error) => console.error('payment queue:', error.message))
  return boss
}

/** For a webhook with `postgresStore(pool, { transactional: true })` in the database that pg-boss uses. */
export function enqueueIn(boss: PgBoss): Handler<WebhookEvent, PoolClient> {
  return async (event, { tx, idempotencyKey }) => {
    const db = inside(tx)
    const id = jobIdOf(idempotencyKey)
    const job = { id, db, expireInSeconds: EXPIRE_SECONDS, retryLimit: 10, retryBackoff: true }
    const sent = await boss.send(QUEUE, event, job)
    // pg-boss says null to an id that it has, and also to a queue that it has not: that event would be lost.
    if (sent === null && (await boss.getJobById(QUEUE, id, { db, includeArchive: true })) === null)
      throw new RetryLater(`the queue ${QUEUE} does not exist`)
  }
}

/** Runs `act` for each job. What it does on `tx` is committed together with the end of the job, or not at all. */
export function workOn(
  boss: PgBoss,
  pool: Pool,
  act: (event: WebhookEvent, tx: PoolClient) => Promise<unknown>,
): Promise<string> {
  return boss.work<WebhookEvent>(QUEUE, async ([job]) => {
    const tx = await pool.connect()
    // Without a listener a connection that breaks meanwhile would end the process.
    const ignore = () => {}
    tx.on('error', ignore)
    try {
      await tx.query('BEGIN')
      await act(job!.data, tx)
      // Its types do not say it: how many jobs were active until now. None, when another run was first.
      const ended = await (boss.complete(QUEUE, job!.id, {}, { db: inside(tx) }) as Promise<unknown>)
      if ((ended as { affected: number }).affected !== 1) throw new Error(`job ${job!.id} has expired`)
      await tx.query('COMMIT')
      tx.off('error', ignore)
      tx.release()
    } catch (error) {
      // Closes the connection, which undoes the transaction.
      tx.release(error as Error)
      throw error
    }
  })
}

function inside(tx: PoolClient): PgBoss.Db {
  return { executeSql: (text, values) => tx.query(text, values) }
}

/** The same for the same event, in the form that pg-boss takes. */
function jobIdOf(idempotencyKey: string): string {
  const digits = createHash('sha256').update(idempotencyKey).digest('hex')
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, '$1-$2-$3-$4-$5')
}
