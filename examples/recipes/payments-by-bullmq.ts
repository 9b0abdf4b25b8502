/** payments.ts: the same for BullMQ, in the shop's own Redis. */
import { Queue, Worker } from 'bullmq'
import { Pool } from 'pg'
import { coinsPh, createReceiver } from 'express-payment-webhooks'
import { bullmqQueue } from 'express-payment-webhooks/queues/bullmq'
import { postgresStore } from 'express-payment-webhooks/stores/postgres'

export async function openPayments(
  {
    DATABASE_URL = 'postgres://USER:PASSWORD@localhost/shop',
    REDIS_URL = 'redis://localhost',
    COINS_PH_TOKEN,
  } = process.env,
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
  // A Redis with default settings is refused (CONFIG_STORE_UNSAFE). For development add `allowVolatile: true` here.
  const queue = bullmqQueue({ Queue, Worker, connection: { url: REDIS_URL } })
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
  // One after the other: BullMQ loads its Redis client here, which blocks the process; a connection attempt could time out.
  await store.init()
  await queue.init()

  async function close() {
    await receiver.close()
    await queue.close()
    await store.close()
    await pool.end()
  }
  return { store, receiver, queue, close }
}
