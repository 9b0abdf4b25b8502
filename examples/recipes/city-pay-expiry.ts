/** CityPay's silence: an order whose time is up is read back before it expires, since its callback may be lost. */
import { cityPay, paymentWebhook, type Outcome, type WebhookEvent, type WebhookOptions } from 'express-payment-webhooks'
import { orderUpdates, type OrderPayment, type OrderUpdatesOptions } from 'express-payment-webhooks/orders'

/** The order read is limited to 200 a minute, and an order with money on its way can stay overdue for a day. */
const READ_AGAIN_MS = 60_000

/** A webhook asks the provider about 32 deliveries at a time: most of these places are left to real callbacks. */
const READS_AT_ONCE = 8

/** @param take what the shop's webhook makes of a callback with this body */
export function cityPayReadBacks(take: (body: Buffer) => Promise<Outcome>) {
  const reads = new Map<string, { readonly at: number; readonly succeeded: boolean }>()

  const paymentsOf = ({ payments }: OrderPayment) => payments.filter(({ provider }) => provider === 'city-pay')

  /**
   * Does what a callback would have done, and answers whether CityPay was asked. The status claims the least there is, so
   * whatever CityPay answers goes beyond.
   */
  async function read(order: OrderPayment, now: Date): Promise<boolean> {
    let succeeded = true
    for (const reference of new Set(paymentsOf(order).map(({ reference = order.orderId }) => reference))) {
      const body = Buffer.from(JSON.stringify({ client_order_id: reference, status: 'In-progress' }))
      const { kind, error } = await take(body)
      if (error?.code === 'BUSY') return false
      succeeded &&= kind === 'handled' || kind === 'duplicate'
    }
    reads.set(order.orderId, { at: now.getTime(), succeeded })
    return true
  }

  return {
    /** Has CityPay asked about each of these orders, unless that was done within the last minute. */
    async readAll(overdue: readonly OrderPayment[], now: Date): Promise<void> {
      for (const [orderId, { at }] of reads) if (now.getTime() - at >= READ_AGAIN_MS) reads.delete(orderId)
      const unread = overdue.filter((order) => paymentsOf(order).length > 0 && !reads.has(order.orderId))
      while (unread.length > 0) {
        const asked = await Promise.all(unread.splice(0, READS_AT_ONCE).map((order) => read(order, now)))
        // Callbacks have taken every place. The next call begins here, without waiting for the minute.
        if (asked.includes(false)) return
      }
    },
    /** One that could not be read has to wait: once it has expired, nobody asks again. */
    mayExpire: (order: OrderPayment) => paymentsOf(order).length === 0 || reads.get(order.orderId)?.succeeded === true,
  }
}

/** A shop whose CityPay orders expire only after that. */
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
  const readBacks = cityPayReadBacks((body) => webhook.receive({ body, headers: {} }))
  const overdue = async (now: Date) => (await shop.overdue(now)).filter(readBacks.mayExpire)
  const updates = orderUpdates({ find, save, overdue })
  const webhook = paymentWebhook(provider, { store, on: updates })
  return {
    webhook,
    async expireOverdue(now = new Date()): Promise<number> {
      // Orders of other providers do not wait until CityPay has answered.
      const others = await updates.expireOverdue({ now })
      await readBacks.readAll(await shop.overdue(now), now)
      return others + (await updates.expireOverdue({ now }))
    },
  }
}
