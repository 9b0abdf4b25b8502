/** Orders in Drizzle, paid in the same transaction that records the event: both or neither. */
import { eq } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/node-postgres'
import { pgTable, text } from 'drizzle-orm/pg-core'
import type { Pool } from 'pg'
import { coinsPh, paymentWebhook, UnknownOrder } from 'express-payment-webhooks'
import { postgresStore } from 'express-payment-webhooks/stores/postgres'

const orders = pgTable('orders', { id: text('id').primaryKey(), status: text('status').notNull() })

export function drizzleShop(pool: Pool, token: string) {
  return paymentWebhook(coinsPh({ token }), {
    store: postgresStore(pool, { transactional: true }),
    on: {
      async 'payment.confirmed'({ orderId }, { tx }) {
        // Use the claim's connection, not the pool: another connection would commit separately.
        const db = drizzle({ client: tx })
        const paid = db.update(orders).set({ status: 'paid' })
        const rows = await paid.where(eq(orders.id, orderId ?? '')).returning({ id: orders.id })
        if (rows.length === 0) throw new UnknownOrder(`there is no order ${orderId}`)
      },
    },
  })
}
