/** What the shop knows about an order, and nothing about HTTP or webhooks. */
import type { Money } from 'express-payment-webhooks'

/** In the order an order can go through them; see `settlement.ts`. */
export const STATUSES = [
  'awaiting_payment',
  'part_paid',
  'payment_detected',
  'payment_failed',
  'expired',
  'canceled',
  'paid',
  'refunded',
] as const

export interface Order {
  readonly id: string
  readonly sku: string
  /** The price, fixed when the order was made. */
  readonly total: Money
  readonly status: (typeof STATUSES)[number]
  /** Confirmed or announced so far, in the currency of `total`. */
  readonly received: string
  /** What the payment provider calls this payment: an invoice or an address. Null when it names none up front. */
  readonly paymentId: string | null
  /** The token CityPay's order is read back with. */
  readonly cityPayToken: string | null
  /** The payment that settled it. */
  readonly paidBy: string | null
  /** Payments whose money went back: a late word of their success changes nothing. */
  readonly returned: readonly string[]
  /** Confirmed transfers by transaction id, where the provider reports transfers. */
  readonly transfers: Readonly<Record<string, string>>
  /** Why a person should look at this order. */
  readonly review: string | null
}

export function newOrder(order: Pick<Order, 'id' | 'sku' | 'total'> & Partial<Order>): Order {
  return {
    status: 'awaiting_payment',
    received: '0',
    paymentId: null,
    cityPayToken: null,
    paidBy: null,
    returned: [],
    transfers: {},
    review: null,
    ...order,
  }
}
