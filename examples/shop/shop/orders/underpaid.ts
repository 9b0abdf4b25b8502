/** CityPay closes a payment whose time is up with only a part of the price in it: no buyer is sent there any more. */
import { RetryLater, type Handler, type WebhookEvent } from 'express-payment-webhooks'
import type { Transaction } from '../database/database.js'
import type { Orders } from './orders.js'

/** Each one that is lost is somebody else's progress. */
const ATTEMPTS = 5

/** Settles a part payment, and then notes what the lifecycle has no word for: that its payment is closed. */
export function closingUnderpaid(
  orders: Orders,
  settle: Handler<WebhookEvent, Transaction>,
): Handler<WebhookEvent, Transaction> {
  return async (event, context) => {
    await settle(event, context)
    if (!isUnderpaid(event)) return
    for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
      if (await orders.closePayment(event, context.tx)) return
    }
    throw new RetryLater('the order was saved by others each time its payment was to be closed', { afterSeconds: 1 })
  }
}

/** While the rest can be paid, CityPay calls it in progress. It writes each status in one of two ways. */
function isUnderpaid({ native }: WebhookEvent): boolean {
  const { status } = native as { readonly status?: unknown }
  return typeof status === 'string' && status.toUpperCase() === 'UNDERPAID'
}
