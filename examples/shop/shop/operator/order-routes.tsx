/** The operator's orders: the list, and one order with its whole history. */
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

/** Any printable text, and only exactly this text is searched for. */
const searchQuery = z.object({
  q: z
    .string()
    .trim()
    .regex(/^[^\p{Cc}]{1,200}$/u)
    .catch(''),
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
    const shown = { orders: rows, counts: await history.counts(), status, next, search: null }
    sendPage(res, <OperatorOrdersPage context={await contextOf(res)} {...shown} />)
  })

  router.get(paths.operatorSearch, async (req, res) => {
    const { q } = searchQuery.parse(req.query)
    const found = await history.search(q)
    const [only] = found
    if (only !== undefined && found.length === 1) return res.redirect(303, paths.operatorOrder(only.id))
    const shown = { orders: found, counts: await history.counts(), status: null, next: null, search: q }
    sendPage(res, <OperatorOrdersPage context={await contextOf(res)} {...shown} />)
  })

  router.get(routeOf(paths.operatorOrder), async (req, res) => {
    const isAsked = req.query['notice'] === 'asked'
    const notice = isAsked ? 'Stripe has taken it. The order changes when Stripe’s event about it is here.' : null
    await desk.show(res, await desk.orderOf(req), { notice })
  })

  return router
}
