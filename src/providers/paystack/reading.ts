/** Reads Paystack's amounts and order names. */
import { DeliveryError } from '../../errors.js'
import { fromMinorUnits } from '../../minor-units.js'
import type { Money } from '../../money.js'
import { readIdentifier } from '../../payload.js'

/** Options for reading amounts. */
export interface MoneyReading {
  readonly xofDecimals: 0 | 2
}

/** Options for finding the order's name. */
export interface OrderReading {
  readonly orderFrom: 'metadata' | 'reference'
  readonly orderKey: string
}

/** @throws DeliveryError `PAYLOAD_INVALID` for an amount in XOF that contradicts the option */
export function paystackMoney(units: number | string, currency: string, { xofDecimals }: MoneyReading): Money {
  const exceptions = { XOF: xofDecimals }
  const amount = fromMinorUnits(units, currency, exceptions)
  // The franc has no minor unit, so an amount with a fraction was sent in whole francs.
  if (currency === 'XOF' && amount.includes('.')) {
    throw new DeliveryError(
      'PAYLOAD_INVALID',
      'the amount in XOF is no multiple of 100: if amounts come in whole francs, set xofDecimals to 0',
    )
  }
  return { amount, currency }
}

export function orderOf(
  metadata: Readonly<Record<string, unknown>>,
  reference: string,
  { orderFrom, orderKey }: OrderReading,
): string | null {
  if (orderFrom === 'reference') return reference
  return Object.hasOwn(metadata, orderKey) ? (readIdentifier(metadata[orderKey]) ?? null) : null
}
