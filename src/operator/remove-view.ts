/** Asks for confirmation before a delivery is removed. */
import type { EventRecord } from '../store.js'
import { html, type Html } from './html.js'
import type { Place } from './place.js'

export function removeView(
  place: Place,
  { key, eventId, orderId, provider, lastError }: EventRecord,
  token: string,
): Html {
  const about =
    orderId === null ? html`It names no order.` : html`It is about the order <strong class="code">${orderId}</strong>.`
  return html`<div class="card">
    <p>
      This delivery of <strong>${provider}</strong> may be the only word about a payment, and nobody can bring it back.
      ${about}
    </p>
    <p class="code">${eventId ?? key}</p>
    ${lastError !== null && lastError !== '' && html`<p>${lastError}</p>`}
    <div class="actions">
      <form method="post" action="${place.link('/remove')}">
        <input type="hidden" name="key" value="${key}" /><input type="hidden" name="token" value="${token}" />
        <input type="hidden" name="confirmed" value="yes" />
        <button class="danger" type="submit">Remove it for good</button>
      </form>
      <a class="button" href="${place.link('/event', { key })}">Keep it</a>
    </div>
  </div>`
}
