/** Exact sums of prices. */
import { Big } from 'big.js'
import type { Money } from 'express-payment-webhooks'
import type { LineView, ProductView } from './views/props.js'

/** What so many pieces cost, in every currency of the product. */
export function lineOf(product: ProductView, quantity: number): LineView {
  const totals = product.prices.map(({ amount, currency }) => ({
    amount: new Big(amount).times(quantity).toFixed(2),
    currency,
  }))
  return { product, quantity, totals }
}

/** What all lines cost, in every currency that all of them have a price in. */
export function totalsOf(lines: readonly LineView[]): readonly Money[] {
  const [first] = lines
  return (first?.totals ?? []).flatMap(({ currency }) => {
    const amounts = lines.flatMap(({ totals }) => totals.filter((total) => total.currency === currency))
    if (amounts.length < lines.length) return []
    const sum = amounts.reduce((total, { amount }) => total.plus(amount), new Big(0))
    return [{ amount: sum.toFixed(2), currency }]
  })
}

/** The same lines with their price in one currency alone, as an order keeps them. */
export function linesIn(currency: string, lines: readonly LineView[]): readonly LineView[] {
  const only = (prices: readonly Money[]) => prices.filter((price) => price.currency === currency)
  return lines.map(({ product, quantity, totals }) => ({
    product: { ...product, prices: only(product.prices) },
    quantity,
    totals: only(totals),
  }))
}
