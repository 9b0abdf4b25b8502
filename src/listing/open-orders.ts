/** For providers that list nothing: what they say about each order that the shop still waits for. */
import type { Awaitable } from '../lib/awaitable.js'
import { invalidOption } from '../lib/invalid-option.js'

/** Answers the orders that the shop still waits for: a list, a promise of one, or a generator. */
export type OpenOrders<Order> = () => AsyncIterable<Order> | Awaitable<Iterable<Order>>

/** @throws ConfigurationError `CONFIG_OPTION_INVALID` */
export function ordersOption<Order>(where: string, orders: OpenOrders<Order>): OpenOrders<Order> {
  if (typeof orders === 'function') return orders
  return invalidOption(where, 'orders must be a function that answers the orders that are still open')
}

export async function* eachOrder<Order>(orders: OpenOrders<Order>, signal: AbortSignal): AsyncGenerator<Order> {
  for await (const order of await orders()) {
    signal.throwIfAborted()
    yield order
  }
}
