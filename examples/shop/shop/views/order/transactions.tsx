/** The transfers of the order that the provider has reported. */
import type { TransferSummary } from 'express-payment-webhooks/orders'
import { formatMoney, networkName, plural } from '../format.js'
import { Time } from '../parts/time.js'
import type { OrderView } from '../props.js'

const STATES: Readonly<Record<TransferSummary['state'], string>> = {
  detected: 'On its way',
  confirmed: 'Final',
  failed: 'Failed',
}

export function Transactions({ order }: { readonly order: OrderView }) {
  if (order.transactions.length === 0) return null
  return (
    <section aria-labelledby="transactions">
      <h2 id="transactions">{order.transactions.length === 1 ? 'Transaction' : 'Transactions'}</h2>
      <ul class="transactions">
        {order.transactions.map((transaction) => (
          <li key={`${transaction.provider} ${transaction.id} ${transaction.paymentId}`}>
            <Transaction transaction={transaction} order={order} />
          </li>
        ))}
      </ul>
    </section>
  )
}

function Transaction({ transaction, order }: { readonly transaction: TransferSummary; readonly order: OrderView }) {
  const { amount, state, hash, id, network, seenAt } = transaction
  return (
    <article class={`transaction ${state}`}>
      <p class="transaction-head">
        <strong class="amount">
          {amount === null ? 'Amount not known yet' : formatMoney({ amount, currency: order.expected.currency })}
        </strong>
        <span>{STATES[state]}</span>
      </p>
      <Confirmations transaction={transaction} required={order.requiredConfirmations} />
      <dl class="facts">
        <dt>{hash === null ? 'Number' : 'Hash'}</dt>
        <dd class="code">{hash ?? id}</dd>
        {network !== null && (
          <>
            <dt>Network</dt>
            <dd>{networkName(network)}</dd>
          </>
        )}
        <dt>First seen</dt>
        <dd>
          <Time at={seenAt} />
        </dd>
      </dl>
    </article>
  )
}

interface ConfirmationsProps {
  readonly transaction: TransferSummary
  /** Null if only the provider knows it. */
  readonly required: number | null
}

function Confirmations({ transaction: { confirmations, state }, required }: ConfirmationsProps) {
  if (confirmations === null || state === 'failed') return null
  if (required === null || required === 0) return <p class="muted">{plural(confirmations, 'confirmation')}</p>
  const shown = Math.min(confirmations, required)
  return (
    <p class="confirmations">
      <progress value={shown} max={required} aria-label="Confirmations" />
      <span class="muted">
        {shown} of {plural(required, 'confirmation')}
      </span>
    </p>
  )
}
