/** Stores of a shop's orders: the compare-and-set that `save` requires, in a real database. */
import Database from 'libsql'
import { mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import type { DurableStore } from '../../src/store.js'
import { sqliteStore } from '../../src/stores/sqlite.js'
import type { OrderContext, OrderPayment, OrderUpdate } from '../../src/orders/index.js'

/** One process's access to the orders. A shipment is written with the order, so a second one would show. */
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
