/** The purchase: its lines and the total. */
import type { Money } from 'express-payment-webhooks'
import { formatMoney } from '../format.js'
import type { LineView } from '../props.js'

interface OrderLinesProps {
  readonly lines: readonly LineView[]
  /** Null if the total depends on a later choice. */
  readonly total: Money | null
}

export function OrderLines({ lines, total }: OrderLinesProps) {
  return (
    <>
      <ul class="lines">
        {lines.map(({ product, quantity, totals }) => (
          <li key={product.id}>
            <span>
              <span class="quantity">{quantity} ×</span> {product.name}
            </span>
            {total !== null && totals[0] !== undefined && <span class="amount">{formatMoney(totals[0])}</span>}
          </li>
        ))}
      </ul>
      {total !== null && (
        <p class="total">
          <span>Total</span>
          <strong class="amount">{formatMoney(total)}</strong>
        </p>
      )}
    </>
  )
}
