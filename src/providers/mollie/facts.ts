/** What a payment says about money: totals, each true when it was read. */
import type { EventDispute, EventDraft } from '../../event.js'
import { compareDecimals, sumDecimals, type Money } from '../../money.js'
import { orderOf, type OrderReading } from './order-reference.js'
import type { MollieAmount, MolliePayment } from './payload.js'

/** The part of a draft that depends on the payment. */
export type PaymentFacts = Omit<EventDraft, 'type' | 'identity' | 'native'>

/** A payment, and when it said so. */
export interface State {
  readonly payment: MolliePayment
  /** ISO 8601 in UTC; null for an event whose date cannot be read. */
  readonly asOf: string | null
}

export function refundsOf({ _embedded }: MolliePayment) {
  return _embedded?.refunds ?? []
}

export function chargebacksOf({ _embedded }: MolliePayment) {
  return _embedded?.chargebacks ?? []
}

/** Every payment has these, whatever became of it. */
export function openFacts(payment: MolliePayment, reading: OrderReading): PaymentFacts {
  return {
    orderId: orderOf(payment, reading),
    paymentId: payment.id,
    paymentIds: [payment.orderId],
    expected: moneyOf(payment.amount),
  }
}

/** How a payment ends that nobody paid. */
export type Ending = 'failed' | 'canceled' | 'expired'

export function isEnding(status: string): status is Ending {
  return status === 'failed' || status === 'canceled' || status === 'expired'
}

export function endedFacts(ending: Ending, { payment }: State, reading: OrderReading) {
  return { type: `payment.${ending}` as const, ...openFacts(payment, reading), occurredAt: payment[`${ending}At`] }
}

/** Reserved, and not received. */
export function authorizedFacts({ payment, asOf }: State, reading: OrderReading) {
  return {
    type: 'payment.authorized' as const,
    ...openFacts(payment, reading),
    received: totalOf(moneyOf(payment.amount), asOf),
    occurredAt: payment.authorizedAt,
  }
}

/** What came, and what went back of it: all of it each time, since one callback may stand for several changes. */
export function paidFacts({ payment, asOf }: State, reading: OrderReading): PaymentFacts {
  return {
    ...openFacts(payment, reading),
    received: totalOf(arrivedOf(payment), asOf),
    refund: { ...totalOf(refundedOf(payment), asOf), id: null },
    dispute: disputeOf(payment),
    occurredAt: payment.paidAt,
  }
}

/** Less than the amount where less was captured than was reserved. */
function arrivedOf({ amount, amountCaptured }: MolliePayment): Money {
  return moneyOf(isSome(amountCaptured) ? amountCaptured : amount)
}

/** Refunds that are under way are counted, as Mollie counts them. */
function refundedOf({ amount, amountRefunded }: MolliePayment): Money {
  return moneyOrNone(amountRefunded, amount)
}

/**
 * What chargebacks have taken and not given back. By the list of them where there is one, because nobody says whether the
 * total shrinks when one is reversed.
 */
function chargedBackOf(payment: MolliePayment): Money {
  const { amount, amountChargedBack } = payment
  const listed = chargebacksOf(payment).map((one) => (one.reversedAt === null ? one.amount?.value : '0'))
  const isComplete = listed.length > 0 && listed.every((value) => value !== undefined)
  if (!isComplete) return moneyOrNone(amountChargedBack, amount)
  return { amount: sumDecimals(listed), currency: amount.currency }
}

/**
 * The chargebacks of a payment, as one dispute with the id of the payment: an event has one, and the total is what counts.
 * Null where none was ever made. Those that were reversed have taken nothing.
 */
function disputeOf(payment: MolliePayment): EventDispute | null {
  const taken = chargedBackOf(payment)
  const withdrawn = taken.amount !== '0'
  const listed = chargebacksOf(payment).map((one) => one.amount?.value ?? '0')
  if (!withdrawn && listed.length === 0) return null
  const money = withdrawn ? taken : { ...taken, amount: sumDecimals(listed) }
  return { ...money, id: payment.id, withdrawn, reason: null, respondBy: null }
}

/** True where nothing of what came is left. */
export function isAllBack(payment: MolliePayment): boolean {
  const back = sumDecimals([refundedOf(payment).amount, chargedBackOf(payment).amount])
  return compareDecimals(back, arrivedOf(payment).amount) >= 0
}

function moneyOrNone(amount: MollieAmount | null, { currency }: MollieAmount): Money {
  return moneyOf(amount ?? { value: '0', currency })
}

export function isSome(amount: MollieAmount | null): amount is MollieAmount {
  return amount !== null && amount.value !== '0'
}

export function moneyOf({ value, currency }: MollieAmount): Money {
  return { amount: value, currency }
}

function totalOf(money: Money, asOf: string | null) {
  return { ...money, basis: 'total' as const, ...(asOf !== null && { asOf }) }
}
