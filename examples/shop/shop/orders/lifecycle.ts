/** Applies webhook events and the clock to saved orders: the package's lifecycle on the shop's database. */
import { orderUpdates, type OrderPayment, type OrderUpdates } from 'express-payment-webhooks/orders'
import type { Orders } from './orders.js'
import { POLICY } from './policy.js'
import { PROVIDERS } from '../payments/providers.js'
import type { ProviderName } from '../views/props.js'

/** Providers whose orders are read back before they expire, and all others. */
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
    // Queried separately: orders that have to wait must not take the places of the others.
    overdue: async (now) => [
      ...(await orders.overdue(now, OTHERS)),
      ...(await orders.overdue(now, READ_BACK)).filter(mayExpire),
    ],
  })
}
