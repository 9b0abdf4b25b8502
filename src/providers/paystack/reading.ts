/** How Paystack's amounts and order names are read. */
import { DeliveryError } from '../../errors.js'
import { fromMinorUnits } from '../../minor-units.js'
import type { Money } from '../../money.js'
import { readIdentifier } from '../../payload.js'

/** How amounts are read. */
export interface MoneyReading {
  readonly xofDecimals: 0 | 2
}

/** How orders are named. */
export interface OrderReading {
  readonly orderFrom: 'metadata' | 'reference'
  readonly orderKey: string
}

/** @throws DeliveryError `PAYLOAD_INVALID` for an amount in XOF that contradicts the option */
export function paystackMoney(units: number | string, currency: string, { xofDecimals }: MoneyReading): Money {
  const exceptions = { XOF: xofDecimals }
  const amount = fromMinorUnits(units, currency, exceptions)
  // The franc has no part, so an amount that seems to have one was sent in whole francs.
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
