/** The result of a replay or a dismissal, shown above the view to which the browser was redirected. */
import { DISMISSED } from '../lib/dismissed.js'
import type { EventRecord } from '../store.js'
import { html, type Html } from './html.js'

/** Checks the result against the store, because anybody can make up an address. */
export function noticeFor(query: URLSearchParams, record: EventRecord | null): Html | null {
  const state = record?.state
  switch (query.get('did')) {
    case 'handled':
      if (record === null)
        return html`<p class="notice good">The delivery was replayed and handled. It is not kept any more.</p>`
      return state === 'done' ? html`<p class="notice good">The event was replayed and handled.</p>` : null
    case 'failed':
      if (record === null || (state !== 'failed' && state !== 'quarantined')) return null
      return html`<p class="notice bad">It was replayed and failed again, for the reason below.</p>`
    case 'waiting':
      return html`<p class="notice wait">
        The replay is requested, but no shop has run it yet. Check that a shop with this provider and this store is
        running, and, if it has a queue, a worker too. Reload this page in a moment.
      </p>`
    case 'refused':
      return html`<p class="notice bad">
        Nothing was replayed: the delivery is not kept any more, or somebody else was faster.
      </p>`
    case 'dismissed':
      if (record === null)
        return html`<p class="notice good">The delivery is dismissed. It was deleted with its body.</p>`
      return record.code === DISMISSED ? html`<p class="notice good">The event is dismissed.</p>` : null
    default:
      return null
  }
}
