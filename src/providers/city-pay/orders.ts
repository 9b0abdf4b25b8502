/** Lists CityPay's orders: each becomes the callback that names it, and is read back as after any callback. */
import { rejectUnknown } from '../../lib/reject-unknown.js'
import type { Listed, Lister, ListWindow } from '../../lister.js'
import { eachOrder, ordersOption, type OpenOrders } from '../../listing/open-orders.js'

/**
 * Lists CityPay's state of the orders that the shop still waits for, for `reconcile`. This includes expired orders, about
 * which CityPay never calls.
 *
 * @param options.orders returns the ids of the open orders, in the spelling that the provider's `orderToken` accepts
 * @throws ConfigurationError `CONFIG_OPTION_UNKNOWN`, `CONFIG_OPTION_INVALID`
 * @example
 * ```ts
 * import { cityPayOrders } from 'express-payment-webhooks/providers/city-pay'
 * import { reconcileEvery } from 'express-payment-webhooks/reconcile'
 *
 * const orders = async () => (await openOrders('city-pay')).map(({ orderId }) => orderId)
 * const reconciler = reconcileEvery(webhook, { list: cityPayOrders({ orders }) })
 * ```
 */
export function cityPayOrders(options: { readonly orders: OpenOrders<string | number> }): Lister {
  rejectUnknown('cityPayOrders', options, ['orders'])
  const orders = ordersOption('cityPayOrders', options.orders)
  const list = ({ signal }: ListWindow): AsyncGenerator<Listed> =>
    eachOrder(orders, signal, (order) => [
      // The lowest status that a callback can have: the order that is read is never behind it.
      { body: { type: 'order callback', status: 'In-progress', client_order_id: String(order) } },
    ])
  return Object.assign(list, { provider: 'city-pay', asksAll: true })
}
