/** The order's next state: what an event adds to the facts, and what the facts then amount to. */
import { isDeepStrictEqual } from 'node:util'
import type { WebhookEvent } from '../event.js'
import { belongingOf } from './belonging.js'
import { judge } from './judge.js'
import { canonicalId } from './names.js'
import type { OrderPayment, OrderStatus } from './order-payment.js'
import { policyFor, type ResolvedPolicy, type SettlePolicy } from './policy.js'
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
  /**
   * True once in an order's life, when all of its price is reserved, or confirmed, for the first time. Ship by it in
   * place of `firstConfirmed`, and only then, where the policy says `shipOn: 'authorized'`.
   */
  readonly firstAuthorized: boolean
  /**
   * Names of the order's payments that were learned: index them with the order, in the transaction that saves it, since a
   * refund or a dispute may name its payment by nothing else. In the form of `canonicalId`.
   */
  readonly learned: readonly PaymentName[]
}

/** What a provider calls a payment. */
export interface PaymentName {
  readonly provider: string
  readonly paymentId: string
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
 * @param policy what the shop tolerates. Default: `order.policy`; without that exact payment, overpayment confirmed, late payment reviewed
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
  return settleWith(order, event, policyFor(order, policy))
}

/** The same, with a policy that was checked before. */
export function settleWith(order: OrderPayment, event: WebhookEvent, policy: ResolvedPolicy): Settlement {
  return judgeAnew(order, record(order, event, policy), policy, event, event.receivedAt)
}

/** The order with these facts, judged, and what that changes. */
export function judgeAnew(
  order: OrderPayment,
  facts: OrderPayment,
  policy: ResolvedPolicy,
  event: WebhookEvent | null,
  at: string,
): Settlement {
  const judged = { ...facts, ...judge(facts, policy) }
  const isConfirmed = judged.status === 'confirmed'
  const isAuthorized = isConfirmed || judged.status === 'payment_authorized'
  const firstConfirmed = isConfirmed && order.confirmedAt === null
  const firstAuthorized = isAuthorized && order.authorizedAt === null
  const changed = !isDeepStrictEqual(order, judged)
  const update = { event, from: order.status, to: judged.status, changed, firstConfirmed, firstAuthorized }
  if (!changed) return { order, update: { ...update, learned: [] } }
  const confirmedAt = firstConfirmed ? at : order.confirmedAt
  const authorizedAt = firstAuthorized ? at : order.authorizedAt
  return {
    order: { ...judged, policy: policy.given, authorizedAt, confirmedAt, version: order.version + 1 },
    update: { ...update, learned: learnedBy(order, judged) },
  }
}

function learnedBy(before: OrderPayment, after: OrderPayment): readonly PaymentName[] {
  if (before.ledgers === after.ledgers && before.payments === after.payments) return []
  const opened = before.payments.flatMap(({ provider, paymentId }) =>
    paymentId === null ? [] : [{ provider, paymentId: canonicalId(paymentId) }],
  )
  const known = new Set([...opened, ...namesOf(before)].map(keyOf))
  return namesOf(after).filter((name) => !known.has(keyOf(name)))
}

function namesOf(order: OrderPayment): readonly PaymentName[] {
  return belongingOf(order).own.flatMap(({ ledger: { provider, paymentIds } }) =>
    paymentIds.map((paymentId) => ({ provider, paymentId })),
  )
}

function keyOf({ provider, paymentId }: PaymentName): string {
  return JSON.stringify([provider, paymentId])
}
