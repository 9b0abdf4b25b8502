/** The text for the operator while the store does not answer. */
import { html, type Html } from './html.js'
import { PATIENCE_MS } from './patience.js'
import type { Place } from './place.js'

/** @param key the key of the form's record; null if nothing was to be changed */
export function unansweredView(place: Place, key: string | null): Html {
  const asked =
    key === null
      ? html`<p><a class="button" href="${place.link('/')}">Show what came</a></p>`
      : html`<p>It is not known whether what you asked for was done. Look at the event before you repeat it.</p>
          <p><a class="button" href="${place.link('/event', { key })}">Open the event</a></p>`
  return html`<p class="notice bad">
      The database in which payment events are kept did not answer within ${PATIENCE_MS / 1000} seconds. Look whether it
      is up, and whether something holds it busy or locked; then load this page again.
    </p>
    <p>Deliveries that cannot be accepted meanwhile are not acknowledged, and are delivered again.</p>
    ${asked}`
}
