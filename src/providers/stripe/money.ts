/** Amounts as Stripe sends them (docs: currencies): ISO 4217 with a few currencies of their own. */
import { DeliveryError } from '../../errors.js'
import { fromMinorUnits } from '../../minor-units.js'
import type { Money } from '../../money.js'

/**
 * Sent with two zeros although they have no minor unit: ISK and UGX. In whole units although ISO gives it a minor one:
 * MGA. The page names UGX twice, and its worked example (5 UGX is 500) decides.
 */
const EXCEPTIONS = { ISK: 2, UGX: 2, MGA: 0 }

/** These cannot have a fraction, so an amount that seems to have one was written in another way than documented. */
const WHOLE: readonly string[] = ['ISK', 'UGX']

/** @throws DeliveryError `PAYLOAD_INVALID` for an amount that contradicts Stripe's documents */
export function stripeMoney(amount: number, currency: string): Money {
  if (WHOLE.includes(currency) && amount % 100 !== 0) {
    throw new DeliveryError(
      'PAYLOAD_INVALID',
      `the amount in ${currency} is no multiple of 100, as Stripe documents it to be: look it up in the dashboard`,
    )
  }
  return { amount: fromMinorUnits(amount, currency, EXCEPTIONS), currency }
}
