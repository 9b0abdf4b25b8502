/** From webhook events and the clock to saved orders: the package's lifecycle over the shop's database. */
import { orderUpdates, type OrderUpdates, type SettlePolicy } from 'express-payment-webhooks/orders'
import type { Transaction } from '../database/database.js'
import type { Orders } from './orders.js'
import type { ReadBacks } from './read-backs.js'

/** Exact payment, provider's word for confirmations; what comes too late or is in doubt waits for the operator. */
export const POLICY: SettlePolicy = {}

export function createLifecycle(orders: Orders, readBacks: ReadBacks): OrderUpdates<Transaction> {
  return orderUpdates<Transaction>({
    policy: POLICY,
    find: async (event, { tx }) => (await orders.forEvent(event, tx))?.payment ?? null,
    async save(payment, update, { tx }) {
      const stored = await orders.byReference(payment.orderId, tx)
      return stored !== null && orders.save({ ...stored, payment }, update, tx)
    },
    overdue: async (now) => (await orders.overdue(now)).filter(readBacks.mayExpire).map(({ payment }) => payment),
  })
}
