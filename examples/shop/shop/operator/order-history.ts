/** Reads for the operator: searches, lists and histories of orders. */
import { canonicalId, type OrderStatus } from 'express-payment-webhooks/orders'
import { sql, type Database } from '../database/database.js'
import { namedOrder } from '../orders/order-names.js'
import { orderOf } from '../orders/order-rows.js'
import type { ShopOrder } from '../orders/order.js'
import type { AuditEntry, MailView, OperatorOrderRow } from '../views/operator/props.js'

const PAGE = 50

export interface OrderPageOfList {
  readonly orders: readonly OperatorOrderRow[]
  readonly next: string | null
}

export function createOrderHistory(db: Database) {
  return {
    /** Finds orders by a reference, an address, or an id of a payment or an event. */
    async search(text: string): Promise<readonly OperatorOrderRow[]> {
      const reference = namedOrder(text.toUpperCase()) ?? text.toUpperCase()
      const rows = await db.rows(sql`SELECT * FROM orders
        WHERE reference = ${reference} OR lower(email) = ${text.toLowerCase()}
        OR id IN (SELECT order_id FROM payments WHERE payment_id = ${canonicalId(text)})
        OR id IN (SELECT order_id FROM audit WHERE event_id = ${text})
        ORDER BY placed_at DESC, id DESC LIMIT ${PAGE}`)
      return rows.map(orderOf).map(rowOf)
    },

    /** Newest first, starting after the order `before`. */
    async list(status: OrderStatus | null, before: string | null): Promise<OrderPageOfList> {
      const rows = await db.rows(sql`SELECT * FROM orders
        WHERE (status = ${status ?? ''} OR ${status ?? ''} = '')
        AND (${before ?? ''} = '' OR (placed_at, id) < (SELECT placed_at, id FROM orders WHERE id = ${before ?? ''}))
        ORDER BY placed_at DESC, id DESC LIMIT ${PAGE + 1}`)
      const orders = rows.slice(0, PAGE).map(orderOf)
      return {
        orders: orders.map(rowOf),
        next: rows.length > PAGE ? (orders.at(-1)?.id ?? null) : null,
      }
    },

    async counts(): Promise<Partial<Record<OrderStatus, number>>> {
      const rows = await db.rows(sql`SELECT status, COUNT(*) AS number FROM orders GROUP BY status`)
      return Object.fromEntries(rows.map((row) => [row['status'], Number(row['number'])]))
    },

    async auditOf(orderId: string): Promise<AuditEntry[]> {
      const rows = await db.rows(sql`SELECT * FROM audit WHERE order_id = ${orderId} ORDER BY id`)
      return rows.map((row) => ({
        at: row['at'] as string,
        from: row['from_status'] as OrderStatus,
        to: row['to_status'] as OrderStatus,
        eventId: row['event_id'] as string | null,
        eventType: row['event_type'] as string | null,
        note: row['note'] as string | null,
      }))
    },

    async mailsOf(orderId: string): Promise<MailView[]> {
      const rows = await db.rows(sql`SELECT * FROM outbox WHERE order_id = ${orderId} ORDER BY id`)
      return rows.map((row) => ({
        createdAt: row['created_at'] as string,
        subject: row['subject'] as string,
        sentAt: row['sent_at'] as string | null,
        attempts: Number(row['attempts']),
      }))
    },

    async shippedAt(orderId: string): Promise<string | null> {
      const [row] = await db.rows(sql`SELECT shipped_at FROM shipments WHERE order_id = ${orderId}`)
      return (row?.['shipped_at'] ?? null) as string | null
    },
  }
}

function rowOf({ id, reference, placedAt, provider, email, payment }: ShopOrder): OperatorOrderRow {
  const { status, expected, received } = payment
  return { id, reference, placedAt, provider, email, status, expected, received }
}

export type OrderHistory = ReturnType<typeof createOrderHistory>
