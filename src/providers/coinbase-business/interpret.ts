/** Maps Coinbase Business's events to ours. */
import { DeliveryError } from '../../errors.js'
import type { EventDraft, UnrecognisedDraft } from '../../event.js'
import { own } from '../../lib/own.js'
import { readIdentifier, validate } from '../../payload.js'
import { checkout, type CoinbaseBusinessCheckout, type CoinbaseBusinessEvent } from './payload.js'

export const TYPES = [
  'payment.confirmed',
  'payment.failed',
  'payment.expired',
  'payment.refunded',
  'refund.confirmed',
  'refund.failed',
] as const

type Type = (typeof TYPES)[number]

type Draft = EventDraft<Type, CoinbaseBusinessCheckout> | UnrecognisedDraft

/**
 * @param orderKey the key of the metadata that holds the order's name
 * @throws DeliveryError `PAYLOAD_INVALID` for a checkout that does not have the documented shape
 */
export function interpret(event: CoinbaseBusinessEvent, orderKey: string): Draft {
  const type = own(EVENTS, event.eventType)
  if (type === undefined) return { unrecognised: event.eventType, native: event }
  const native = validate(checkout, event)
  const { id, amount, currency, metadata, updatedAt } = native
  const said = {
    orderId: Object.hasOwn(metadata, orderKey) ? (readIdentifier(metadata[orderKey]) ?? null) : null,
    paymentId: id,
    expected: { amount, currency },
    occurredAt: updatedAt,
    native,
  }
  const identity = [native.eventType, id]
  switch (type) {
    case 'payment.confirmed':
      return { ...said, type, identity, ...arrived(native) }
    case 'refund.confirmed':
      return { ...said, type: isAll(native) ? 'payment.refunded' : type, ...sentBack(native, identity, 'COMPLETED') }
    case 'refund.failed':
      return { ...said, type, ...sentBack(native, identity, 'FAILED') }
    default:
      return { ...said, type, identity }
  }
}

const EVENTS: Readonly<Record<string, Type>> = {
  'checkout.payment.success': 'payment.confirmed',
  'checkout.payment.failed': 'payment.failed',
  'checkout.payment.expired': 'payment.expired',
  'checkout.refund.success': 'refund.confirmed',
  'checkout.refund.failed': 'refund.failed',
}

/** A checkout takes one payment, of its price. The amount is that before the fee, or the price if the settlement is absent. */
function arrived({ amount, currency, settlement, transactionHash: hash, network }: CoinbaseBusinessCheckout) {
  return {
    received: {
      amount: settlement.totalAmount ?? amount,
      currency: settlement.currency ?? currency,
      basis: 'total' as const,
    },
    transaction: hash === null ? null : { id: hash, hash, network, confirmations: null },
  }
}

function isAll({ status }: CoinbaseBusinessCheckout): boolean {
  return status === 'REFUNDED'
}

/**
 * The event does not name the refund that it is about, so this gives the total. Two refunds of a checkout are two events
 * with one name, so the ids of all refunds with this outcome so far identify each.
 */
function sentBack(
  { amount, currency, status, refundedAmount, refunds, updatedAt }: CoinbaseBusinessCheckout,
  identity: readonly string[],
  outcome: 'COMPLETED' | 'FAILED',
) {
  const ids = refunds.filter((one) => one.status === outcome).flatMap(({ id }) => id ?? [])
  const total = refundedAmount ?? own({ COMPLETED: '0', REFUNDED: amount }, status ?? '')
  if (total === undefined) throw new DeliveryError('PAYLOAD_INVALID', 'the checkout does not say how much went back')
  return {
    identity: [...identity, ...(ids.length > 0 ? ids.sort() : [total, updatedAt ?? ''])],
    refund: {
      amount: total,
      currency,
      id: null,
      basis: 'total' as const,
      ...(updatedAt !== null && { asOf: updatedAt }),
    },
  }
}
