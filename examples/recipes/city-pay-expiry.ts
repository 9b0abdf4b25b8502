/** CityPay may lose a callback and send nothing later, so an overdue order is read back before it expires. */
import { cityPay, paymentWebhook, type Outcome, type WebhookEvent, type WebhookOptions } from 'express-payment-webhooks'
import { orderUpdates, type OrderPayment, type OrderUpdatesOptions } from 'express-payment-webhooks/orders'

/** Reading orders is limited to 200 a minute, and an order whose money is on the way can stay overdue for a day. */
const READ_AGAIN_MS = 60_000

/** A webhook reads back at most 32 deliveries at a time. Most of these places stay free for real callbacks. */
const READS_AT_ONCE = 8

/** @param take the shop's webhook, given a callback with this body */
export function cityPayReadBacks(take: (body: Buffer) => Promise<Outcome>) {
  const reads = new Map<string, { readonly at: number; readonly succeeded: boolean }>()

  const paymentsOf = ({ payments }: OrderPayment) => payments.filter(({ provider }) => provider === 'city-pay')

  /**
   * Does the work of a callback, and returns whether CityPay was asked. The status in the body is the lowest one, so that any
   * answer of CityPay goes beyond it.
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
    /** Reads back each of these orders, unless it was read within the last minute. */
    async readAll(overdue: readonly OrderPayment[], now: Date): Promise<void> {
      for (const [orderId, { at }] of reads) if (now.getTime() - at >= READ_AGAIN_MS) reads.delete(orderId)
      const unread = overdue.filter((order) => paymentsOf(order).length > 0 && !reads.has(order.orderId))
      while (unread.length > 0) {
        const asked = await Promise.all(unread.splice(0, READS_AT_ONCE).map((order) => read(order, now)))
        // Callbacks have taken every place. The next call starts here, without waiting for the minute.
        if (asked.includes(false)) return
      }
    },
    /** An order that could not be read has to wait: after it has expired, nobody reads it again. */
    mayExpire: (order: OrderPayment) => paymentsOf(order).length === 0 || reads.get(order.orderId)?.succeeded === true,
  }
}

/** A shop whose CityPay orders expire only after such a read-back. */
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
      // Orders of other providers do not wait for CityPay's answers.
      const others = await updates.expireOverdue({ now })
      await readBacks.readAll(await shop.overdue(now), now)
      return others + (await updates.expireOverdue({ now }))
    },
  }
}
