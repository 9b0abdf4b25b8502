/** The frame of every view, and the parts that several views share. */
import { DISMISSED } from '../lib/dismissed.js'
import type { EventRecord, EventState } from '../store.js'
import { html, Html, type Content } from './html.js'
import type { Place } from './place.js'
import { STYLE } from './style.js'

/** The labels of states, for people. */
export const STATES: Readonly<Record<EventState, { readonly label: string; readonly tone: 'good' | 'bad' | 'wait' }>> =
  {
    processing: { label: 'Being handled', tone: 'wait' },
    failed: { label: 'Failed', tone: 'bad' },
    quarantined: { label: 'Quarantined', tone: 'bad' },
    replay_requested: { label: 'Replay requested', tone: 'wait' },
    done: { label: 'Done', tone: 'good' },
  }

/** The policy contains its hash, so it must not change by a single character. */
const STYLE_ELEMENT = new Html(`<style>${STYLE}</style>`)

/** @param title the title of the document and its heading */
export function page(place: Place, title: string, content: Content): string {
  const operator = place.operator === null ? null : html`<p class="minor">${place.operator}</p>`
  return html`${new Html('<!doctype html>')}
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="robots" content="noindex, nofollow" />
        <title>${title} | Payment events</title>
        ${STYLE_ELEMENT}
      </head>
      <body>
        <a class="skip" href="#content">Skip to the content</a>
        <header>
          <p><a class="home" href="${place.link('/')}">Payment events</a></p>
          ${stores(place)} ${operator}
        </header>
        <main id="content">
          <h1>${title}</h1>
          ${content}
        </main>
      </body>
    </html> `.text
}

function stores({ store, stores: names, link }: Place): Content {
  if (names.length < 2) return null
  const items = names.map(
    (name) =>
      html`<li>
        <a href="${link('/', { store: name })}" ${name === store && html` aria-current="true"`}>${name}</a>
      </li>`,
  )
  return html`<nav aria-label="Stores">
    <ul class="states">
      ${items}
    </ul>
  </nav>`
}

/** A dismissed event is done, but its badge must not look as if a handler had handled it. */
export function badge({ state, code }: Pick<EventRecord, 'state' | 'code'>): Html {
  const isDismissed = state === 'done' && code === DISMISSED
  const { label, tone } = isDismissed ? ({ label: 'Done: dismissed', tone: 'wait' } as const) : STATES[state]
  return html`<span class="badge ${tone}">${label}</span>`
}

/** To the second, in UTC. */
export function time(iso: string): Html {
  return html`<time datetime="${iso}">${iso.replace('T', ' ').replace(/\.\d+Z$/, '')} UTC</time>`
}

const ERRORS = 'https://unpkg.com/express-payment-webhooks/docs/errors.md'

/** An error code of this package, linked to its meaning and to who has to act. */
export function errorCode(code: string): Html {
  if (!/^[A-Z_]{1,60}$/.test(code)) return html`<span class="code">${code}</span>`
  return html`<a class="code" href="${ERRORS}#${code.toLowerCase()}" rel="noreferrer">${code}</a>`
}

/** The type of an event; for a delivery that could not become an event, the reason. */
export function nameOf({ eventType, code }: EventRecord): string {
  return eventType ?? code ?? 'not readable'
}

export function cut(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length)}...` : text
}
