/** Asks for confirmation before a failed event or a quarantined delivery is dismissed, and names the consequences. */
import type { EventRecord } from '../store.js'
import { html, type Content, type Html } from './html.js'
import { isKept } from './kept/records.js'
import { badge } from './layout.js'
import type { Place } from './place.js'

export function dismissTitle(record: EventRecord): string {
  return isKept(record) ? 'Dismiss this delivery?' : 'Dismiss this event?'
}

export function dismissView(place: Place, record: EventRecord, token: string): Html {
  const { key } = record
  return html`<div class="card">
    <p>${badge(record)} ${isKept(record) ? 'If you dismiss this delivery:' : 'If you dismiss this event:'}</p>
    <ul>
      ${consequences(record).map((one) => html`<li>${one}</li>`)}
    </ul>
    <p>This cannot be undone.</p>
    <dl>
      ${facts(record).map(
        ([name, value]) =>
          html`<dt>${name}</dt>
            <dd>${value}</dd>`,
      )}
    </dl>
    <div class="actions">
      <form method="post" action="${place.link('/dismiss')}">
        <input type="hidden" name="key" value="${key}" /><input type="hidden" name="token" value="${token}" />
        <input type="hidden" name="confirmed" value="yes" />
        <button class="danger" type="submit">Dismiss it for good</button>
      </form>
      <a class="button" href="${place.link('/event', { key })}">Keep it</a>
    </div>
  </div>`
}

function consequences(record: EventRecord): readonly string[] {
  if (isKept(record)) {
    return [
      'It is deleted with its body, and nobody can bring it back.',
      'It will not be run again. It may be the only record of a payment.',
    ]
  }
  return [
    'Its handler will not run.',
    'A later delivery of the same event is acknowledged and ignored.',
    ...(record.keptAs === null ? [] : ['Its kept copy is deleted.']),
    'It stays listed as done, marked as dismissed.',
  ]
}

/** The decision is about money. */
function facts(record: EventRecord) {
  const { key, provider, account, eventId, eventType, orderId, paymentId, amount, lastError } = record
  const code = (text: string) => html`<span class="code">${text}</span>`
  const all: [name: string, value: Content][] = [
    ['Provider', provider],
    ['Account', account === '' ? null : account],
    ['Type', eventType !== null && code(eventType)],
    ['Order', orderId === null ? 'It names no order.' : code(orderId)],
    ['Payment', paymentId !== null && code(paymentId)],
    ['Amount', amount],
    eventId === null ? ['Key', code(key)] : ['Event', code(eventId)],
    [isKept(record) ? 'Why it is quarantined' : 'Last error', lastError === '' ? null : lastError],
  ]
  return all.filter(([, value]) => value !== null && value !== false)
}
