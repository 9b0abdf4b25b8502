/** Never runs, only compiles. No call needs a type argument, for any transaction that the store passes to handlers. */
import type { Pool, PoolClient } from 'pg'
import { cityPay, coinsPh, memoryStore, paymentWebhook } from '../../src/index.js'
import { orderUpdates, type OrderPayment } from '../../src/orders/index.js'
import { postgresStore } from '../../src/stores/postgres.js'
import { sqliteStore } from '../../src/stores/sqlite.js'

declare const pool: Pool
declare const db: Parameters<typeof sqliteStore>[0]
declare const order: OrderPayment
interface Context {
  readonly tx?: PoolClient | undefined
}
const provider = coinsPh({ token: process.env['SECRET'] })
const transactional = postgresStore(pool, { transactional: true })

// The types come from the parameters of find and save, written inline or before.
paymentWebhook(provider, {
  store: transactional,
  on: orderUpdates({
    find: async (event, { tx }: Context) => (await tx?.query<OrderPayment>('', [event.paymentIds]))?.rows[0],
    save: async (next, update, { tx }) => (await tx?.query('', [next.version, update.learned]))?.rowCount === 1,
  }),
})
const updates = orderUpdates({
  find: () => order,
  save: async (_order, _update, { tx }: Context) => (await tx?.query(''))?.rowCount === 1,
})
paymentWebhook(provider, { store: transactional, on: updates })
paymentWebhook(cityPay({ orderToken: () => null }), { store: transactional, on: updates })
paymentWebhook(provider, { store: transactional, on: { ...updates, 'payment.pending': () => {} } })
// As on docs/orders.md.
paymentWebhook(provider, {
  store: transactional,
  on: orderUpdates({ find: (_event, { tx }: { tx: PoolClient | undefined }) => tx && null, save: () => true }),
})
// @ts-expect-error Coins.ph never sends it
paymentWebhook(provider, { store: transactional, on: { ...updates, 'payment.refunded': (_event: object) => {} } })

// The store has to hand out what they take.
// @ts-expect-error no transaction at all
paymentWebhook(provider, { store: memoryStore(), on: updates })
// @ts-expect-error nor one of Postgres
paymentWebhook(provider, { store: sqliteStore(db), on: updates })

// Functions that ignore the transaction fit every store.
const plain = orderUpdates({ find: () => order, save: () => true, overdue: () => [order] })
paymentWebhook(provider, { store: transactional, on: plain })
paymentWebhook(provider, { store: postgresStore(pool), on: plain })
paymentWebhook(provider, { store: sqliteStore(db), on: plain })
paymentWebhook(provider, { store: memoryStore(), on: plain })
void plain.expireOverdue({ now: new Date() })

// @ts-expect-error save answers whether it saved
orderUpdates({ find: () => order, save: () => {} })
// @ts-expect-error find answers an order
orderUpdates({ find: () => 'ORDER-1', save: () => true })
