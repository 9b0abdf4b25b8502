/** Every callback of a payment: its content, its attempts, and the shop's answers. */
import type { DeliveryView, PaymentView } from '../view.js'
import { Press } from './parts.js'

export function DeliveryLog({ payment }: { readonly payment: PaymentView }) {
  return (
    <section class="card" aria-labelledby="log">
      <div class="title">
        <h2 id="log">Callbacks</h2>
        <a href={payment.payerUrl}>Refresh</a>
      </div>
      <Copies deliveries={payment.deliveries} />
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

/** The shop's outcomes, in words for an observer. */
const WORDS: Readonly<Record<string, string>> = {
  duplicate: 'a repeat, nothing happened',
  kept: 'failed, and kept to be run again',
  quarantined: 'kept for the operator',
  not_authentic: 'refused as forged',
  retry_later: 'later',
}

/** Several copies of a callback: all get the same answer, and one of them was handled. */
function Copies({ deliveries }: Pick<PaymentView, 'deliveries'>) {
  const groups = groupBy(
    deliveries.filter(({ forged }) => !forged),
    ({ event, body }) => `${event} ${body}`,
  )
  const several = [...groups.values()].filter((copies) => copies.length > 1)
  const known = several.map((copies) => ({ event: copies[0]!.event, copies, text: outcomesOf(copies) }))
  const told = known.filter(({ text }) => text !== '')
  if (told.length === 0) return null
  return (
    <ul class="copies">
      {told.map(({ event, copies, text }) => (
        <li key={copies[0]!.id}>
          <strong>{event}</strong> {copies.length} times: {text}
        </li>
      ))}
    </ul>
  )
}

/** For example `1 handled, 4 duplicates`. */
function outcomesOf(copies: readonly DeliveryView[]): string {
  const outcomes = copies.flatMap(({ attempts }) =>
    attempts.map(({ outcome }) => outcome).filter((one) => one !== null),
  )
  const counts = groupBy(outcomes.sort(firstHandled), (outcome) => outcome)
  return [...counts].map(([outcome, { length }]) => `${length} ${plural(outcome, length)}`).join(', ')
}

const firstHandled = (one: string, other: string) => Number(other === 'handled') - Number(one === 'handled')

function plural(outcome: string, count: number): string {
  return outcome === 'duplicate' && count > 1 ? 'duplicates' : outcome.replaceAll('_', ' ')
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
        {attempts.map(({ number, at, status, error, outcome }) => (
          <li key={number}>
            <time dateTime={at}>{clock(at)}</time> {status === null ? `no answer: ${error}` : `answered ${status}`}
            {outcome !== null && `: ${WORDS[outcome] ?? outcome}`}
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

/** For a forged callback, a refusal by the shop is the good result. */
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

function groupBy<T>(list: readonly T[], keyOf: (one: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>()
  for (const one of list) groups.set(keyOf(one), [...(groups.get(keyOf(one)) ?? []), one])
  return groups
}

/** Time of day in UTC. */
function clock(at: string): string {
  return at.slice(11, 19)
}
