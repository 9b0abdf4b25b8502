/** Where a shop keeps its orders: the compare-and-set that `save` asks for, in a real database. */
import Database from 'libsql'
import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { Pool, type PoolClient } from 'pg'
import type { DurableStore } from '../../src/store.js'
import { postgresStore } from '../../src/stores/postgres.js'
import { sqliteStore } from '../../src/stores/sqlite.js'
import type { OrderContext, OrderPayment, OrderUpdate } from '../../src/orders/index.js'
import { DATABASE_URL } from './services.js'

/** One process's way to the orders. Shipping is written with the order, and would show if it happened twice. */
export interface OrderTable<Tx> {
  readonly store: DurableStore<Tx>
  find(orderId: string | null, context?: OrderContext<Tx>): Promise<OrderPayment | null>
  add(order: OrderPayment): Promise<void>
  save(order: OrderPayment, update: OrderUpdate, context: OrderContext<Tx>): Promise<boolean>
  shipments(orderId: string): Promise<number>
  close(): Promise<void>
}

export interface OrderDatabase<Tx> {
  open(): Promise<OrderTable<Tx>>
  drop(): Promise<void>
}

export function sqliteOrders(): OrderDatabase<undefined> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'orders_'))
  return {
    async open() {
      const db = new Database(path.join(folder, 'shop.db'))
      db.exec('PRAGMA journal_mode = WAL; PRAGMA busy_timeout = 5000')
      db.exec(
        'CREATE TABLE IF NOT EXISTS orders (id TEXT PRIMARY KEY, payment TEXT NOT NULL, version INTEGER NOT NULL)',
      )
      db.exec('CREATE TABLE IF NOT EXISTS shipments (order_id TEXT NOT NULL)')
      const write = <Result>(work: () => Result): Result => {
        db.exec('BEGIN IMMEDIATE')
        try {
          const result = work()
          db.exec('COMMIT')
          return result
        } catch (error) {
          db.exec('ROLLBACK')
          throw error
        }
      }
      return {
        store: sqliteStore(db),
        async find(orderId) {
          const row = db.prepare('SELECT payment FROM orders WHERE id = ?').get(orderId ?? '') as
            { payment: string } | undefined
          return row === undefined ? null : (JSON.parse(row.payment) as OrderPayment)
        },
        async add(order) {
          write(() =>
            db.prepare('INSERT INTO orders VALUES (?, ?, ?)').run(order.orderId, JSON.stringify(order), order.version),
          )
        },
        async save(order, update) {
          return write(() => {
            const { changes } = db
              .prepare('UPDATE orders SET payment = ?, version = ? WHERE id = ? AND version = ?')
              .run(JSON.stringify(order), order.version, order.orderId, order.version - 1)
            if (changes === 0) return false
            if (update.firstConfirmed) db.prepare('INSERT INTO shipments VALUES (?)').run(order.orderId)
            return true
          })
        },
        async shipments(orderId) {
          const row = db.prepare('SELECT count(*) AS count FROM shipments WHERE order_id = ?').get(orderId)
          return (row as { count: number }).count
        },
        async close() {
          db.close()
        },
      }
    },
    async drop() {
      rmSync(folder, { recursive: true })
    },
  }
}

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
