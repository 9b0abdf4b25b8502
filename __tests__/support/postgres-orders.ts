/** The orders of a shop in Postgres, written in the transaction of the claim. */
import { randomUUID } from 'node:crypto'
import { Pool, type PoolClient } from 'pg'
import type { OrderPayment } from '../../src/orders/index.js'
import { postgresStore } from '../../src/stores/postgres.js'
import type { OrderDatabase } from './order-tables.js'
import { DATABASE_URL } from './services.js'

export function postgresOrders(): OrderDatabase<PoolClient> {
  const name = `orders_${randomUUID().replaceAll('-', '').slice(0, 12)}`
  const run = async (sql: string) => {
    const pool = new Pool({ connectionString: DATABASE_URL, max: 1 })
    await pool.query(sql)
    await pool.end()
  }
  let created: Promise<void> | undefined
  return {
    async open() {
      created ??= run(
        `CREATE TABLE ${name} (id TEXT PRIMARY KEY, payment JSONB NOT NULL, version INTEGER NOT NULL);
         CREATE TABLE ${name}_shipments (order_id TEXT NOT NULL)`,
      )
      await created
      const pool = new Pool({ connectionString: DATABASE_URL, max: 5, query_timeout: 5000 })
      return {
        store: postgresStore(pool, { table: `${name}_events`, transactional: true }),
        async find(orderId, context) {
          const { rows } = await (context?.tx ?? pool).query(`SELECT payment FROM ${name} WHERE id = $1`, [orderId])
          return (rows[0]?.payment as OrderPayment | undefined) ?? null
        },
        async add(order) {
          await pool.query(`INSERT INTO ${name} VALUES ($1, $2, $3)`, [order.orderId, order, order.version])
        },
        async save(order, update, { tx }) {
          const client = tx ?? pool
          const { rowCount } = await client.query(
            `UPDATE ${name} SET payment = $2, version = $3 WHERE id = $1 AND version = $3 - 1`,
            [order.orderId, order, order.version],
          )
          if (rowCount === 0) return false
          if (update.firstConfirmed) await client.query(`INSERT INTO ${name}_shipments VALUES ($1)`, [order.orderId])
          return true
        },
        async shipments(orderId) {
          const { rows } = await pool.query(
            `SELECT count(*)::int AS count FROM ${name}_shipments WHERE order_id = $1`,
            [orderId],
          )
          return rows[0].count as number
        },
        close: () => pool.end(),
      }
    },
    drop: () => run(`DROP TABLE IF EXISTS ${name}, ${name}_shipments, ${name}_events`),
  }
}
