/** Amounts as Polar sends them: whole numbers of cents, in lower-case currencies (server/polar, schemas of orders and refunds). */
import { DeliveryError } from '../../errors.js'
import { decimalsOf, fromMinorUnits } from '../../minor-units.js'
import type { Money } from '../../money.js'

/** How many decimals the amounts of a currency have at Polar, by its code in upper case. */
export type PolarDecimals = Readonly<Record<string, number>>

/**
 * No document says what a cent of a currency without cents is, so the shop has to.
 *
 * @throws DeliveryError `PAYLOAD_INVALID` for a currency of which nobody told the decimals
 */
export function polarMoney(amount: number, currency: string, decimals: PolarDecimals): Money {
  if (decimalsOf(currency) !== 2 && !Object.hasOwn(decimals, currency)) {
    const fix = `compare an order with Polar's dashboard, and set decimals: { ${currency}: 0 } or { ${currency}: 2 }`
    throw new DeliveryError('PAYLOAD_INVALID', `Polar documents cents, and ${currency} has none: ${fix}`)
  }
  return { amount: fromMinorUnits(amount, currency, decimals), currency }
}
