/** The money of a payment: totals, each true at the time of the read. */
import type { EventDispute, EventDraft } from '../../event.js'
import { compareDecimals, sumDecimals, type Money } from '../../money.js'
import { orderOf, type OrderReading } from './order-reference.js'
import type { MollieAmount, MolliePayment } from './payload.js'

/** The part of a draft that depends on the payment. */
export type PaymentFacts = Omit<EventDraft, 'type' | 'identity' | 'native'>

/** A payment, and the time of its state. */
export interface State {
  readonly payment: MolliePayment
  /** ISO 8601 in UTC; null for an event with an unreadable date. */
  readonly asOf: string | null
}

export function refundsOf({ _embedded }: MolliePayment) {
  return _embedded?.refunds ?? []
}

export function chargebacksOf({ _embedded }: MolliePayment) {
  return _embedded?.chargebacks ?? []
}

/** Facts that every payment has, in whatever state. */
export function openFacts(payment: MolliePayment, reading: OrderReading): PaymentFacts {
  return {
    orderId: orderOf(payment, reading),
    paymentId: payment.id,
    paymentIds: [payment.orderId],
    expected: moneyOf(payment.amount),
  }
}

/** The final states of a payment that was not paid. */
export type Ending = 'failed' | 'canceled' | 'expired'

export function isEnding(status: string): status is Ending {
  return status === 'failed' || status === 'canceled' || status === 'expired'
}

export function endedFacts(ending: Ending, { payment }: State, reading: OrderReading) {
  return { type: `payment.${ending}` as const, ...openFacts(payment, reading), occurredAt: payment[`${ending}At`] }
}

/** The amount is reserved, but not received. */
export function authorizedFacts({ payment, asOf }: State, reading: OrderReading) {
  return {
    type: 'payment.authorized' as const,
    ...openFacts(payment, reading),
    received: totalOf(moneyOf(payment.amount), asOf),
    occurredAt: payment.authorizedAt,
  }
}

/** The money received, and the money that went back: all of it each time, since one callback may stand for several changes. */
export function paidFacts({ payment, asOf }: State, reading: OrderReading): PaymentFacts {
  return {
    ...openFacts(payment, reading),
    received: totalOf(arrivedOf(payment), asOf),
    refund: { ...totalOf(refundedOf(payment), asOf), id: null },
    dispute: disputeOf(payment),
    occurredAt: payment.paidAt,
  }
}

/** Less than the amount if less was captured than reserved. */
function arrivedOf({ amount, amountCaptured }: MolliePayment): Money {
  return moneyOf(isSome(amountCaptured) ? amountCaptured : amount)
}

/** Includes refunds in progress, as Mollie's total does. */
function refundedOf({ amount, amountRefunded }: MolliePayment): Money {
  return moneyOrNone(amountRefunded, amount)
}

/**
 * The amount that chargebacks took and did not give back. It is taken from the list of chargebacks if there is one: no
 * document says if the total shrinks after a reversal.
 */
function chargedBackOf(payment: MolliePayment): Money {
  const { amount, amountChargedBack } = payment
  const listed = chargebacksOf(payment).map((one) => (one.reversedAt === null ? one.amount?.value : '0'))
  const isComplete = listed.length > 0 && listed.every((value) => value !== undefined)
  if (!isComplete) return moneyOrNone(amountChargedBack, amount)
  return { amount: sumDecimals(listed), currency: amount.currency }
}

/**
 * The chargebacks of a payment as one dispute, with the payment's id: an event has room for one, and the total is what
 * counts. Null if there never was a chargeback. Reversed chargebacks have taken nothing.
 */
function disputeOf(payment: MolliePayment): EventDispute | null {
  const taken = chargedBackOf(payment)
  const withdrawn = taken.amount !== '0'
  const listed = chargebacksOf(payment).map((one) => one.amount?.value ?? '0')
  if (!withdrawn && listed.length === 0) return null
  const money = withdrawn ? taken : { ...taken, amount: sumDecimals(listed) }
  return { ...money, id: payment.id, withdrawn, reason: null, respondBy: null }
}

/** True if nothing of the received money is left. */
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
