/** The order's next state: what an event adds to the facts, and what the facts then amount to. */
import { isDeepStrictEqual } from 'node:util'
import type { WebhookEvent } from '../event.js'
import { clock } from '../lib/clock.js'
import { decisionOn } from './decision.js'
import { judge } from './judge.js'
import type { OrderPayment, OrderStatus } from './order-payment.js'
import { resolvePolicy, type ResolvedPolicy, type SettlePolicy } from './policy.js'
import { record } from './record.js'

/** What an event, or a decision, did to an order. */
export interface OrderUpdate {
  /** Null for a decision. */
  readonly event: WebhookEvent | null
  readonly from: OrderStatus
  readonly to: OrderStatus
  /** False when the order knew all of it: nothing has to be saved. */
  readonly changed: boolean
  /** True once in an order's life, when it becomes confirmed for the first time: have it shipped, in the transaction that saves it. */
  readonly firstConfirmed: boolean
}

/** The next state, and how it came about. */
export interface Settlement {
  readonly order: OrderPayment
  readonly update: OrderUpdate
}

/**
 * Settles one event. Pure: whatever the order in which events arrive, and however often, they lead to the same
 * state. Money that does not fit the order is never taken for payment; it is held for a person.
 *
 * @param policy what the shop tolerates. Default: exact payment, overpayment confirmed, late payment reviewed
 * @throws ConfigurationError `CONFIG_OPTION_UNKNOWN`, `CONFIG_OPTION_INVALID` for a policy that cannot be meant
 * @example
 * ```ts
 * import type { WebhookEvent } from 'express-payment-webhooks'
 * import { settle } from 'express-payment-webhooks/orders'
 *
 * async function onEvent(event: WebhookEvent) {
 *   const { order: next, update } = settle(payment, event, { tolerance: '0.01' })
 *   await orders.saveIfVersion(next, payment.version, { ship: update.firstConfirmed })
 * }
 * ```
 */
export function settle(order: OrderPayment, event: WebhookEvent, policy?: SettlePolicy): Settlement {
  return settleWith(order, event, resolvePolicy(policy))
}

/** The same, with a policy that was checked before. */
export function settleWith(order: OrderPayment, event: WebhookEvent, policy: ResolvedPolicy): Settlement {
  return next(order, record(order, event, policy.confirmWithinMs), policy, event, event.receivedAt)
}

/**
 * Records what a person decided about an order in review: `accepted` confirms it, until money goes back or fails that
 * was there when it was accepted; `rejected` cancels it, until more money comes in. An order that is not in review stays
 * as it is.
 *
 * @param now when it was decided. Default: now
 * @example
 * ```ts
 * import { decide } from 'express-payment-webhooks/orders'
 *
 * const { order: next, update } = decide(payment, 'accepted')
 * ```
 */
export function decide(
  order: OrderPayment,
  verdict: 'accepted' | 'rejected',
  policy?: SettlePolicy,
  now: Date = new Date(clock.now()),
): Settlement {
  const resolved = resolvePolicy(policy)
  const facts = order.status === 'needs_review' ? { ...order, decision: decisionOn(order, verdict, resolved) } : order
  return next(order, facts, resolved, null, now.toISOString())
}

function next(
  order: OrderPayment,
  facts: OrderPayment,
  policy: ResolvedPolicy,
  event: WebhookEvent | null,
  at: string,
): Settlement {
  const judged = { ...facts, ...judge(facts, policy) }
  const changed = !isDeepStrictEqual(order, judged)
  const firstConfirmed = judged.status === 'confirmed' && order.confirmedAt === null
  const update = { event, from: order.status, to: judged.status, changed, firstConfirmed }
  if (!changed) return { order, update }
  const confirmedAt = firstConfirmed ? at : order.confirmedAt
  return { order: { ...judged, confirmedAt, version: order.version + 1 }, update }
}
