/** From webhook events and the clock to saved orders: the package's lifecycle over the shop's database. */
import { orderUpdates, type OrderPayment, type OrderUpdates } from 'express-payment-webhooks/orders'
import type { Orders } from './orders.js'
import { POLICY } from './policy.js'
import { PROVIDERS } from '../payments/providers.js'
import type { ProviderName } from '../views/props.js'

/** Whose orders have to be read back before they expire, and whose need not be. */
export const READ_BACK: readonly ProviderName[] = ['city-pay']
const OTHERS = PROVIDERS.filter((name) => !READ_BACK.includes(name))

/** @param mayExpire false for an order that could not be read back yet */
export function createLifecycle(orders: Orders, mayExpire: (order: OrderPayment) => boolean): OrderUpdates {
  return orderUpdates({
    policy: POLICY,
    find: async (event, { tx }) => (await orders.forEvent(event, tx))?.payment ?? null,
    async save(payment, update, { tx }) {
      const stored = await orders.byReference(payment.orderId, tx)
      return stored !== null && orders.save({ ...stored, payment }, update, tx)
    },
    // Apart from each other: those that have to wait must not take the places of those that need not.
    overdue: async (now) => [
      ...(await orders.overdue(now, OTHERS)),
      ...(await orders.overdue(now, READ_BACK)).filter(mayExpire),
    ],
  })
}
