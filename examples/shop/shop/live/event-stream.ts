/** The server-sent events of one page: the order's state at once, after every change, and from time to time. */
import type { Response } from 'express'
import type { ShopOrder } from '../orders/order.js'
import type { OrderVersion } from '../orders/orders.js'
import { HttpError } from '../web/http-error.js'
import { progressOf } from '../orders/order-view.js'
import { signalOf, type LiveOrders } from './live-orders.js'

/** Proxies close connections that are idle for about half a minute. */
const HEARTBEAT_MS = 15_000
/** Browsers without a stream poll instead. */
const MOST_STREAMS = 1000
/** A reader that is so far behind has left. */
const MOST_UNREAD_BYTES = 64 * 1024

export interface EventStreams {
  open(res: Response, order: ShopOrder): void
  close(): void
}

export function eventStreams(live: LiveOrders): EventStreams {
  const open = new Set<Response>()
  let closed = false

  return {
    open(res, { id, payment }) {
      if (closed || open.size >= MOST_STREAMS) throw new HttpError(503)
      res
        .status(200)
        .set({ 'content-type': 'text/event-stream', 'cache-control': 'no-store', 'x-accel-buffering': 'no' })
      res.write('retry: 2000\n\n')
      const { version } = payment
      let current: OrderVersion = { id, version, ...progressOf(payment) }
      const send = () => {
        const signal = signalOf(current)
        res.write(`event: order\nid: ${signal.version}\ndata: ${JSON.stringify(signal)}\n\n`)
        if (res.writableLength > MOST_UNREAD_BYTES) res.destroy()
      }
      send()
      const stopWatching = live.watch(id, version, (order) => {
        current = order
        send()
      })
      const heartbeat = setInterval(send, HEARTBEAT_MS)
      open.add(res)
      res.once('close', () => {
        stopWatching()
        clearInterval(heartbeat)
        open.delete(res)
      })
    },
    close() {
      closed = true
      for (const res of open) res.end()
    },
  }
}
