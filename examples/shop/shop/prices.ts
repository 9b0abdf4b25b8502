/** Exact sums of prices. */
import { Big } from 'big.js'
import type { Money } from 'express-payment-webhooks'
import type { LineView, ProductView } from './views/props.js'

/** The price of this quantity, in every currency of the product. */
export function lineOf(product: ProductView, quantity: number): LineView {
  const totals = product.prices.map(({ amount, currency }) => ({
    amount: new Big(amount).times(quantity).toFixed(2),
    currency,
  }))
  return { product, quantity, totals }
}

/** The price of all lines, in every currency in which all of them have a price. */
export function totalsOf(lines: readonly LineView[]): readonly Money[] {
  const [first] = lines
  return (first?.totals ?? []).flatMap(({ currency }) => {
    const amounts = lines.flatMap(({ totals }) => totals.filter((total) => total.currency === currency))
    if (amounts.length < lines.length) return []
    const sum = amounts.reduce((total, { amount }) => total.plus(amount), new Big(0))
    return [{ amount: sum.toFixed(2), currency }]
  })
}

/** The same lines with their price in one currency only, as an order stores them. */
export function linesIn(currency: string, lines: readonly LineView[]): readonly LineView[] {
  const only = (prices: readonly Money[]) => prices.filter((price) => price.currency === currency)
  return lines.map(({ product, quantity, totals }) => ({
    product: { ...product, prices: only(product.prices) },
    quantity,
    totals: only(totals),
  }))
}
