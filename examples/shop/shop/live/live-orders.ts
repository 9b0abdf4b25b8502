/** Tells waiting pages when their order has changed. Changes are read from the database, so every process sees all of them. */
import type { Orders, OrderVersion } from '../orders/orders.js'
import type { OrderSignal } from '../views/props.js'
import { repeat } from '../web/repeat.js'
import type { Log } from '../web/log.js'
import { isFinal } from '../orders/order-view.js'

/** How often the database is queried, in milliseconds: one query for all pages, and none while no page waits. */
const LOOK_EVERY_MS = 500

type Listener = (order: OrderVersion) => void

export interface LiveOrders {
  /** Calls the listener after every change, until the returned function is called. */
  watch(id: string, version: number, listener: Listener): () => void
  /** Looks now, because something has just changed. */
  nudge(): void
  close(): Promise<void>
}

export function signalOf(order: Omit<OrderVersion, 'id'>, now = new Date()): OrderSignal {
  return { version: order.version, final: isFinal(order, now), now: now.toISOString() }
}

export function liveOrders(orders: Orders, log: Log): LiveOrders {
  const watched = new Map<string, Map<Listener, number>>()

  const look = async () => {
    for (const order of await orders.versions([...watched.keys()])) {
      for (const [listener, version] of watched.get(order.id) ?? []) {
        if (version === order.version) continue
        watched.get(order.id)?.set(listener, order.version)
        listener(order)
      }
    }
  }
  const looking = repeat('looking for changed orders', LOOK_EVERY_MS, look, log)

  return {
    watch(id, version, listener) {
      const listeners = watched.get(id) ?? new Map<Listener, number>()
      watched.set(id, listeners.set(listener, version))
      return () => {
        listeners.delete(listener)
        if (listeners.size === 0 && watched.get(id) === listeners) watched.delete(id)
      }
    },
    nudge: () => looking.nudge(),
    close: () => looking.stop(),
  }
}

/** Resolves after the next change of this order, or when the time is over. */
export function nextChange(
  live: LiveOrders,
  order: Pick<OrderVersion, 'id' | 'version'>,
  withinMs: number,
): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer)
      stop()
      resolve()
    }
    const timer = setTimeout(end, withinMs).unref()
    const stop = live.watch(order.id, order.version, end)
  })
}
