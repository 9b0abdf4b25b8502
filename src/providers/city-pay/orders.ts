/** CityPay's orders, one by one: each becomes the callback that names it, and is read back as after any. */
import { rejectUnknown } from '../../lib/reject-unknown.js'
import type { Listed, Lister, ListWindow } from '../../lister.js'
import { eachOrder, ordersOption, type OpenOrders } from '../../listing/open-orders.js'

/**
 * Lists for `reconcile` what CityPay says about the orders that the shop still waits for. CityPay never calls about an order
 * whose time is up: that is found here as well.
 *
 * @param options.orders answers the ids of the open orders, as `orderToken` of the provider is asked for them
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
      // The least that a callback can say: the order that is read is never behind it.
      { body: { type: 'order callback', status: 'In-progress', client_order_id: String(order) } },
    ])
  return Object.assign(list, { provider: 'city-pay', asksAll: true })
}
