/** Amounts in Stripe's format (docs: currencies): ISO 4217, with a few exceptions. */
import { DeliveryError } from '../../errors.js'
import { fromMinorUnits } from '../../minor-units.js'
import type { Money } from '../../money.js'

/**
 * ISK and UGX have no minor unit, but are sent with two zeros. MGA has one in ISO 4217, but is sent in whole units. The
 * page names UGX twice, and its worked example (5 UGX is 500) decides.
 */
const EXCEPTIONS = { ISK: 2, UGX: 2, MGA: 0 }

/** These currencies have no fractions, so an amount with one contradicts the documents. */
const WHOLE: readonly string[] = ['ISK', 'UGX']

/** @throws DeliveryError `PAYLOAD_INVALID` for an amount that contradicts Stripe's documents */
export function stripeMoney(amount: number, currency: string): Money {
  if (WHOLE.includes(currency) && amount % 100 !== 0) {
    throw new DeliveryError(
      'PAYLOAD_INVALID',
      `the amount in ${currency} is not a multiple of 100, as Stripe documents: look it up in the dashboard`,
    )
  }
  return { amount: fromMinorUnits(amount, currency, EXCEPTIONS), currency }
}
