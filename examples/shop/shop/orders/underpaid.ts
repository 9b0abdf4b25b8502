/** CityPay closes a payment whose time is up with only a part of the price. Buyers are no longer sent there. */
import { RetryLater, type Handler, type WebhookEvent } from 'express-payment-webhooks'
import type { Transaction } from '../database/database.js'
import type { Orders } from './orders.js'

/** Each lost attempt means that another process made progress. */
const ATTEMPTS = 5

/** Settles a part payment, and then records that its payment is closed, for which the lifecycle has no word. */
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

/** CityPay calls a payment in progress while the rest can be paid. It writes each status in one of two ways. */
function isUnderpaid({ native }: WebhookEvent): boolean {
  const { status } = native as { readonly status?: unknown }
  return typeof status === 'string' && status.toUpperCase() === 'UNDERPAID'
}
