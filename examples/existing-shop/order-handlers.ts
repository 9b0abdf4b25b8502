/** From events to orders: one handler for verdicts, one for transfers. */
import { RetryLater, type WebhookEvent } from 'express-payment-webhooks'
import type { Order } from './order.js'
import type { Orders } from './orders.js'
import { applyTransfer, applyVerdict } from './settlement.js'

export function orderHandlers(orders: Orders) {
  const updateWith = (apply: (order: Order, event: WebhookEvent) => Order) => async (event: WebhookEvent) => {
    const found = await orders.update(event, (order) => apply(order, event))
    // A provider can be faster than our own transaction: the order may exist a moment later.
    if (!found) throw new RetryLater(`no order for ${event.id} yet`, { afterSeconds: 5 })
  }
  return { verdict: updateWith(applyVerdict), transfer: updateWith(applyTransfer) }
}
