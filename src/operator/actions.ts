/** The recent actions of operators through this process: who, when, and with what result. */
import { clock } from '../lib/clock.js'
import { cut, time } from './layout.js'
import { html, type Content } from './html.js'
import type { Place } from './place.js'

/** One replay or dismissal that an operator requested. */
export interface Action {
  readonly kind: 'replay' | 'dismiss'
  /** The name that `authorize` returned; null if it returned none. */
  readonly operator: string | null
  /** The name of the store, if there are several. */
  readonly store: string
  readonly key: string
  readonly eventId: string | null
  /** ISO 8601. */
  readonly at: string
  /**
   * `handled`: the event was run and handled. `failed`: it was run and failed again. `waiting`: no process had taken it
   * up yet. `dismissed`: the event is done without a run, or the delivery was removed. `refused`: there was nothing to
   * run. `unknown`: the store did not answer.
   */
  readonly result: 'handled' | 'failed' | 'waiting' | 'dismissed' | 'refused' | 'unknown'
}

const REMEMBERED = 20

export interface ActionLog {
  add(action: Omit<Action, 'at'>): Action
  newest(store: string): readonly Action[]
}

export function actionLog(): ActionLog {
  const actions: Action[] = []
  return {
    add(action) {
      const added = { ...action, at: new Date(clock.now()).toISOString() }
      actions.unshift(added)
      actions.length = Math.min(actions.length, REMEMBERED)
      return added
    },
    newest: (store) => actions.filter((action) => action.store === store),
  }
}

const SAID: Readonly<Record<Action['result'], string>> = {
  handled: 'had it run again: it is handled',
  failed: 'had it run again: it failed again',
  waiting: 'asked for a replay: nobody had taken it up yet',
  dismissed: 'dismissed it',
  unknown: 'asked for a change: the store did not say whether it was made',
  refused: 'asked for a replay: there was nothing to run',
}

export function actions(place: Place, done: readonly Action[]): Content {
  if (done.length === 0) return null
  const items = done.map(
    ({ operator, key, eventId, at, result }) =>
      html`<li>
        <p>
          <strong>${operator ?? 'Somebody'}</strong> ${SAID[result]}.
          <a class="code" href="${place.link('/event', { key })}">${cut(eventId ?? key, 80)}</a>
        </p>
        <p class="aside minor">${time(at)}</p>
      </li>`,
  )
  return html`<h2>What operators did</h2>
    <p class="minor">Through this process, since it was started.</p>
    <ol class="rows">
      ${items}
    </ol>`
}
