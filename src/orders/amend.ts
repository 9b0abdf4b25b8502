/** Changes that a shop makes to an order: a payment by other means, a new price, or opening it again. */
import { isDeepStrictEqual } from 'node:util'
import { rejectUnknown } from '../lib/reject-unknown.js'
import { act, BY, invalid, signed, timeOf, unchanged, type By } from './act.js'
import { left } from './amounts.js'
import { endedPayments } from './endings.js'
import { priceOf } from './open-order.js'
import type { OrderPayment } from './order-payment.js'
import { Big } from 'big.js'
import { policyFor, type SettlePolicy } from './policy.js'
import type { Settlement } from './settle.js'
import { sumOrder } from './sum-order.js'

/**
 * Records a payment by other means, such as cash or a transfer that no provider reports. It counts as final and as in
 * time. The same amount, by the same person at the same time, counts once.
 *
 * Do not use it for a payment of a provider whose events are settled here. The record contains no name of that payment,
 * so the provider's event would count the same money again. For a payment confirmed earlier, use `importPayment`.
 *
 * @param paid.amount in the order's currency. Default: the difference between the price and the final money
 * @param policy the shop's policy. Default: `order.policy`
 * @throws ConfigurationError `CONFIG_OPTION_UNKNOWN`, `CONFIG_OPTION_INVALID`
 * @example
 * ```ts
 * import { markPaid } from 'express-payment-webhooks/orders'
 *
 * const { order: next, update } = markPaid(payment, { amount: '40', by: 'maria', at: '2026-03-05T14:03:20Z', note: 'cash' })
 * ```
 */
export function markPaid(
  order: OrderPayment,
  paid: By & { readonly amount?: string | undefined } = {},
  policy?: SettlePolicy,
): Settlement {
  rejectUnknown('markPaid', paid, ['amount', ...BY])
  const resolved = policyFor(order, policy)
  const missing = () => left(new Big(order.expected.amount), sumOrder(order, resolved).net).toFixed()
  const amount = paid.amount === undefined ? missing() : priceOf('markPaid: amount', paid.amount)
  const signature = signed('markPaid', paid)
  const isKnown = order.actions.some(
    (one) => one.action === 'paid' && one.amount === amount && one.by === signature.by && one.at === signature.at,
  )
  if (amount === '0' || isKnown) return unchanged(order)
  return act(order, { action: 'paid', amount, ...signature }, {}, resolved)
}

/**
 * Changes the price of an order, in the order's currency. Of several prices the last one counts.
 *
 * @param price.amount the new price
 * @param policy the shop's policy. Default: `order.policy`
 * @throws ConfigurationError `CONFIG_OPTION_UNKNOWN`, `CONFIG_OPTION_INVALID`
 * @example
 * ```ts
 * import { reprice } from 'express-payment-webhooks/orders'
 *
 * const { order: next, update } = reprice(payment, { amount: '60', by: 'maria', note: 'one piece less' })
 * ```
 */
export function reprice(
  order: OrderPayment,
  price: By & { readonly amount: string },
  policy?: SettlePolicy,
): Settlement {
  rejectUnknown('reprice', price, ['amount', ...BY])
  const { amount: from, currency } = order.expected
  const to = priceOf('reprice: amount', price.amount)
  const signature = signed('reprice', price)
  if (to === from) return unchanged(order)
  return act(
    order,
    { action: 'repriced', from, to, ...signature },
    { expected: { amount: to, currency } },
    policyFor(order, policy),
  )
}

/**
 * Opens an order again: takes back the decision about it, and ignores the payments that have ended so far. Money that
 * has arrived counts, so an order that is paid by now becomes confirmed and ships.
 *
 * @param reopened.expiresAt the new deadline for the buyer, or null for none. Default: the old deadline, or none if that
 * has passed
 * @param policy the shop's policy. Default: `order.policy`
 * @throws ConfigurationError `CONFIG_OPTION_UNKNOWN`, `CONFIG_OPTION_INVALID`
 * @example
 * ```ts
 * import { reopen } from 'express-payment-webhooks/orders'
 *
 * const tomorrow = new Date(Date.now() + 24 * 60 * 60 * 1000)
 * const { order: next, update } = reopen(payment, { expiresAt: tomorrow, by: 'maria', note: 'the buyer called' })
 * ```
 */
export function reopen(
  order: OrderPayment,
  reopened: By & { readonly expiresAt?: Date | string | null | undefined } = {},
  policy?: SettlePolicy,
): Settlement {
  rejectUnknown('reopen', reopened, ['expiresAt', ...BY])
  const resolved = policyFor(order, policy)
  const signature = signed('reopen', reopened)
  const isAhead = (time: string | null) => time === null || time > signature.at
  const given = reopened.expiresAt
  const kept = order.deadline === 'ahead' && isAhead(order.expiresAt) ? order.expiresAt : null
  const expiresAt = given === undefined ? kept : given === null ? null : timeOf('reopen', 'expiresAt', given)
  if (!isAhead(expiresAt)) invalid('reopen', 'expiresAt must lie ahead')
  const change = {
    decision: null,
    expiresAt,
    deadline: 'ahead' as const,
    reopened: endedPayments(sumOrder(order, resolved).payments),
  }
  const { decision, expiresAt: before, deadline, reopened: passedOver } = order
  if (isDeepStrictEqual({ decision, expiresAt: before, deadline, reopened: passedOver }, change))
    return unchanged(order)
  return act(order, { action: 'reopened', expiresAt, ...signature }, change, resolved)
}
