/** Orders in Drizzle, paid in Drizzle's own transaction, together with a note that the event is done. */
import { eq } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/node-postgres'
import { pgTable, text, timestamp } from 'drizzle-orm/pg-core'
import type { Pool } from 'pg'
import { coinsPh, paymentWebhook, UnknownOrder, type DurableStore } from 'express-payment-webhooks'

const orders = pgTable('orders', { id: text('id').primaryKey(), status: text('status').notNull() })
const handledEvents = pgTable('handled_event', {
  key: text('key').primaryKey(),
  at: timestamp('at', { withTimezone: true }).notNull().defaultNow(),
})

export function drizzleShop(pool: Pool, store: DurableStore<unknown>, token: string) {
  const db = drizzle({ client: pool })
  return paymentWebhook(coinsPh({ token }), {
    store,
    on: {
      async 'payment.confirmed'({ orderId }, { idempotencyKey: key }) {
        await db.transaction(async (tx) => {
          const note = await tx.insert(handledEvents).values({ key }).onConflictDoNothing().returning()
          // An earlier run got this far, but its process ended before the store was updated.
          if (note.length === 0) return
          const order = eq(orders.id, orderId ?? '')
          const paid = await tx.update(orders).set({ status: 'paid' }).where(order).returning()
          if (paid.length === 0) throw new UnknownOrder(`there is no order ${orderId}`)
        })
      },
    },
  })
}
