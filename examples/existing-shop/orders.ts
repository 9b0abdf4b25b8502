/** Keeps orders: in memory here, and in a database with the same three methods in a real shop. */
import type { Order } from './order.js'

/** A provider's reference to an order: our id, if the provider repeats it, or its own id. */
export interface Reference {
  readonly orderId: string | null
  readonly paymentId: string | null
}

export interface Orders {
  add(order: Order): Promise<void>
  find(id: string): Promise<Order | undefined>
  /** Changes one order atomically: under a row lock, or in one transaction. Returns false if there is no such order. */
  update(reference: Reference, change: (order: Order) => Order): Promise<boolean>
}

export function inMemoryOrders(): Orders {
  const orders = new Map<string, Order>()

  const locate = ({ orderId, paymentId }: Reference): Order | undefined => {
    if (orderId !== null) return orders.get(orderId)
    if (paymentId === null) return undefined
    return [...orders.values()].find((order) => order.paymentId === paymentId)
  }

  return {
    async add(order) {
      orders.set(order.id, order)
    },
    async find(id) {
      return orders.get(id)
    },
    async update(reference, change) {
      const order = locate(reference)
      if (order === undefined) return false
      orders.set(order.id, change(order))
      return true
    },
  }
}
