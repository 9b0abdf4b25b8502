/** Amounts as Checkout.com sends them (docs: resources/calculating-the-amount): ISO 4217, except for the Chilean peso. */
import { DeliveryError } from '../../errors.js'
import { fromMinorUnits } from '../../minor-units.js'
import type { Money } from '../../money.js'

/** The peso has no minor unit, but the documents do not list it among the currencies without two decimals. */
const EXCEPTIONS = { CLP: 2 }

interface Units {
  readonly amount: number | null
  readonly currency: string | null
}

/** @throws DeliveryError `PAYLOAD_INVALID` for an amount that contradicts the documents */
export function moneyIn({ amount, currency }: Units): Money | null {
  if (amount === null || currency === null) return null
  if (currency === 'CLP' && amount % 100 !== 0) {
    const fix = 'look it up in the dashboard'
    throw new DeliveryError('PAYLOAD_INVALID', `the amount in CLP is not a multiple of 100, as documented: ${fix}`)
  }
  return { amount: fromMinorUnits(amount, currency, EXCEPTIONS), currency }
}

/** @throws DeliveryError `PAYLOAD_INVALID` */
export function requiredMoney(units: Units, type: string): Money {
  const money = moneyIn(units)
  if (money !== null) return money
  throw new DeliveryError('PAYLOAD_INVALID', `${type} names no amount: look the payment up in the dashboard`)
}
