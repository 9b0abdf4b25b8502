/**
 * Amounts in Polar's format: whole numbers of cents, with currencies in lower case (server/polar, schemas of orders and
 * refunds).
 */
import { DeliveryError } from '../../errors.js'
import { decimalsOf, fromMinorUnits } from '../../minor-units.js'
import type { Money } from '../../money.js'

/** The number of decimals in Polar's amounts, by the currency's code in upper case. */
export type PolarDecimals = Readonly<Record<string, number>>

/**
 * No document defines a cent of a currency without cents, so the shop has to configure it.
 *
 * @throws DeliveryError `PAYLOAD_INVALID` for such a currency if its decimals are not configured
 */
export function polarMoney(amount: number, currency: string, decimals: PolarDecimals): Money {
  if (decimalsOf(currency) !== 2 && !Object.hasOwn(decimals, currency)) {
    const fix = `compare an order with Polar's dashboard, and set decimals: { ${currency}: 0 } or { ${currency}: 2 }`
    throw new DeliveryError('PAYLOAD_INVALID', `Polar documents cents, and ${currency} has none: ${fix}`)
  }
  return { amount: fromMinorUnits(amount, currency, decimals), currency }
}
