/** For providers that list nothing: asks them about each order that the shop still waits for. */
import type { Awaitable } from '../lib/awaitable.js'
import { invalidOption } from '../lib/invalid-option.js'
import type { Listed } from '../lister.js'

/** Returns the orders that the shop still waits for: a list, a promise of one, or a generator. */
export type OpenOrders<Order> = () => AsyncIterable<Order> | Awaitable<Iterable<Order>>

/** @throws ConfigurationError `CONFIG_OPTION_INVALID` */
export function ordersOption<Order>(where: string, orders: OpenOrders<Order>): OpenOrders<Order> {
  if (typeof orders === 'function') return orders
  return invalidOption(where, 'orders must be a function that answers the orders that are still open')
}

/** After so many failures in a row the cause is not a single order: the API is unreachable or refuses the key. */
const MAX_FAILURES_IN_A_ROW = 10

/**
 * The callbacks found for each order. A failure for one order does not stop the others: the first failure is thrown
 * after the last order.
 */
export async function* eachOrder<Order>(
  orders: OpenOrders<Order>,
  signal: AbortSignal,
  ask: (order: Order) => Awaitable<readonly Listed[]>,
): AsyncGenerator<Listed> {
  const failures: unknown[] = []
  let inARow = 0
  for await (const order of await orders()) {
    signal.throwIfAborted()
    try {
      yield* await ask(order)
      inARow = 0
    } catch (error) {
      signal.throwIfAborted()
      failures.push(error)
      if (++inARow === MAX_FAILURES_IN_A_ROW) break
    }
  }
  if (failures.length > 0) throw failures[0]
}
