/** Finds and shows one order for the operator's routes. */
import { Big } from 'big.js'
import type { Request, Response } from 'express'
import { paymentsOf, type OrderPayment } from 'express-payment-webhooks/orders'
import { orderId } from '../orders/order-names.js'
import { orderView } from '../orders/order-view.js'
import type { ShopOrder } from '../orders/order.js'
import type { Orders } from '../orders/orders.js'
import { POLICY } from '../orders/policy.js'
import { sendPage, type ContextOf } from '../pages/page.js'
import { OperatorOrderPage } from '../views/index.js'
import type { CardPaymentView, OperatorOrderPageProps } from '../views/operator/props.js'
import { HttpError } from '../web/http-error.js'
import { changesOf } from './changes.js'
import type { OrderHistory } from './order-history.js'

export interface OrderDesk {
  /** @throws HttpError 404 */
  orderOf(req: Request): Promise<ShopOrder>
  show(res: Response, order: ShopOrder, shown?: Shown): Promise<void>
}

interface Shown extends Partial<Pick<OperatorOrderPageProps, 'problem' | 'fault' | 'notice'>> {
  readonly status?: number
}

export function orderDesk(parts: {
  readonly orders: Orders
  readonly history: OrderHistory
  readonly contextOf: ContextOf
}): OrderDesk {
  const { orders, history, contextOf } = parts
  return {
    async orderOf(req) {
      const { success, data: id } = orderId.safeParse(req.params['id'])
      const order = success ? await orders.byId(id) : null
      if (order === null) throw new HttpError(404)
      return order
    },

    async show(res, order, { problem = null, fault = null, notice = null, status = 200 } = {}) {
      const payments = paymentsOf(order.payment, POLICY)
      const [audit, mails, shippedAt] = await Promise.all([
        history.auditOf(order.id),
        history.mailsOf(order.id),
        history.shippedAt(order.id),
      ])
      const page = {
        ...{ payments, audit, mails, shippedAt, problem, fault, notice },
        order: orderView(order, new Date()),
        decision: order.payment.decision?.verdict ?? null,
        cards: cardsOf(order.payment),
        changes: changesOf(order.payment),
      }
      sendPage(res, <OperatorOrderPage context={await contextOf(res)} {...page} />, status)
    },
  }
}

/**
 * The amounts that this order's card payments can charge or send back. While the bank holds the money, Stripe refunds nothing.
 */
export function cardsOf(order: OrderPayment): CardPaymentView[] {
  return paymentsOf(order, POLICY).flatMap(
    ({ provider, paymentId, reason, authorized, settled, returned, disputed }) => {
      if (provider !== 'stripe' || reason !== null) return []
      const left = new Big(settled).minus(returned)
      const refundable = disputed === '0' && left.gt(0) ? left.toFixed() : '0'
      return refundable === '0' && authorized === '0' ? [] : [{ paymentId, capturable: authorized, refundable }]
    },
  )
}
