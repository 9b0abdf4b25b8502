/** The operator's orders: the list, one with all that happened to it, and decisions about those in review. */
import { Router, type Request, type Response } from 'express'
import { z } from 'zod'
import { decide, paymentsOf } from 'express-payment-webhooks/orders'
import { orderId } from '../orders/order-names.js'
import { orderView } from '../orders/order-view.js'
import { ORDER_STATUSES, type ShopOrder } from '../orders/order.js'
import type { Orders } from '../orders/orders.js'
import { POLICY } from '../orders/policy.js'
import { routeOf, sendPage, type ContextOf } from '../pages/page.js'
import { OperatorOrderPage, OperatorOrdersPage, paths } from '../views/index.js'
import { HttpError } from '../web/http-error.js'
import type { OrderHistory } from './order-history.js'

const listQuery = z.object({
  status: z.enum(ORDER_STATUSES).nullable().catch(null),
  before: orderId.nullable().catch(null),
})
const decisionForm = z.object({ decision: z.enum(['accepted', 'rejected']) })

export function operatorOrderRoutes(parts: {
  readonly orders: Orders
  readonly history: OrderHistory
  readonly contextOf: ContextOf
  /** Called after an order has changed. */
  readonly onChange: () => void
}): Router {
  const { orders, history, contextOf, onChange } = parts
  const router = Router()

  const orderOf = async (req: Request): Promise<ShopOrder> => {
    const { success, data: id } = orderId.safeParse(req.params['id'])
    const order = success ? await orders.byId(id) : null
    if (order === null) throw new HttpError(404)
    return order
  }

  const show = async (res: Response, order: ShopOrder, problem: string | null, status = 200) => {
    const { decision } = order.payment
    const payments = paymentsOf(order.payment, POLICY)
    const [audit, mails, shippedAt] = await Promise.all([
      history.auditOf(order.id),
      history.mailsOf(order.id),
      history.shippedAt(order.id),
    ])
    const shown = { payments, decision: decision?.verdict ?? null, audit, mails, shippedAt, problem }
    const context = await contextOf(res)
    sendPage(res, <OperatorOrderPage context={context} order={orderView(order, new Date())} {...shown} />, status)
  }

  router.get(paths.operator, async (req, res) => {
    const { status, before } = listQuery.parse(req.query)
    const { orders: rows, next } = await history.list(status, before)
    const shown = { orders: rows, counts: await history.counts(), status, next }
    sendPage(res, <OperatorOrdersPage context={await contextOf(res)} {...shown} />)
  })

  router.get(routeOf(paths.operatorOrder), async (req, res) => {
    await show(res, await orderOf(req), null)
  })

  router.post(routeOf(paths.operatorDecide), async (req, res) => {
    const order = await orderOf(req)
    const { success, data } = decisionForm.safeParse(req.body)
    if (!success) throw new HttpError(400)
    if (order.payment.status !== 'needs_review') return show(res, order, 'This order is not in review.', 409)
    const { order: payment, update } = decide(order.payment, data.decision, { by: 'operator' }, POLICY)
    if (!(await orders.save({ ...order, payment }, update, undefined))) {
      return show(res, await orderOf(req), 'The order changed meanwhile. Please look again before you decide.', 409)
    }
    onChange()
    res.redirect(303, paths.operatorOrder(order.id))
  })

  return router
}
