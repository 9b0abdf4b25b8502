/** Payment events into a pg-boss queue: claim, job and completion are one transaction. */
import type { PoolClient } from 'pg'
import type PgBoss from 'pg-boss'
import type { Handler, WebhookEvent } from 'express-payment-webhooks'

export const QUEUE = 'payments'

/** For a webhook with `postgresStore(pool, { transactional: true })` in the database that pg-boss uses. */
export function enqueueIn(boss: PgBoss): Handler<WebhookEvent, PoolClient> {
  return async (event, { tx }) => {
    const db = { executeSql: (text: string, values: unknown[]) => tx.query(text, values) }
    await boss.send(QUEUE, event, { db, retryLimit: 10, retryBackoff: true })
  }
}
