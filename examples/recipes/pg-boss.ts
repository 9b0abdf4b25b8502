/** Payments that wait in pg-boss, in the shop's own Postgres, until a worker handles them. */
import type { Pool, PoolClient } from 'pg'
import PgBoss from 'pg-boss'
import { coinsPh, createReceiver, type Handler, type WebhookEvent } from 'express-payment-webhooks'
import { pgBossQueue } from 'express-payment-webhooks/queues/pg-boss'
import { postgresStore } from 'express-payment-webhooks/stores/postgres'
import { startWorkers } from 'express-payment-webhooks/workers'

/** What the web process and the workers have in common: the first mounts `paymentWebhook(receiver)`, and either works. */
export async function paymentsByPgBoss(shop: {
  readonly pool: Pool
  readonly databaseUrl: string
  /** Of pg-boss and of the store. */
  readonly schema: string
  readonly token: string
  /** What it does on `tx` is committed together with the record that it was done. */
  readonly markPaid: Handler<WebhookEvent, PoolClient>
}) {
  const { pool, databaseUrl, schema, token, markPaid } = shop
  const boss = new PgBoss({ connectionString: databaseUrl, schema, maintenanceIntervalSeconds: 30 })
  boss.on('error', (error) => console.error('pg-boss:', error.message))
  await boss.start()
  const queue = pgBossQueue(boss)
  const store = postgresStore(pool, { table: `${schema}.payment_webhook_events`, transactional: true })
  const receiver = createReceiver(coinsPh({ token }), { store, queue, on: { 'payment.confirmed': markPaid } })
  await Promise.all([queue.init(), store.init()])
  return {
    queue,
    receiver,
    work: () => startWorkers([receiver], { concurrency: 20 }),
    /** After the workers have closed. */
    async close() {
      await receiver.close()
      await boss.stop({ graceful: true })
      await store.close()
    },
  }
}
