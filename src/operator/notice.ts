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
        return html`<p class="notice good">The delivery was run again, and is not kept any more: it had its effect.</p>`
      return state === 'done' ? html`<p class="notice good">It was run again, and is handled.</p>` : null
    case 'failed':
      if (record === null || (state !== 'failed' && state !== 'quarantined')) return null
      return html`<p class="notice bad">It was run again, and failed again, for the reason below.</p>`
    case 'waiting':
      return html`<p class="notice wait">
        The replay is requested, and nobody has taken it up yet. Is a shop running that has this provider mounted on
        this store? Where it has a queue: is a worker running? Load this page again in a moment.
      </p>`
    case 'refused':
      return html`<p class="notice bad">Nothing was run: nothing is kept of it, or somebody else was faster.</p>`
    case 'dismissed':
      if (record === null)
        return html`<p class="notice good">The delivery is dismissed, and was removed with its bytes.</p>`
      return record.code === DISMISSED ? html`<p class="notice good">The event is dismissed.</p>` : null
    default:
      return null
  }
}
