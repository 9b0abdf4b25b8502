/** Authentic deliveries that could not be used, and events whose handling failed: look, replay or remove. */
import { plural } from '../format.js'
import { CsrfForm } from '../parts/csrf-form.js'
import { Notice } from '../parts/notice.js'
import { Time } from '../parts/time.js'
import { paths } from '../paths.js'
import type { PageContext } from '../props.js'
import type { OperatorQuarantinePageProps, QuarantinedView } from './props.js'
import { EventStateBadge } from './event-state.js'
import { OperatorLayout } from './operator-layout.js'

export function OperatorQuarantinePage({ context, deliveries, notice }: OperatorQuarantinePageProps) {
  return (
    <OperatorLayout context={context} title="Quarantine" section="Quarantine">
      <p class="lead">
        These came from a provider, and could not be used, or their handling failed. The shop tries what failed again by
        itself for a day. Once a cause is removed, have it run again.
      </p>
      <Notice text={notice} tone="info" />
      {deliveries.length === 0 ? (
        <p class="card empty">It is empty, as it should be.</p>
      ) : (
        <ul class="stack plain">
          {deliveries.map((delivery) => (
            <li key={delivery.key}>
              <Delivery context={context} delivery={delivery} />
            </li>
          ))}
        </ul>
      )}
    </OperatorLayout>
  )
}

function Delivery({ context, delivery }: { readonly context: PageContext; readonly delivery: QuarantinedView }) {
  const { key, code, eventType, lastError, provider, eventId, state, attempts, createdAt, dueAt, bodyText, reference } =
    delivery
  return (
    <article class="card delivery">
      <h2>
        <span class="code">{code ?? eventType ?? 'unknown'}</span> <EventStateBadge state={state} />
      </h2>
      {lastError !== null && <p>{lastError}</p>}
      <dl class="facts">
        <dt>From</dt>
        <dd>{provider}</dd>
        <dt>Event</dt>
        <dd class="code">{eventId ?? 'not readable'}</dd>
        {reference !== null && (
          <>
            <dt>Order</dt>
            <dd class="code">
              <a href={`${paths.operatorSearch}?q=${reference}`}>{reference}</a>
            </dd>
          </>
        )}
        <dt>{state === 'failed' ? 'Tried' : 'Arrived'}</dt>
        <dd>
          {plural(attempts, 'time')}, first <Time at={createdAt} />
        </dd>
        {dueAt !== null && (
          <>
            <dt>Next try</dt>
            <dd>
              <Time at={dueAt} />
            </dd>
          </>
        )}
      </dl>
      {bodyText !== null && (
        <details>
          <summary>What was sent</summary>
          <pre tabIndex={0}>{bodyText}</pre>
        </details>
      )}
      <div class="inline">
        <CsrfForm context={context} action={paths.operatorReplay}>
          <input type="hidden" name="key" value={key} />
          <button class="button primary" type="submit" disabled={state === 'replay_requested'}>
            Replay<span class="visually-hidden"> {eventId ?? key}</span>
          </button>
        </CsrfForm>
      </div>
      {state !== 'failed' && (
        <details>
          <summary>
            Remove<span class="visually-hidden"> {eventId ?? key}</span>
          </summary>
          <p>It may be the only word about a payment. Nobody can bring it back.</p>
          <CsrfForm context={context} action={paths.operatorRemove}>
            <input type="hidden" name="key" value={key} />
            <button class="button" type="submit">
              Remove it for good
            </button>
          </CsrfForm>
        </details>
      )}
    </article>
  )
}
