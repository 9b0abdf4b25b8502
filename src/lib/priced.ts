/** Converts payments in coins to the currency of the price. */
import { decimalsOf } from '../minor-units.js'
import { shareOfPrice, type Money } from '../money.js'

/** Decimals of a satoshi. */
const COIN_DECIMALS = 8

/** Number of decimals of a price in its currency. */
export function priceDecimals(currency: string): number {
  return decimalsOf(currency) ?? COIN_DECIMALS
}

/**
 * The received amount in the currency of the price. If the price itself was requested, it is the amount that came.
 * Otherwise it is the price, or a share of it if less came than was requested. Null if the coin's rate is unknown.
 *
 * @param asked the price in the currency of `paid`
 */
export function inPriceCurrency(price: Money, asked: string, paid: Money): Money | null {
  if (paid.currency === price.currency && asked === price.amount) return paid
  const amount = shareOfPrice(price.amount, paid.amount, asked, priceDecimals(price.currency))
  return amount === null ? null : { amount, currency: price.currency }
}
