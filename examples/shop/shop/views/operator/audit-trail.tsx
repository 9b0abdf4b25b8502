/** Every change of an order, oldest first, with the event behind it. */
import { STATUS } from '../parts/status-badge.js'
import { Time } from '../parts/time.js'
import { paths } from '../paths.js'
import type { AuditEntry } from './props.js'

export function AuditTrail({ entries }: { readonly entries: readonly AuditEntry[] }) {
  if (entries.length === 0) return <p class="muted">Nothing yet.</p>
  return (
    <ol class="timeline">
      {entries.map((entry, index) => (
        <li key={index} class={STATUS[entry.to].tone}>
          <p>
            <strong>{STATUS[entry.to].label}</strong>
            {entry.from !== entry.to && <span class="muted"> after {STATUS[entry.from].label.toLowerCase()}</span>}
          </p>
          <p class="muted">
            <Time at={entry.at} />
          </p>
          {entry.eventId !== null && (
            <p>
              {entry.eventType}{' '}
              <a class="code" href={`${paths.operatorEvents}?${new URLSearchParams({ q: entry.eventId }).toString()}`}>
                {entry.eventId}
              </a>
            </p>
          )}
          {entry.note !== null && <p>{entry.note}</p>}
        </li>
      ))}
    </ol>
  )
}
