/** payments.ts: the part that the shop and its workers share. Payments wait in pg-boss, in the shop's own Postgres. */
import { Pool } from 'pg'
import PgBoss from 'pg-boss'
import { coinsPh, createReceiver } from 'express-payment-webhooks'
import { pgBossQueue } from 'express-payment-webhooks/queues/pg-boss'
import { postgresStore } from 'express-payment-webhooks/stores/postgres'

export async function openPayments(
  { DATABASE_URL = 'postgres://USER:PASSWORD@localhost/shop', COINS_PH_TOKEN } = process.env,
) {
  // Each running handler holds one connection of the pool.
  const pool = new Pool({
    connectionString: DATABASE_URL,
    max: 15,
    connectionTimeoutMillis: 1500,
    query_timeout: 1500,
    statement_timeout: 1500,
  })
  pool.on('error', (error) => console.error('postgres:', error.message))
  // A handler may take ten minutes, in one transaction.
  const store = postgresStore(pool, { transactional: true, transactionMs: 600_000 })
  await store.init() // first: if DATABASE_URL is wrong, its error names the fix

  const boss = new PgBoss({ connectionString: DATABASE_URL, maintenanceIntervalSeconds: 30 })
  boss.on('error', (error) => console.error('pg-boss:', error.message))
  await boss.start()
  const queue = pgBossQueue(boss)
  const receiver = createReceiver(coinsPh({ token: COINS_PH_TOKEN }), {
    store,
    queue,
    on: {
      async 'payment.confirmed'({ id, orderId }, { tx }) {
        // Committed together with the record that the event is done.
        await tx.query('INSERT INTO paid_orders (event_id, order_id) VALUES ($1, $2)', [id, orderId])
        console.log(`${orderId} is paid, and will be shipped`)
      },
    },
  })
  await queue.init()

  async function close() {
    await receiver.close()
    await boss.stop()
    await store.close()
    await pool.end()
  }
  return { store, receiver, queue, close }
}
