/** What providers sent, and what became of it. */
import type { EventState } from 'express-payment-webhooks'
import { plural } from '../format.js'
import { Time } from '../parts/time.js'
import { paths } from '../paths.js'
import type { EventRow, OperatorEventsPageProps } from './props.js'
import { EVENT_STATE, EventStateBadge } from './event-state.js'
import { Filter } from './filter.js'
import { NextPage } from './next-page.js'
import { OperatorLayout } from './operator-layout.js'

export function OperatorEventsPage({ context, events, state, order, next }: OperatorEventsPageProps) {
  const choices = (Object.keys(EVENT_STATE) as EventState[]).map((value) => ({
    value,
    label: EVENT_STATE[value].label,
  }))
  return (
    <OperatorLayout context={context} title="Events" section="Events">
      {order !== null && (
        <p class="lead">
          What came for <span class="code">{order}</span>. <a href={paths.operatorEvents}>All events</a>
        </p>
      )}
      <Filter label="State" path={paths.operatorEvents} parameter="state" chosen={state} choices={choices} />
      {events.length === 0 ? (
        <p class="card empty">No events here.</p>
      ) : (
        <ul class="card rows">
          {events.map((event) => (
            <li key={event.key}>
              <Event event={event} />
            </li>
          ))}
        </ul>
      )}
      <NextPage path={paths.operatorEvents} filter={{ state }} before={next} />
    </OperatorLayout>
  )
}

function Event({ event }: { readonly event: EventRow }) {
  const { eventType, eventId, provider, state, attempts, repeats, order, createdAt, lastError, code } = event
  return (
    <article class="row event">
      <div>
        <p class="row-title">{eventType ?? code ?? 'not readable'}</p>
        <p class="row-detail muted code">{eventId ?? provider}</p>
        {order !== null && (
          <p class="row-detail">
            for{' '}
            <a class="code" href={paths.operatorOrder(order.id)}>
              {order.reference}
            </a>
          </p>
        )}
      </div>
      <p class="row-aside">
        <EventStateBadge state={state} />
      </p>
      <p class="muted">
        <Time at={createdAt} />
      </p>
      <p class="row-aside muted">
        {plural(
          attempts,
          state === 'quarantined' ? 'delivery' : 'attempt',
          state === 'quarantined' ? 'deliveries' : 'attempts',
        )}
        {repeats > 0 && (
          <>
            <br />
            {plural(repeats, 'duplicate')}
          </>
        )}
      </p>
      {lastError !== null && <p class="row-full field-problem">{lastError}</p>}
    </article>
  )
}
