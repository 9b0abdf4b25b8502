/** Records a payment that a provider confirmed earlier, under the provider's own names, so that later events match it. */
import { isDeepStrictEqual } from 'node:util'
import type { WebhookEvent } from '../event.js'
import { invalidOption } from '../lib/invalid-option.js'
import { rejectUnknown } from '../lib/reject-unknown.js'
import { act, BY, signed, timeOf, unchanged, type By } from './act.js'
import { canonicalId } from './names.js'
import { checkOpened, priceOf } from './open-order.js'
import type { OpenedPayment, OrderPayment } from './order-payment.js'
import { policyFor, type SettlePolicy } from './policy.js'
import { record } from './record.js'
import type { Settlement } from './settle.js'

/** A refund that the provider made earlier. */
export interface ImportedRefund {
  /** The provider's id of the refund, which its events contain: with Stripe the id that begins with `re_`. */
  readonly id: string
  /** The refunded amount, in the order's currency. */
  readonly amount: string
}

/** The options of `importPayment`. */
export interface ImportedPayment extends By {
  /** The provider's name, for example `stripe`. */
  readonly provider: string
  /** Every name by which the provider's events may call the payment, as listed on the provider's page under Mapping. */
  readonly paymentIds: readonly string[]
  /**
   * The whole amount that came in, in the order's currency, including money that went back since.
   * @default the price of the order
   */
  readonly amount?: string | undefined
  /** When the provider confirmed it. @default null: unknown, which counts as in time */
  readonly paidAt?: Date | string | null | undefined
  /** Refunds that are complete. Leave out refunds under way, because events will report them. @default none */
  readonly refunds?: readonly ImportedRefund[] | undefined
}

/**
 * Records a payment that its provider confirmed before this package settled events of the order, for example for an
 * earlier handler. It counts as the provider's total. The provider's own event about the payment adds nothing, even
 * later; refunds and disputes of it count.
 * Each of `refunds` counts in the same way, and its event adds nothing either. The same payment counts once. Its names
 * are then in the order's `payments` and in `update.learned`.
 *
 * `update.firstConfirmed` is true as for every order that becomes paid. If the order was
 * shipped earlier, do not ship it again.
 *
 * @param policy the shop's policy. Default: `order.policy`
 * @throws ConfigurationError `CONFIG_OPTION_UNKNOWN`, `CONFIG_OPTION_INVALID`
 * @example
 * ```ts
 * import { importPayment } from 'express-payment-webhooks/orders'
 *
 * const { order: next, update } = importPayment(payment, {
 *   provider: 'stripe',
 *   paymentIds: ['pi_3Qa7Lm2eZvKYlo2C1h9XtR4d'],
 *   amount: '49.90',
 *   paidAt: '2026-03-05T14:03:20Z',
 *   refunds: [{ id: 're_3Qa7Lm2eZvKYlo2C1pW8sK2n', amount: '15' }],
 *   note: 'taken over from the old handler',
 * })
 * ```
 */
export function importPayment(order: OrderPayment, paid: ImportedPayment, policy?: SettlePolicy): Settlement {
  const where = 'importPayment'
  rejectUnknown(where, paid, ['provider', 'paymentIds', 'amount', 'paidAt', 'refunds', ...BY])
  const resolved = policyFor(order, policy)
  const { provider, paymentIds, paidAt = null } = paid
  const given: unknown = paymentIds
  if (!Array.isArray(given) || given.length === 0 || given.includes(null)) {
    invalidOption(where, "paymentIds must be the provider's ids of the payment, such as ['pi_3Qa7Lm2eZvKYlo2C']")
  }
  const named = paymentIds.map((paymentId): OpenedPayment => ({ provider, paymentId }))
  checkOpened(where, named)
  const amount = paid.amount === undefined ? order.expected.amount : priceOf(`${where}: amount`, paid.amount)
  const occurredAt = paidAt === null ? null : timeOf(where, 'paidAt', paidAt)
  const refunds = refundsOf(where, paid.refunds ?? [])
  const signature = signed(where, paid)
  const nameOf = (one: OpenedPayment) => JSON.stringify([one.provider, canonicalId(one.paymentId ?? '')])
  const known = new Map(order.payments.filter((one) => one.paymentId !== null).map((one) => [nameOf(one), one]))
  const reference = named.map((one) => known.get(nameOf(one))?.reference).find((name) => name !== undefined)
  const payments = [
    ...order.payments,
    ...named
      .filter((one) => !known.has(nameOf(one)))
      .map((one) => ({ ...one, ...(reference === undefined ? {} : { reference }) })),
  ]
  const confirmed: WebhookEvent = {
    id: `${provider}:imported:${paymentIds[0]}`,
    type: 'payment.confirmed',
    provider,
    orderId: reference ?? order.orderId,
    paymentId: paymentIds[0]!,
    paymentIds,
    transaction: null,
    expected: null,
    received: { amount, currency: order.expected.currency, basis: 'total' },
    original: null,
    refund: null,
    dispute: null,
    reason: null,
    occurredAt,
    // Without a date, the payment counts as in time, whenever it is recorded.
    receivedAt: occurredAt ?? earlier(order.expiresAt, signature.at),
    native: null,
  }
  const events = [confirmed, ...refunds.map((refund) => refundEvent(confirmed, refund))]
  const { ledgers } = events.reduce((known, event) => record(known, event, resolved), order)
  if (payments.length === order.payments.length && isDeepStrictEqual(ledgers, order.ledgers)) return unchanged(order)
  const action = { action: 'imported' as const, provider, paymentIds, amount, refunds, ...signature }
  return act(order, action, { payments, ledgers }, resolved)
}

function refundsOf(where: string, refunds: readonly ImportedRefund[]): readonly ImportedRefund[] {
  const given: unknown = refunds
  if (!Array.isArray(given)) invalidOption(where, "refunds must be an array, such as [{ id: 're_1', amount: '15' }]")
  return refunds.map((refund, index) => {
    const at = `${where}: refunds[${index}]`
    rejectUnknown(at, refund, ['id', 'amount'])
    const id: unknown = refund.id
    if (typeof id !== 'string' || id === '') invalidOption(at, "id must be the provider's id of the refund, as a text")
    return { id: refund.id, amount: priceOf(`${at}: amount`, refund.amount) }
  })
}

/** Has no date, so that any report in the provider's own events, such as a later failure, counts as newer. */
function refundEvent(confirmed: WebhookEvent, { id, amount }: ImportedRefund): WebhookEvent {
  return {
    ...confirmed,
    id: `${confirmed.provider}:imported:${id}`,
    type: 'refund.confirmed',
    received: null,
    refund: { id, amount, currency: confirmed.received!.currency, basis: 'refund' },
    occurredAt: null,
  }
}

function earlier(deadline: string | null, at: string): string {
  return deadline !== null && deadline < at ? deadline : at
}
