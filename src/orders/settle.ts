/** The next state of an order: adds the facts of an event and judges them. */
import { isDeepStrictEqual } from 'node:util'
import type { WebhookEvent } from '../event.js'
import { belongingOf } from './belonging.js'
import { judge } from './judge.js'
import { canonicalId } from './names.js'
import type { OrderPayment, OrderStatus } from './order-payment.js'
import { policyFor, type ResolvedPolicy, type SettlePolicy } from './policy.js'
import { record } from './record.js'

/** The effect of an event or a decision on an order. */
export interface OrderUpdate {
  /** Null for a decision. */
  readonly event: WebhookEvent | null
  readonly from: OrderStatus
  readonly to: OrderStatus
  /** False if the order contained all facts already: nothing has to be saved. */
  readonly changed: boolean
  /** True once per order, when it becomes confirmed for the first time: start the shipment in the transaction that saves it. */
  readonly firstConfirmed: boolean
  /**
   * True once per order, when its whole price is reserved or confirmed for the first time. With the policy
   * `shipOn: 'authorized'`, ship by it instead of `firstConfirmed`; otherwise ignore it.
   */
  readonly firstAuthorized: boolean
  /**
   * Newly learned names of the order's payments, in the form of `canonicalId`. Index them with the order in the
   * transaction that saves it, because a refund or a dispute may contain no other name.
   */
  readonly learned: readonly PaymentName[]
}

/** A provider's name for a payment. */
export interface PaymentName {
  readonly provider: string
  readonly paymentId: string
}

/** The next state, and the update that led to it. */
export interface Settlement {
  readonly order: OrderPayment
  readonly update: OrderUpdate
}

/**
 * Settles one event. A pure function: events lead to the same state in any order and any number of deliveries. Money
 * that does not fit the order never counts as payment; it is held for a person.
 *
 * @param policy the shop's policy. Default: `order.policy`, or else exact payment, overpayment confirmed, late
 * payment reviewed
 * @throws ConfigurationError `CONFIG_OPTION_UNKNOWN`, `CONFIG_OPTION_INVALID` for an invalid policy
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

/** Judges the order with these facts, and reports the change. */
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
