/** Every callback of a payment: what was sent, how often, and what the shop said. */
import type { DeliveryView, PaymentView } from '../view.js'
import { Press } from './parts.js'

export function DeliveryLog({ payment }: { readonly payment: PaymentView }) {
  return (
    <section class="card" aria-labelledby="log">
      <div class="title">
        <h2 id="log">Callbacks</h2>
        <a href={payment.payerUrl}>Refresh</a>
      </div>
      {payment.deliveries.length === 0 ? (
        <p>Nothing has been sent yet.</p>
      ) : (
        <ol class="log">
          {payment.deliveries.map((delivery) => (
            <Entry delivery={delivery} key={delivery.id} />
          ))}
        </ol>
      )}
    </section>
  )
}

function Entry({ delivery }: { readonly delivery: DeliveryView }) {
  const { id, event, state, attempts, nextAttemptAt } = delivery
  return (
    <li>
      <div class="title">
        <strong>{event}</strong>
        <span class={`status ${{ delivered: 'good', 'given up': 'bad', waiting: 'open', held: 'open' }[state]}`}>
          {state === 'held' ? 'held back' : state}
        </span>
      </div>
      <ul>
        {attempts.map(({ number, at, status, error }) => (
          <li key={number}>
            <time dateTime={at}>{clock(at)}</time> {status === null ? `no answer: ${error}` : `answered ${status}`}
          </li>
        ))}
        {nextAttemptAt !== null && state === 'waiting' && (
          <li>
            next attempt at <time dateTime={nextAttemptAt}>{clock(nextAttemptAt)}</time>
          </li>
        )}
      </ul>
      <Press to={`/sandbox/deliveries/${id}/resend`} kind="quiet" label="Send again" />
    </li>
  )
}

/** Time of day in UTC. */
function clock(at: string): string {
  return at.slice(11, 19)
}
