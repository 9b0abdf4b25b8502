/** Each payment as its provider reports it, its resulting amount, and the parts that do not count. */
import type { PaymentSummary, ReviewReason } from 'express-payment-webhooks/orders'
import { formatDateTime, formatMoney, isSome } from '../format.js'
import { REASONS } from './reasons.js'

interface PaymentsProps {
  readonly payments: readonly PaymentSummary[]
  readonly currency: string
}

export function Payments({ payments, currency }: PaymentsProps) {
  const strays = payments.flatMap(({ paymentId, reason, strays: its }) => [
    ...(reason === null ? [] : [{ name: paymentId, reason }]),
    ...its.map((stray) => ({ name: stray.eventId, reason: stray.reason })),
  ])
  return (
    <>
      {payments.length > 0 && (
        <section aria-labelledby="payments">
          <h3 id="payments">What the provider says</h3>
          <ul class="plain-list">
            {payments.map((payment) => (
              <li key={`${payment.provider} ${payment.paymentId}`}>
                <span class="code">{payment.paymentId}</span>
                <br />
                <span class="muted">{[...amounts(payment, currency), ...verdicts(payment)].join(', ')}</span>
              </li>
            ))}
          </ul>
        </section>
      )}
      {strays.length > 0 && <Strays strays={strays} />}
    </>
  )
}

function Strays({ strays }: { readonly strays: readonly { readonly name: string; readonly reason: ReviewReason }[] }) {
  return (
    <section aria-labelledby="strays">
      <h3 id="strays">What did not count</h3>
      <ul class="plain-list">
        {strays.map(({ name, reason }) => (
          <li key={`${name} ${reason}`}>
            <span class="code">{name}</span>
            <br />
            <span class="muted">{REASONS[reason]}</span>
          </li>
        ))}
      </ul>
    </section>
  )
}

const amounts = (payment: PaymentSummary, currency: string): string[] =>
  (['authorized', 'seen', 'settled', 'returned', 'disputed'] as const)
    .filter((name) => isSome(payment[name]))
    .map((name) => `${name} ${formatMoney({ amount: payment[name], currency })}`)

const verdicts = ({ verdicts: all }: PaymentSummary): string[] =>
  Object.entries(all).map(([verdict, at]) => (at === null ? verdict : `${verdict} ${formatDateTime(at)}`))
