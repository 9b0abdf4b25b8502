/** One record: its facts, its failed runs, its kept data, and the actions that are possible. */
import type { EventRecord } from '../store.js'
import { DISMISSED } from '../lib/dismissed.js'
import { html, lines, type Content, type Html } from './html.js'
import { isAhead } from './kept/is-ahead.js'
import { hasCurrentError, isKept, isRunnable } from './kept/records.js'
import { CONFLICT } from './kept/choose.js'
import { isDismissible } from './kept/dismiss.js'
import { badge, cut, errorCode, time } from './layout.js'
import { masked } from './mask.js'
import type { Place } from './place.js'

/** Characters of a body that are shown, so that a phone can display the page. */
const MAX_SHOWN = 20_000

export interface EventPage {
  readonly record: EventRecord
  /** Quarantined deliveries of the same event id. */
  readonly others: readonly EventRecord[]
  readonly token: string
  readonly notice: Html | null
}

export function eventView(place: Place, { record, others, token, notice }: EventPage): Html {
  const { lastError } = record
  const reason = isKept(record) ? 'Why it is quarantined' : hasCurrentError(record) ? 'Last error' : 'Earlier error'
  return html`${notice}
    <p>${badge(record)} ${explained(record)}</p>
    ${buttons(place, record, token)}
    ${
      lastError !== null &&
      lastError !== '' &&
      html`<section class="card">
        <h2>${reason}</h2>
        <p>${lastError}</p>
      </section>`
    }
    ${facts(place, record)} ${runs(record)} ${otherDeliveries(place, others)} ${kept(record)}`
}

function explained(record: EventRecord): Content {
  const { state, keptAs, dueAt } = record
  switch (state) {
    case 'done':
      return record.code === DISMISSED
        ? 'An operator has dismissed it: no handler has handled it, and a later delivery of it is acknowledged and ignored.'
        : 'A handler of the shop has handled it.'
    case 'processing':
      return 'A handler is running, or the process that ran it has ended; then another takes it over.'
    case 'replay_requested':
      return 'A running shop that has this provider mounted takes it up within seconds; where it has a queue, a worker does.'
    case 'quarantined':
      return 'It is authentic, and could not be used. Nobody delivers it again: have it run again once the cause is gone, or dismiss it.'
    case 'failed':
      if (keptAs === null)
        return 'Nothing is kept to run it again: its sender, or the queue if the shop has one, has to deliver it again.'
      if (dueAt === null) return 'It runs only when you run it again, unless its job waits in a queue.'
      if (!isAhead(dueAt)) return 'It is due now: a running shop takes it, or where it has a queue a worker.'
      return html`The shop runs it again by itself, next at ${time(dueAt)}.`
  }
}

function buttons(place: Place, record: EventRecord, token: string): Content {
  const { key, state, code } = record
  if (!isDismissible(record)) return null
  const run = html`<form method="post" action="${place.link('/replay')}">
    <input type="hidden" name="key" value="${key}" /><input type="hidden" name="token" value="${token}" />
    <button class="first" type="submit">${state === 'replay_requested' ? 'Ask again' : 'Run it again'}</button>
  </form>`
  return html`<div class="actions">
      ${(isRunnable(record) || isKept(record)) && run}
      <a class="button" href="${place.link('/dismiss', { key })}">Dismiss</a>
    </div>
    ${code === CONFLICT && html`<p class="notice wait">An event of this id has had its effect once, with other content. Run again, this content has its effect as well.</p>`}`
}

function facts(place: Place, record: EventRecord): Html {
  const {
    eventId,
    eventType,
    code,
    provider,
    account,
    orderId,
    paymentId,
    amount,
    attempts,
    createdAt,
    updatedAt,
    key,
  } = record
  const all: [name: string, value: Content][] = [
    ['Reason', code !== null && isKept(record) && errorCode(code)],
    ['Type', eventType !== null && html`<span class="code">${eventType}</span>`],
    ['Order', orderId !== null && [searched(place, orderId), ownPage(place, orderId)]],
    ['Payment', paymentId !== null && searched(place, paymentId)],
    ['Amount', amount],
    ['Provider', provider],
    ['Account', account === '' ? null : account],
    ['Event', eventId !== null && html`<span class="code">${eventId}</span>`],
    [isKept(record) ? 'Arrived' : 'Runs', attempts],
    ['First came', time(createdAt)],
    ['Last changed', time(updatedAt)],
    ['Key', html`<span class="code">${key}</span>`],
  ]
  const shown = all.filter(([, value]) => value !== null && value !== false)
  return html`<section class="card">
    <h2>Facts</h2>
    <dl>
      ${shown.map(
        ([name, value]) =>
          html`<dt>${name}</dt>
            <dd>${value}</dd>`,
      )}
    </dl>
  </section>`
}

/** Links only to a path or to http and https: an address such as `javascript:` would run code. */
function ownPage({ orderUrl }: Place, orderId: string): Content {
  const url = orderUrl?.(orderId)
  if (url === undefined || !/^(\/|https?:\/\/)/.test(url)) return null
  return html` <a href="${url}">open it in the shop</a>`
}

function searched(place: Place, id: string): Html {
  return html`<a class="code" href="${place.link('/', { q: id })}">${id}</a>`
}

function runs({ failedRuns }: EventRecord): Content {
  if (failedRuns.length === 0) return null
  const items = failedRuns.map(
    ({ at, attempt, ending, error }) =>
      html`<li>
        <p class="title">Run ${attempt} ${ending === 'deferred' ? 'asked for a later one' : 'failed'}</p>
        <p class="aside minor">${time(at)}</p>
        <p class="full">${error}</p>
      </li>`,
  )
  return html`<h2>Runs that failed, newest first</h2>
    <ol class="rows">
      ${items}
    </ol>`
}

function otherDeliveries(place: Place, others: readonly EventRecord[]): Content {
  if (others.length === 0) return null
  const items = others.map(
    ({ key, code, createdAt }) =>
      html`<li>
        <p><a href="${place.link('/event', { key })}">${code ?? 'Delivery'}</a></p>
        <p class="aside minor">${time(createdAt)}</p>
      </li>`,
  )
  return html`<h2>Quarantined deliveries of this event</h2>
    <ol class="rows">
      ${items}
    </ol>`
}

function kept({ body, headers, keptAs }: EventRecord): Content {
  if (body === null) return null
  const said = Object.entries(headers ?? {})
  const name = keptAs === 'event' ? 'The event, as it was confirmed' : 'The delivery, as it came'
  return html`<h2>What is kept</h2>
    <div class="card">
      <details>
        <summary>${name}: ${body.length.toLocaleString('en')} bytes. It may hold data of a customer</summary>
        ${bytes(body)}
      </details>
      ${
        said.length > 0 &&
        html`<details>
          <summary>Signed headers</summary>
          <dl>
            ${said.map(
              ([header, value]) =>
                html`<dt class="code">${header}</dt>
                  <dd class="code">${cut(value, 500)}</dd>`,
            )}
          </dl>
        </details>`
      }
    </div>`
}

/** As text if the body is text, otherwise in base64, which loses nothing. */
function bytes(body: Buffer): Html {
  const text = body.toString('utf8')
  const isText = Buffer.from(text).equals(body)
  const shown = isText ? text : body.toString('base64')
  return html`${!isText && html`<p class="minor">The body is not text. In base64:</p>`}
    <pre class="code" tabindex="0" aria-label="What is kept">${lines(masked(shown.slice(0, MAX_SHOWN)))}</pre>
    ${shown.length > MAX_SHOWN && html`<p class="minor">Cut off here: the command prints all of it with show and --body.</p>`}`
}
