/** The operator's orders: the list, and one with all that happened to it. */
import { Router } from 'express'
import { z } from 'zod'
import { orderId } from '../orders/order-names.js'
import { ORDER_STATUSES } from '../orders/order.js'
import { routeOf, sendPage, type ContextOf } from '../pages/page.js'
import { OperatorOrdersPage, paths } from '../views/index.js'
import type { OrderDesk } from './order-desk.js'
import type { OrderHistory } from './order-history.js'

const listQuery = z.object({
  status: z.enum(ORDER_STATUSES).nullable().catch(null),
  before: orderId.nullable().catch(null),
})

export function operatorOrderRoutes(parts: {
  readonly history: OrderHistory
  readonly desk: OrderDesk
  readonly contextOf: ContextOf
}): Router {
  const { history, desk, contextOf } = parts
  const router = Router()

  router.get(paths.operator, async (req, res) => {
    const { status, before } = listQuery.parse(req.query)
    const { orders: rows, next } = await history.list(status, before)
    const shown = { orders: rows, counts: await history.counts(), status, next }
    sendPage(res, <OperatorOrdersPage context={await contextOf(res)} {...shown} />)
  })

  router.get(routeOf(paths.operatorOrder), async (req, res) => {
    const isAsked = req.query['notice'] === 'asked'
    const notice = isAsked ? 'Stripe has taken it. The order changes when Stripe’s event about it is here.' : null
    await desk.show(res, await desk.orderOf(req), { notice })
  })

  return router
}
