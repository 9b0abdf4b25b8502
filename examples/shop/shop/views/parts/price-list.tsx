/** The same price in several currencies, on one line if there is room. */
import type { Money } from 'express-payment-webhooks'
import { formatMoney } from '../format.js'

export function PriceList({ prices }: { readonly prices: readonly Money[] }) {
  return (
    <ul class="price-list muted">
      {prices.map((price) => (
        <li key={price.currency} class="amount">
          {formatMoney(price)}
        </li>
      ))}
    </ul>
  )
}
