/** Staff's actions on card payments: charge a reserved amount, release it, refund. Stripe's events change the order. */
import { compareDecimals } from 'express-payment-webhooks'
import { Router } from 'express'
import { z } from 'zod'
import { nextChange, type LiveOrders } from '../live/live-orders.js'
import { routeOf } from '../pages/page.js'
import { ProviderError } from '../payments/call-provider.js'
import type { CardPayments } from '../payments/stripe.js'
import { paths } from '../views/index.js'
import { cardField } from '../views/operator/amount-input.js'
import { HttpError } from '../web/http-error.js'
import type { Log } from '../web/log.js'
import { requestIdOf } from '../web/request-log.js'
import { cardsOf, type OrderDesk } from './order-desk.js'

/** How long a click waits for Stripe's event, so that the page shows the result at once. */
const PATIENCE_MS = 3000

const AMOUNT = /^\d{1,12}(\.\d{1,2})?$/
const form = z.object({
  action: z.enum(['capture', 'release', 'refund']),
  payment: z.string().max(200),
  amount: z.string().trim().max(100).optional(),
  /** The version of the order on the page, so that a second click is not a second refund. */
  version: z.coerce.number().int(),
})

export function operatorCardRoutes(parts: {
  readonly cards: CardPayments
  readonly live: LiveOrders
  readonly desk: OrderDesk
  readonly log: Log
}): Router {
  const { cards, live, desk, log } = parts
  const router = Router()

  router.post(routeOf(paths.operatorCard), async (req, res) => {
    const order = await desk.orderOf(req)
    const { success, data } = form.safeParse(req.body)
    if (!success) throw new HttpError(400)
    const { action, payment: paymentId, version } = data
    const card = cardsOf(order.payment).find((one) => one.paymentId === paymentId)
    if (card === undefined || order.payment.version !== version) {
      const problem = 'The order changed meanwhile. Please look again before you move its money.'
      return desk.show(res, order, { problem, status: 409 })
    }
    const { currency } = order.payment.expected
    const most = action === 'refund' ? card.refundable : card.capturable
    const amount = action === 'release' ? most : (data.amount ?? most)
    if (!AMOUNT.test(amount) || compareDecimals(amount, '0') <= 0 || compareDecimals(amount, most) > 0) {
      const problem = `The amount must be above zero and at most ${most} ${currency}, with two decimals.`
      return desk.show(res, order, {
        problem,
        fault: { field: cardField(action, paymentId), entered: amount },
        status: 422,
      })
    }
    const changed = nextChange(live, { id: order.id, version }, PATIENCE_MS)
    try {
      const key = `${action} ${paymentId} ${version} ${amount}`
      if (action === 'release') await cards.release(paymentId, key)
      else await cards[action](paymentId, { amount, currency }, key)
    } catch (error) {
      if (!(error instanceof ProviderError)) throw error
      log('error', 'Stripe did not move the money', { requestId: requestIdOf(res), reason: error.message })
      const problem = 'Stripe did not take this. Nothing has changed; the log says why.'
      return desk.show(res, order, { problem, status: 502 })
    }
    await changed
    res.redirect(303, `${paths.operatorOrder(order.id)}?notice=asked`)
  })

  return router
}
