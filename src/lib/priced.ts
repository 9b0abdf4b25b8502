/** Payments in coins, in the currency of the price that they pay. */
import { decimalsOf } from '../minor-units.js'
import { shareOfPrice, type Money } from '../money.js'

/** Those of a satoshi. */
const COIN_DECIMALS = 8

/** With how many decimals a price is told in its currency. */
export function priceDecimals(currency: string): number {
  return decimalsOf(currency) ?? COIN_DECIMALS
}

/**
 * What came, in the currency of the price. Where the price itself was asked for, it is what came; else the price, or its
 * share where less came than was asked for. Null where nothing says what a coin is worth.
 *
 * @param asked how much of the coin the price was said to be
 */
export function inPriceCurrency(price: Money, asked: string, paid: Money): Money | null {
  if (paid.currency === price.currency && asked === price.amount) return paid
  const amount = shareOfPrice(price.amount, paid.amount, asked, priceDecimals(price.currency))
  return amount === null ? null : { amount, currency: price.currency }
}
