/** CityPay's silence: an order whose time is up is read back before it expires, since its callback may be lost. */
import { cityPay, paymentWebhook, receive, type WebhookEvent, type WebhookOptions } from 'express-payment-webhooks'
import { orderUpdates, type OrderPayment, type OrderUpdatesOptions } from 'express-payment-webhooks/orders'

/** The order read is limited to 200 a minute, and an order with money on its way can stay overdue for a day. */
const READ_AGAIN_MS = 60_000

export function cityPayShop(shop: {
  readonly orderToken: Parameters<typeof cityPay>[0]['orderToken']
  readonly readBack?: Parameters<typeof cityPay>[0]['readBack']
  readonly store: WebhookOptions<WebhookEvent>['store']
  readonly find: OrderUpdatesOptions['find']
  readonly save: OrderUpdatesOptions['save']
  /** Open orders whose `expiresAt` has passed. */
  readonly overdue: (now: Date) => Promise<readonly OrderPayment[]>
}) {
  const { orderToken, readBack, store, find, save } = shop
  const provider = cityPay({ orderToken, ...(readBack && { readBack }) })
  const reads = new Map<string, { readonly at: number; readonly succeeded: boolean }>()

  /** What a callback would have done. The status claims the least there is, so whatever CityPay answers goes beyond. */
  async function read(reference: string): Promise<boolean> {
    const body = Buffer.from(JSON.stringify({ client_order_id: reference, status: 'In-progress' }))
    const { kind } = await receive(provider, { body, headers: {} }, options)
    return kind === 'handled' || kind === 'duplicate'
  }

  async function readAll({ orderId, payments }: OrderPayment, now: Date): Promise<void> {
    if (reads.has(orderId)) return
    const own = payments.filter((payment) => payment.provider === provider.name)
    let succeeded = true
    for (const reference of new Set(own.map(({ reference = orderId }) => reference))) {
      succeeded = (await read(reference)) && succeeded
    }
    reads.set(orderId, { at: now.getTime(), succeeded })
  }

  /** Those that are still overdue when CityPay was asked; who could not be read has to wait for the next time. */
  async function overdue(now: Date): Promise<OrderPayment[]> {
    for (const [orderId, { at }] of reads) if (now.getTime() - at >= READ_AGAIN_MS) reads.delete(orderId)
    await Promise.all((await shop.overdue(now)).map((order) => readAll(order, now)))
    return (await shop.overdue(now)).filter(({ orderId }) => reads.get(orderId)?.succeeded === true)
  }

  const updates = orderUpdates({ find, save, overdue })
  const options = { store, on: updates }
  return {
    webhook: paymentWebhook(provider, options),
    expireOverdue: (now = new Date()) => updates.expireOverdue({ now }),
  }
}
