/**
 * First half of settling: adds the facts of an event. Nothing is ever removed, so order and repetition of events do not
 * matter.
 */
import type { WebhookEvent } from '../event.js'
import { isExpiryEvent } from './expiry-event.js'
import { factsOf, isAboutMoney } from './facts.js'
import type { Ledger } from './ledger.js'
import { mergeLedgers, mergeLists } from './merge.js'
import { canonicalId } from './names.js'
import type { OrderPayment } from './order-payment.js'
import type { ResolvedPolicy } from './policy.js'

/** The order with the facts of the event added; the same order if it has none. */
export function record(order: OrderPayment, event: WebhookEvent, policy: ResolvedPolicy): OrderPayment {
  if (isExpiryEvent(event)) return withDeadline(order, event, policy.confirmWithinMs)
  if (!isAboutMoney(event)) return order
  const facts = factsOf(order, event, policy.names)
  if (facts === null) return order
  const ledgers = mergeLists(order.ledgers, [{ ...ledgerFor(event), ...facts }], keyOf, mergeLedgers)
  return { ...order, ledgers, isPaidByAddition: false }
}

/**
 * Also records a payment that nobody opened: an event may be faster than the shop, or than the event that connects two
 * names of one payment.
 */
function ledgerFor({ provider, orderId: reference, paymentId, paymentIds }: WebhookEvent): Ledger {
  const names = [paymentId, ...paymentIds].filter((id) => id !== null).map(canonicalId)
  return {
    provider,
    paymentId: names[0] ?? reference ?? '',
    paymentIds: [...new Set(names.length === 0 && reference !== null ? [reference] : names)].sort(),
    reference,
    verdicts: {},
    seenAt: null,
    totals: [],
    transfers: [],
    refunds: [],
    refundTotals: [],
    disputes: [],
    strays: [],
  }
}

/** In JSON no part can contain the separator, so keys cannot collide. */
function keyOf({ provider, paymentId, reference }: Ledger): string {
  return JSON.stringify([provider, paymentId, reference])
}

function withDeadline(order: OrderPayment, event: WebhookEvent, confirmWithinMs: number): OrderPayment {
  const sinceDeadline = Date.parse(event.receivedAt) - Date.parse(order.expiresAt ?? event.receivedAt)
  if (order.deadline === 'long_passed' || sinceDeadline < 0) return order
  return { ...order, deadline: sinceDeadline >= confirmWithinMs ? 'long_passed' : 'passed' }
}
