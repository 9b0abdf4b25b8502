/** The shops of the pages about queues, with effects in Postgres that show what happened, and how often. */
import pg from 'pg'
import { coinsPh } from '../../src/index.js'
import { postgresStore } from '../../src/stores/postgres.js'
import { sample, signedRequest } from '../../src/testing/index.js'
import { paymentsByBullmq } from '../../examples/recipes/bullmq.js'
import { paymentsByPgBoss } from '../../examples/recipes/pg-boss.js'

export interface QueueShopSetup {
  readonly engine: 'pg-boss' | 'bullmq'
  readonly databaseUrl: string
  /** Of the effects, and of whatever a shop keeps in Postgres. */
  readonly schema: string
  readonly redisUrl: string
}

const TOKEN = 'k7Jw2nVq9TzR4mXc8LpB3sYdF6gH1aQe'

/** What the sender of one payment posts. */
export function signedDelivery(id: string) {
  const payload = sample('coins-ph', 'payment.confirmed', { event: { data: { id } } })
  return signedRequest(coinsPh({ token: TOKEN }), payload)
}

export async function openQueueShop({ engine, databaseUrl, schema, redisUrl }: QueueShopSetup) {
  const pool = new pg.Pool({ connectionString: databaseUrl, max: 10 })
  pool.on('error', () => {})
  const markPaid = async ({ id }: { readonly id: string }, { tx }: { readonly tx: pg.PoolClient }) => {
    await new Promise((resolve) => setTimeout(resolve, 200))
    await tx.query(`INSERT INTO ${schema}.effects VALUES ($1)`, [id])
  }
  const common = { token: TOKEN, markPaid }
  const shop =
    engine === 'pg-boss'
      ? await paymentsByPgBoss({ ...common, pool, databaseUrl, schema })
      : await paymentsByBullmq({
          ...common,
          redisUrl,
          store: postgresStore(pool, { table: `${schema}.events`, transactional: true }),
        })
  return {
    ...shop,
    async close() {
      await shop.close()
      await pool.end()
    },
  }
}
