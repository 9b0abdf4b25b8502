/** The order page, the routes that keep it up to date, and the page to which providers send buyers back. */
import { Router, type Request } from 'express'
import type { Carts } from '../carts.js'
import type { Catalogue } from '../catalogue.js'
import type { Checkout } from '../checkout.js'
import type { EventStreams } from '../live/event-stream.js'
import { signalOf } from '../live/live-orders.js'
import { orderId, namedOrder } from '../orders/order-names.js'
import { orderView, progressOf } from '../orders/order-view.js'
import type { ShopOrder } from '../orders/order.js'
import type { Orders } from '../orders/orders.js'
import { ProviderError } from '../payments/call-provider.js'
import { OrderLive, OrderPage, paths, renderFragment, ReturnPage } from '../views/index.js'
import { HttpError } from '../web/http-error.js'
import type { Log } from '../web/log.js'
import { requestIdOf } from '../web/request-log.js'
import { visitorOf } from '../web/visitor.js'
import { routeOf, sendPage, type ContextOf } from './page.js'

export function orderRoutes(parts: {
  readonly catalogue: Catalogue
  readonly carts: Carts
  readonly orders: Orders
  readonly checkout: Checkout
  readonly streams: EventStreams
  readonly contextOf: ContextOf
  readonly log: Log
}): Router {
  const { catalogue, carts, orders, checkout, streams, contextOf, log } = parts
  const router = Router()

  /** Anybody with the address may see the order, for example from the link in a mail. Nobody can guess it. */
  const orderOf = async (req: Request): Promise<ShopOrder> => {
    const { success, data: id } = orderId.safeParse(req.params['id'])
    const order = success ? await orders.byId(id) : null
    if (order === null) throw new HttpError(404)
    return order
  }

  router.get(routeOf(paths.order), async (req, res) => {
    const order = orderView(await orderOf(req), new Date())
    sendPage(res, <OrderPage context={await contextOf(res)} order={order} problem={null} />)
  })

  router.get(routeOf(paths.orderFragment), async (req, res) => {
    const order = orderView(await orderOf(req), new Date())
    res.type('html').send(renderFragment(<OrderLive context={await contextOf(res)} order={order} />))
  })

  router.get(routeOf(paths.orderSignal), async (req, res) => {
    const { payment } = await orderOf(req)
    res.json(signalOf({ version: payment.version, ...progressOf(payment) }))
  })

  router.get(routeOf(paths.orderEvents), async (req, res) => {
    streams.open(res, await orderOf(req))
  })

  // Prices are today's. Products that are no longer sold are left out.
  router.post(routeOf(paths.orderAgain), async (req, res) => {
    const { session } = visitorOf(res)
    for (const { product, quantity } of (await orderOf(req)).lines) {
      if (catalogue.find(product.id) === undefined) continue
      await carts.change(session, product.id, (before) => before + quantity)
    }
    res.redirect(303, paths.cart)
  })

  router.post(routeOf(paths.payAgain), async (req, res) => {
    const order = await orderOf(req)
    try {
      await checkout.payAgain(order)
      // With or without a new payment, the page shows how the order can be paid now.
      res.redirect(303, paths.order(order.id))
    } catch (error) {
      if (!(error instanceof ProviderError)) throw error
      log('error', 'a provider opened no payment', { requestId: requestIdOf(res), reason: error.message })
      const problem = 'The payment provider cannot be reached at the moment. Please try again in a minute.'
      const view = orderView(order, new Date())
      sendPage(res, <OrderPage context={await contextOf(res)} order={view} problem={problem} />, 503)
    }
  })

  // The address at most selects one of the buyer's own orders. It never decides the result that is shown.
  router.get(paths.return, async (req, res) => {
    const order = await orders.ofSession(visitorOf(res).session, referenceIn(req))
    const view = order && orderView(order, new Date())
    sendPage(res, <ReturnPage context={await contextOf(res)} order={view} />, view === null ? 404 : 200)
  })

  return router
}

/** The shop's own reference, under the names that providers use for it. */
function referenceIn({ query }: Request): string | null {
  const named = [query['order_id'], query['payment_request_id']].find((value) => typeof value === 'string')
  return named === undefined ? null : namedOrder(named)
}
