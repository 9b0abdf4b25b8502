/** The shop's own orders, with the columns by which the old and the new handler together ship each order once. */
import type Database from 'libsql'
import type { WebhookEvent } from 'express-payment-webhooks'
import { importPayment, openOrder, type OrderPayment, type OrderUpdate } from 'express-payment-webhooks/orders'

type Db = Database.Database

interface OrderRow {
  readonly id: string
  readonly total: string
  readonly currency: string
  readonly network: string
  /** The address that the buyer was shown, and the gateway's id for it. A callback contains one of the two. */
  readonly address: string
  readonly address_id: string
}

interface SavedRow extends OrderRow {
  readonly payment: string
}

/** Run it once, before anything else changes. */
export function prepareOrders(db: Db): void {
  inTransaction(db, () => {
    db.exec(`
      CREATE TABLE shipments (order_id TEXT PRIMARY KEY, shipped_at TEXT);
      ALTER TABLE orders ADD COLUMN payment TEXT;
      ALTER TABLE orders ADD COLUMN version INTEGER NOT NULL DEFAULT 0;
    `)
    addMissing(db)
  })
  importPaid(db)
}

/**
 * Adds a row for each order that only the old handler has marked as paid: the new handler and imports raise `version`. The date
 * says that the order is shipped, as in a shop that ships at once. If packers ship later, use another statement.
 * Then it opens the orders that the old checkout created.
 */
export function addMissing(db: Db): void {
  db.exec(`
    INSERT INTO shipments (order_id, shipped_at)
    SELECT id, CURRENT_TIMESTAMP FROM orders WHERE status = 'paid' AND version = 0
    ON CONFLICT DO NOTHING
  `)
  for (const row of db.prepare('SELECT * FROM orders WHERE payment IS NULL').all() as OrderRow[]) {
    db.prepare('UPDATE orders SET payment = ? WHERE id = ?').run(JSON.stringify(paymentOf(row)), row.id)
  }
}

/**
 * Imports the payments that the old handler marked as paid, under the names in its callbacks, so that a repeated callback adds
 * nothing. Call it once more after the last old instance has ended, for payments that came in the meantime.
 */
export function importPaid(db: Db): void {
  inTransaction(db, () => {
    for (const row of db.prepare("SELECT * FROM orders WHERE status = 'paid'").all() as SavedRow[]) {
      const paymentIds = [row.address_id, row.address]
      const paid = { provider: 'crypto-gateway', paymentIds, note: 'paid before' }
      const { order } = importPayment(JSON.parse(row.payment) as OrderPayment, paid)
      db.prepare('UPDATE orders SET payment = ?, version = ? WHERE id = ?').run(
        JSON.stringify(order),
        order.version,
        row.id,
      )
    }
  })
}

/** From now on, the checkout stores one with every new order. */
export function paymentOf(row: OrderRow): OrderPayment {
  return openOrder({
    orderId: row.id,
    expected: { amount: row.total, currency: row.currency },
    network: row.network,
    payments: [row.address_id, row.address].map((paymentId) => ({ provider: 'crypto-gateway', paymentId })),
  })
}

/** The row is the instruction to ship: packers work off the rows without `shipped_at`. A second row for an order does nothing. */
export function shipOnce(db: Db, orderId: string): void {
  db.prepare('INSERT INTO shipments (order_id) VALUES (?) ON CONFLICT DO NOTHING').run(orderId)
}

/** The methods that `orderUpdates` needs. */
export function ordersIn(db: Db) {
  return {
    find({ paymentId, orderId }: WebhookEvent): OrderPayment | null {
      // Values are passed as a list: a single null would be read as the list itself. In an address, letter case is a checksum.
      const row =
        db
          .prepare('SELECT payment FROM orders WHERE address_id = ? OR lower(address) = lower(?)')
          .get([paymentId, paymentId]) ?? db.prepare('SELECT payment FROM orders WHERE id = ?').get([orderId])
      return row === undefined ? null : (JSON.parse((row as { payment: string }).payment) as OrderPayment)
    },
    save(order: OrderPayment, update: OrderUpdate): boolean {
      return inTransaction(db, () => {
        const { changes } = db
          .prepare('UPDATE orders SET payment = ?, version = ?, status = ? WHERE id = ? AND version = ?')
          .run(JSON.stringify(order), order.version, order.status, order.orderId, order.version - 1)
        if (changes === 1 && update.firstConfirmed) shipOnce(db, order.orderId)
        return changes === 1
      })
    },
  }
}

function inTransaction<Result>(db: Db, run: () => Result): Result {
  db.exec('BEGIN IMMEDIATE')
  try {
    const result = run()
    db.exec('COMMIT')
    return result
  } catch (error) {
    db.exec('ROLLBACK')
    throw error
  }
}
