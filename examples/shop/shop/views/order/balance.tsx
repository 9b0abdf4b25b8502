/** The amounts asked, received and left. Shown only after something was received. */
import { formatMoney, isSome } from '../format.js'
import type { OrderView } from '../props.js'

export function Balance({ order }: { readonly order: OrderView }) {
  const { received, pending, authorized, refunded, disputed, shortfall, excess, expected } = order
  if (![received, pending, authorized, refunded, disputed].some(isSome)) return null
  const rows = [
    { name: 'Price', amount: expected.amount, always: true },
    { name: 'Received', amount: received },
    { name: 'On its way', amount: pending },
    { name: 'Reserved', amount: authorized },
    { name: 'Sent back', amount: refunded },
    { name: 'Disputed', amount: disputed },
    { name: 'Still to pay', amount: order.status === 'payment_insufficient' ? shortfall : '0' },
    { name: 'Paid above the price', amount: excess },
  ]
  return (
    <section aria-labelledby="balance">
      <h2 id="balance">Balance</h2>
      <dl class="facts ledger">
        {rows
          .filter(({ amount, always }) => always === true || isSome(amount))
          .map(({ name, amount }) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd class="amount">{formatMoney({ amount, currency: expected.currency })}</dd>
            </div>
          ))}
      </dl>
    </section>
  )
}
