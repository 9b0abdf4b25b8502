/** Lists CoinbarPay's payments by order: each successful one becomes the callback that reports it. */
import { z } from 'zod'
import { PaymentWebhookError } from '../../errors.js'
import { invalidOption } from '../../lib/invalid-option.js'
import { printable } from '../../lib/printable.js'
import { rejectUnknown } from '../../lib/reject-unknown.js'
import type { Listed, Lister, ListWindow } from '../../lister.js'
import { eachOrder, ordersOption, type OpenOrders } from '../../listing/open-orders.js'
import { identifier } from '../../payload.js'
import { shopRead } from '../../read-back/shop-read.js'

/** Options of `coinbarPayPayments`. */
export interface CoinbarPayPaymentsOptions {
  /** Returns the references of the orders that the shop still waits for, as the shop gave them in `payment_request_id`. */
  readonly orders: OpenOrders<string>
  /**
   * Resolves to CoinbarPay's answer at `/coinbar/api/v2/pay/gateway/payment/{payment_request_id}/status`: parsed, or as
   * bytes or text; null if CoinbarPay does not know the payment. Must stop when `signal` aborts.
   */
  readonly readStatus: (paymentRequestId: string, context: { readonly signal: AbortSignal }) => Promise<unknown>
}

const answer = z.looseObject({ status: z.string(), payment_request_id_client: identifier })

/**
 * Lists for `reconcile` the successful payments among the orders that the shop still waits for. A callback is identified by
 * its transaction, which CoinbarPay's answer does not name: a listed payment is identified by payment, type and amount. A
 * later callback is therefore a second event. Use this only for receivers whose `payment.confirmed` is one of
 * `orderUpdates`, for which the second event is no news.
 *
 * @throws ConfigurationError `CONFIG_OPTION_UNKNOWN`, `CONFIG_OPTION_INVALID`
 * @example
 * ```ts
 * import { coinbarPayPayments } from 'express-payment-webhooks/providers/coinbar-pay'
 * import { reconcileEvery } from 'express-payment-webhooks/reconcile'
 *
 * declare const coinbar: { statusOf(order: string, signal: AbortSignal): Promise<unknown> }
 *
 * const orders = async () => (await openOrders('coinbar-pay')).map(({ orderId }) => orderId)
 * const list = coinbarPayPayments({ orders, readStatus: (order, { signal }) => coinbar.statusOf(order, signal) })
 * const reconciler = reconcileEvery(webhook, { list })
 * ```
 */
export function coinbarPayPayments(options: CoinbarPayPaymentsOptions): Lister {
  rejectUnknown('coinbarPayPayments', options, ['orders', 'readStatus'])
  const orders = ordersOption('coinbarPayPayments', options.orders)
  const { readStatus } = options
  if (typeof readStatus !== 'function') {
    invalidOption('coinbarPayPayments', 'readStatus must be a function that asks CoinbarPay for the status of an order')
  }

  async function statusOf(order: string, signal: AbortSignal): Promise<z.infer<typeof answer> | null> {
    const found = await shopRead('CoinbarPay', answer, () => readStatus(order, { signal })).catch((cause: unknown) => {
      throw unavailable(`readStatus() did not answer about ${printable(order)} as CoinbarPay does`, cause)
    })
    if (found === null || found.payment_request_id_client === order) return found
    throw unavailable(`readStatus() answered about another order than ${printable(order)}`)
  }

  const list = ({ signal }: ListWindow): AsyncGenerator<Listed> =>
    eachOrder(orders, signal, async (order) => {
      const found = await statusOf(order, signal)
      // The order's own deadline catches a missed time-out, and only a success is about money.
      return found?.status.toUpperCase() === 'SUCCESS' ? [{ body: found }] : []
    })
  return Object.assign(list, { provider: 'coinbar-pay', asksAll: true, byState: ['payment.confirmed'] })
}

function unavailable(message: string, cause?: unknown): PaymentWebhookError {
  return new PaymentWebhookError('LIST_UNAVAILABLE', `coinbarPayPayments: ${message}`, { cause })
}
