/** Reads Razorpay's names of payments and orders, and its amounts. */
import type { z } from 'zod'
import { fromMinorUnits } from '../../minor-units.js'
import type { Money } from '../../money.js'
import { readIdentifier } from '../../payload.js'
import type { payment } from './payload.js'

/** The options that decide what an event means. */
export interface RazorpayReading {
  readonly money: 'order' | 'payment' | 'payment_link'
  readonly orderFrom: 'receipt' | 'notes'
  readonly orderKey: string
}

type Payment = z.output<typeof payment>

type Notes = Readonly<Record<string, unknown>>

/** Amounts are in the smallest unit by ISO 4217; those with three decimals end in a zero (docs: api/orders/create). */
export function razorpayMoney(units: number, currency: string): Money {
  return { amount: fromMinorUnits(units, currency), currency }
}

/**
 * The names of a payment. Several attempts and part payments belong to one order, so the shop stores the order's id.
 * Payments that count separately share no name.
 */
export function namesOf(
  { id, order_id: orderId }: Payment,
  { money }: RazorpayReading,
): { readonly paymentId: string; readonly paymentIds: readonly string[] } {
  return money === 'payment' || orderId === null
    ? { paymentId: id, paymentIds: [] }
    : { paymentId: orderId, paymentIds: [id] }
}

/** @param receipt the shop's name for the order at Razorpay, if the event contains it */
export function orderOf(receipt: string | null, notes: readonly Notes[], reading: RazorpayReading): string | null {
  if (receipt !== null && reading.orderFrom === 'receipt') return receipt
  for (const one of notes) {
    const name = Object.hasOwn(one, reading.orderKey) ? readIdentifier(one[reading.orderKey]) : undefined
    if (name !== undefined) return name
  }
  return null
}
