/** The list of records, newest first: the search form, the number of records, and one row for each record. */
import type { EventCounts, EventRecord, EventState } from '../store.js'
import { looksLikeId } from './kept/by-kept-text.js'
import { hasCurrentError } from './kept/records.js'
import { html, type Content, type Html } from './html.js'
import { badge, cut, nameOf, STATES, time } from './layout.js'
import type { Place } from './place.js'
import { actions, type Action } from './actions.js'
import { fieldsOf, PERIODS, type FoundPage, type Search } from './search.js'

/** Limit up to which records of a state are counted. */
export const COUNTED_UP_TO = 1000

/** Jobs of a queue, by their state. */
export interface JobCounts {
  readonly waiting: number
  readonly active: number
  readonly failed: number
}

export function listView(
  place: Place,
  search: Search,
  found: FoundPage,
  facts: {
    /** Of the whole store; null for a search, whose links lead to what it finds of a state. */
    readonly counts: EventCounts | null
    readonly jobs: JobCounts | 'unknown' | null
    readonly done: readonly Action[]
  },
): Html {
  const { records, last, inBody } = found
  const next = last === null ? null : place.link('/', { ...fieldsOf(search), before: `${last.createdAt} ${last.key}` })
  return html`${form(place, search)} ${states(place, search, facts.counts)} ${facts.jobs !== null && jobs(facts.jobs)}
  ${
    records.length === 0
      ? empty(place, search)
      : html`<ol class="rows">
          ${records.map((record) => row(place, record, inBody.has(record.key) ? search.text : null))}
        </ol>`
  }
  ${unsearched(place, search)} ${next !== null && html`<p><a class="button" href="${next}">Older</a></p>`}
  ${actions(place, facts.done)}`
}

function form(place: Place, { text, provider, state, since }: Search): Html {
  const hidden = [
    place.stores.length > 1 && html`<input type="hidden" name="store" value="${place.store}" />`,
    state !== null && html`<input type="hidden" name="state" value="${state}" />`,
  ]
  const periods = Object.entries(PERIODS).map(
    ([value, { label }]) => html`<option value="${value}" ${value === since && html` selected`}>${label}</option>`,
  )
  return html`<form class="card search" action="${place.link('/')}" role="search">
    ${hidden}
    <label
      >Order, payment or event
      <input type="search" name="q" value="${text}" maxlength="1024" autocomplete="off" spellcheck="false"
    /></label>
    <label
      >Provider <input name="provider" value="${provider}" maxlength="200" autocomplete="off" spellcheck="false"
    /></label>
    <label
      >Came in the
      <select name="since">
        <option value="">Any time</option>
        ${periods}
      </select></label
    >
    <button class="first" type="submit">Find</button>
  </form>`
}

function states(place: Place, search: Search, counts: EventCounts | null): Html {
  const one = (state: EventState | null, label: string, count: string | null) => {
    const current = search.state === state && html` aria-current="true"`
    return html`<li>
      <a href="${place.link('/', { ...fieldsOf(search), state })}" ${current}
        >${label}${count !== null && html` <strong>${count}</strong>`}</a
      >
    </li>`
  }
  const each = (Object.keys(STATES) as EventState[]).map((state) => {
    if (counts === null) return one(state, STATES[state].label, null)
    const count = counts[state]
    const shown = count >= COUNTED_UP_TO ? `${COUNTED_UP_TO.toLocaleString('en')}+` : count.toLocaleString('en')
    return one(state, STATES[state].label, shown)
  })
  return html`<nav aria-label="States">
    <ul class="states">
      ${one(null, 'All', null)}${each}
    </ul>
  </nav>`
}

function jobs(counts: JobCounts | 'unknown'): Html {
  if (counts === 'unknown') return html`<p class="card">Queue: the number of jobs is unknown.</p>`
  const { waiting, active, failed } = counts
  return html`<p class="card">
    Queue: <strong>${waiting}</strong> waiting, <strong>${active}</strong> running, <strong>${failed}</strong> given up
    by the queue.
  </p>`
}

function empty(place: Place, search: Search): Html {
  const { text, state } = search
  if (Object.values(fieldsOf(search)).every((value) => !value) && search.before === null)
    return html`<p class="card">Nothing has come yet. The first delivery of a provider shows here.</p>`
  const what = text === '' ? html`this search` : html`<span class="code">${text}</span>`
  if (state !== null)
    return html`<p class="card">
      Nothing was found for ${what} in the state <strong>${STATES[state].label}</strong>.
      <a href="${place.link('/', { ...fieldsOf(search), state: null })}">Search all states</a>
    </p>`
  return html`<p class="card">
    Nothing was found for ${what}. An id has to be whole, letter by letter. That of an older event begins with its
    provider, such as <span class="code">stripe:evt_1</span>. A handled refund, charge or dispute is found by its event,
    its payment or its order.
    <a href="${place.link('/')}">Show everything</a>
  </p>`
}

/** Of an id that is too short to be looked for in bodies, an unreadable payment is not in the list. */
function unsearched(place: Place, { text, state }: Search): Content {
  if (text === '' || looksLikeId(text) || state !== null) return null
  return html`<p class="minor">
    What is kept is searched for ids of six characters or more that have a digit. Look for an unreadable delivery among
    <a href="${place.link('/', { state: 'quarantined' })}">all that is quarantined</a>.
  </p>`
}

/** @param inBody the text for which the record was found by its kept body alone */
function row(place: Place, record: EventRecord, inBody: string | null): Html {
  const { key, provider, orderId, paymentId, amount, attempts, createdAt, lastError } = record
  const about: Content[] = [
    orderId !== null && html`order <a class="code" href="${place.link('/', { q: orderId })}">${cut(orderId, 80)}</a> `,
    paymentId !== null && html`payment <span class="code">${cut(paymentId, 80)}</span> `,
    amount !== null && html`<span class="code">${amount}</span> `,
    inBody !== null && html`its body contains <span class="code">${cut(inBody, 80)}</span>`,
  ]
  const times = attempts === 1 ? '' : `, ${attempts} times`
  return html`<li>
    <p class="title"><a href="${place.link('/event', { key })}">${nameOf(record)}</a></p>
    <p class="aside">${badge(record)}</p>
    <p>${about.some((part) => part !== false) ? about : html`<span class="minor">names no order</span>`}</p>
    <p class="aside minor">${provider}${times}<br />${time(createdAt)}</p>
    ${lastError !== null && lastError !== '' && hasCurrentError(record) && html`<p class="full">${cut(lastError, 300)}</p>`}
  </li>`
}
