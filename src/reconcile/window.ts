/** The window of a run, and the reasons why it cannot begin earlier. */
import type { Lister } from '../lister.js'
import type { Cursor } from './cursor.js'
import { ReconcileError } from './errors.js'

const DAY_MS = 24 * 60 * 60_000

export interface Wanted {
  readonly since: number | undefined
  readonly until: number | undefined
  readonly adopt: boolean
  /** Below this age, a callback may still be on its way. */
  readonly graceMs: number
  readonly retainMs: number
  readonly list: Lister
}

export interface Window {
  readonly since: number
  readonly until: number
  /** Events before this time can no longer be listed, or no longer be handled safely. */
  readonly oldest: number
}

/**
 * Null if neither option sets a window and there is nothing to check yet.
 *
 * @throws ReconcileError `RECONCILE_TOO_EARLY`, `RECONCILE_TOO_LATE`
 */
export function windowOf(cursor: Cursor, now: number, wanted: Wanted): Window | null {
  const { adopt, graceMs, retainMs, list } = wanted
  const until = Math.min(wanted.until ?? now, now - graceMs)
  const listed = now - (list.maxAgeMs ?? Infinity)
  const remembered = now - (retainMs - DAY_MS)
  const oldest = Math.max(listed, remembered)
  const since = wanted.since ?? (list.asksAll === true ? Math.max(cursor.reached, oldest) : cursor.reached)
  if (!adopt) {
    const at = new Date(since).toISOString()
    if (since < cursor.begins) {
      throw tooEarly(
        `the store has no events handled before ${new Date(cursor.begins).toISOString()}, and since is ${at}`,
      )
    }
    if (since < remembered) {
      throw tooEarly(
        `what was handled at ${at} may be forgotten already: retainMs is ${Math.floor(retainMs / DAY_MS)} days`,
      )
    }
    if (since < listed) {
      throw tooEarly(`the provider lists nothing from before ${new Date(listed).toISOString()}, and since is ${at}`)
    }
  }
  if (since < until) return { since, until, oldest }
  if (wanted.since === undefined) return null
  const why = `since is ${new Date(since).toISOString()}, and nothing after ${new Date(until).toISOString()} is asked for`
  throw new ReconcileError(
    'RECONCILE_TOO_LATE',
    `${why}: a callback may still be on its way for graceMs, ${graceMs / 1000} s. Give an earlier since, or a shorter graceMs`,
  )
}

function tooEarly(why: string): ReconcileError {
  const fix = 'give a later since, or adopt: true, which marks listed events as known and runs no handler'
  return new ReconcileError('RECONCILE_TOO_EARLY', `${why}: ${fix}`)
}
