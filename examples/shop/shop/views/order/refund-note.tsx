/** The future of money that was paid above the price. */
import { formatMoney, isSome } from '../format.js'
import type { OrderView } from '../props.js'

export function RefundNote({ order: { status, excess, expected } }: { readonly order: OrderView }) {
  if (status !== 'confirmed' || !isSome(excess)) return null
  return (
    <p class="hint">
      We noted a refund of {formatMoney({ amount: excess, currency: expected.currency })} and will send it back. There
      is nothing you need to do.
    </p>
  )
}
