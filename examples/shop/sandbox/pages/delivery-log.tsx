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
        <Outcome delivery={delivery} />
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
      <Press to={`/sandbox/deliveries/${id}/resend`} kind="quiet" label="Send again" about={event} />
      <details>
        <summary>What was sent</summary>
        <pre tabIndex={0}>{sent(delivery)}</pre>
      </details>
    </li>
  )
}

function sent({ headers, body }: DeliveryView): string {
  const lines = Object.entries(headers).map(([name, text]) => `${name}: ${text}`)
  return [...lines, '', JSON.stringify(JSON.parse(body), null, 2)].join('\n').trim()
}

/** A forged callback ends well when the shop has refused it. */
function Outcome({ delivery: { state, forged } }: { readonly delivery: DeliveryView }) {
  const [delivered, givenUp] = forged ? (['bad', 'good'] as const) : (['good', 'bad'] as const)
  switch (state) {
    case 'delivered':
      return <span class={`status ${delivered}`}>{forged ? 'accepted' : 'delivered'}</span>
    case 'given up':
      return <span class={`status ${givenUp}`}>{forged ? 'refused' : 'given up'}</span>
    default:
      return <span class="status open">{state === 'held' ? 'held back' : 'waiting'}</span>
  }
}

/** Time of day in UTC. */
function clock(at: string): string {
  return at.slice(11, 19)
}
