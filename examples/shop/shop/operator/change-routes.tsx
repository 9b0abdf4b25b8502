/** The shop's own changes of an order: cancel it, record other payment, change its price, open it again; and decisions. */
import { Router, type Response } from 'express'
import { z } from 'zod'
import { ConfigurationError } from 'express-payment-webhooks'
import { decide, type Settlement } from 'express-payment-webhooks/orders'
import type { ShopConfig } from '../config.js'
import type { ShopOrder } from '../orders/order.js'
import type { Orders } from '../orders/orders.js'
import { POLICY } from '../orders/policy.js'
import { routeOf } from '../pages/page.js'
import { paths } from '../views/index.js'
import { amountField } from '../views/operator/amount-input.js'
import { HttpError } from '../web/http-error.js'
import { changed, changesOf, instructionsAfter } from './changes.js'
import type { OrderDesk } from './order-desk.js'

const STALE = 'The order changed meanwhile. Please look again before you decide.'
const decisionForm = z.object({ decision: z.enum(['accepted', 'rejected']) })
const changeForm = z.object({
  change: z.enum(['cancel', 'paid', 'reprice', 'reopen']),
  amount: z.string().trim().optional(),
  note: z.string().trim().max(500).default(''),
  /** The version of the order on the page, so that a second click is not a second change. */
  version: z.coerce.number().int(),
})

export function operatorChangeRoutes(parts: {
  readonly config: Pick<ShopConfig, 'paymentWindowMs'>
  readonly orders: Orders
  readonly desk: OrderDesk
  /** Called after an order has changed. */
  readonly onChange: () => void
}): Router {
  const { config, orders, desk, onChange } = parts
  const router = Router()

  const save = async (res: Response, order: ShopOrder, { order: payment, update }: Settlement) => {
    if (update.changed && !(await orders.save({ ...order, payment }, update, undefined))) {
      const now = await orders.byId(order.id)
      return desk.show(res, now ?? order, { problem: STALE, status: 409 })
    }
    onChange()
    res.redirect(303, paths.operatorOrder(order.id))
  }

  router.post(routeOf(paths.operatorDecide), async (req, res) => {
    const order = await desk.orderOf(req)
    const { success, data } = decisionForm.safeParse(req.body)
    if (!success) throw new HttpError(400)
    if (order.payment.status !== 'needs_review') {
      return desk.show(res, order, { problem: 'This order is not in review.', status: 409 })
    }
    await save(res, order, decide(order.payment, data.decision, { by: 'operator' }, POLICY))
  })

  router.post(routeOf(paths.operatorChange), async (req, res) => {
    const order = await desk.orderOf(req)
    const { success, data } = changeForm.safeParse(req.body)
    if (!success) throw new HttpError(400)
    const { change, amount, version } = data
    if (order.payment.version !== version || !changesOf(order.payment).includes(change)) {
      return desk.show(res, order, { problem: STALE, status: 409 })
    }
    const by = { by: 'operator', note: data.note === '' ? null : data.note }
    const expiresAt = new Date(Date.now() + config.paymentWindowMs)
    try {
      const settlement = changed(order.payment, { change, amount, by, expiresAt })
      await save(res, { ...order, instructions: instructionsAfter(change, order) }, settlement)
    } catch (error) {
      if (!(error instanceof ConfigurationError)) throw error
      const problem = 'The amount must be above zero, in figures and with a point, for example 12.50.'
      await desk.show(res, order, {
        problem,
        fault: { field: amountField(change), entered: amount ?? '' },
        status: 422,
      })
    }
  })

  return router
}
