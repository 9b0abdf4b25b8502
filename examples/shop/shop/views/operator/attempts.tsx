/** Each payment as the provider judged it, and what settled nothing. */
import type { PaymentAttempt, Stray } from 'express-payment-webhooks/orders'
import { formatDateTime, formatMoney } from '../format.js'
import { REASONS } from './reasons.js'

interface AttemptsProps {
  readonly attempts: readonly PaymentAttempt[]
  readonly strays: readonly Stray[]
  readonly currency: string
}

export function Attempts({ attempts, strays, currency }: AttemptsProps) {
  return (
    <>
      {attempts.length > 0 && (
        <section aria-labelledby="attempts">
          <h3 id="attempts">What the provider says</h3>
          <ul class="plain-list">
            {attempts.map((attempt) => (
              <li key={`${attempt.provider} ${attempt.paymentId}`}>
                <span class="code">{attempt.paymentId}</span> <Total attempt={attempt} currency={currency} />
                <br />
                <span class="muted">{verdicts(attempt)}</span>
              </li>
            ))}
          </ul>
        </section>
      )}
      {strays.length > 0 && (
        <section aria-labelledby="strays">
          <h3 id="strays">What did not count</h3>
          <ul class="plain-list">
            {strays.map(({ eventId, reason }) => (
              <li key={eventId}>
                <span class="code">{eventId}</span>
                <br />
                <span class="muted">{REASONS[reason]}</span>
              </li>
            ))}
          </ul>
        </section>
      )}
    </>
  )
}

function Total({ attempt, currency }: { readonly attempt: PaymentAttempt; readonly currency: string }) {
  const total = attempt.totals.at(-1)
  return total === undefined ? null : <span class="amount">{formatMoney({ amount: total.amount, currency })}</span>
}

const verdicts = ({ verdicts }: PaymentAttempt): string =>
  Object.entries(verdicts)
    .map(([verdict, at]) => (at === null ? verdict : `${verdict} ${formatDateTime(at)}`))
    .join(', ')
