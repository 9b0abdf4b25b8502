/** The money in each object of Polar. */
import type { EventDraft, Received } from '../../event.js'
import { readIdentifier, validate } from '../../payload.js'
import { polarMoney, type PolarDecimals } from './money.js'
import { checkout, order, refund, type PolarEvent } from './payload.js'

/** Options for reading objects. */
export interface Reading {
  /** The key of the metadata that holds the order's name. */
  readonly orderKey: string
  readonly decimals: PolarDecimals
}

/** The part of a draft that depends on the object. */
export type Facts = Omit<EventDraft, 'type' | 'identity' | 'native' | 'occurredAt'>

interface Said {
  readonly status: string
  readonly facts: Facts
}

interface OrderSaid extends Said {
  /** The amount received once the order is paid. */
  readonly total: Received
}

/** Later invoices of a subscription. They repeat the metadata and checkout of the first one (server/polar/order/service.py). */
const RENEWALS: readonly (string | null)[] = ['subscription_cycle', 'subscription_update']

export function orderSays({ data, timestamp }: PolarEvent, { orderKey, decimals }: Reading): OrderSaid {
  const found = validate(order, data)
  const { id, status, currency, checkout_id: checkoutId } = found
  const total = polarMoney(found.total_amount, currency, decimals)
  const back = polarMoney(found.refunded_amount + found.refunded_tax_amount, currency, decimals)
  const asOf = found.modified_at ?? timestamp
  const dated = asOf === null ? {} : { asOf }
  const isRenewal = RENEWALS.includes(found.billing_reason)
  return {
    status,
    total: { ...total, basis: 'total', ...dated },
    facts: {
      orderId: isRenewal ? null : nameIn(found.metadata, orderKey),
      paymentId: id,
      paymentIds: isRenewal ? [] : [checkoutId],
      expected: total,
      refund: back.amount === '0' ? null : { ...back, id: null, basis: 'total', ...dated },
      reason: found.billing_reason,
    },
  }
}

/** As in orders, refunded tax is a field next to the amount. */
export function refundSays({ data }: PolarEvent, { decimals }: Reading): Said {
  const found = validate(refund, data)
  const { id, status, amount, tax_amount: tax, currency, reason, order_id: paymentId } = found
  return {
    status,
    facts: {
      // A refund has its own metadata, not a copy of the order's.
      paymentId,
      refund: { ...polarMoney(amount + tax, currency, decimals), id, basis: 'refund' },
      reason,
    },
  }
}

export function checkoutSays({ data }: PolarEvent, { orderKey }: Reading): Facts {
  const { id, metadata } = validate(checkout, data)
  return { orderId: nameIn(metadata, orderKey), paymentId: id }
}

function nameIn(metadata: Readonly<Record<string, unknown>>, key: string): string | null {
  return Object.hasOwn(metadata, key) ? (readIdentifier(metadata[key]) ?? null) : null
}
