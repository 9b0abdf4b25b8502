/** An order of the shop. It contains nothing about HTTP or webhooks. */
import type { Money } from 'express-payment-webhooks'

/** In the sequence in which an order passes through them; see `settlement.ts`. */
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
  /** The price, fixed when the order was placed. */
  readonly total: Money
  readonly status: (typeof STATUSES)[number]
  /** Confirmed or announced so far, in the currency of `total`. */
  readonly received: string
  /** The provider's id of this payment: an invoice or an address. Null if the provider names none in advance. */
  readonly paymentId: string | null
  /** The token with which CityPay's order is read back. */
  readonly cityPayToken: string | null
  /** The payment that settled the order. */
  readonly paidBy: string | null
  /** Payments whose money went back: a late report of their success changes nothing. */
  readonly returned: readonly string[]
  /** Confirmed transfers by transaction id, if the provider reports transfers. */
  readonly transfers: Readonly<Record<string, string>>
  /** The reason why a person should look at this order. */
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
