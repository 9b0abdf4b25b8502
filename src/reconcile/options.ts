/** The options of `reconcile` and `reconcileEvery`, and their defaults. */
import type { ReceiverState } from '../flow/state/receiver.js'
import { invalidOption } from '../lib/invalid-option.js'
import { isRepeatable } from '../lib/repeatable.js'
import { rejectUnknown } from '../lib/reject-unknown.js'
import type { Lister } from '../lister.js'
import { stateOf } from '../receiver.js'
import type { Reconciliation, Run } from './reconcile.js'

/** Options that both functions take. */
export interface CommonOptions {
  /**
   * Lists the callbacks that the provider has sent, by its own API: such as `stripeEvents({ apiKey })`, or your own
   * generator.
   */
  readonly list: Lister
  /**
   * Age at which an event counts as missed, in milliseconds. A younger event's callback may still be on its way, and
   * the provider's list may lag behind. @default 15 minutes
   */
  readonly graceMs?: number | undefined
  /** Gets the figures after every listed callback. */
  readonly onProgress?: ((soFar: Reconciliation) => void) | undefined
}

/** Options of `reconcile`. */
export interface ReconcileOptions extends CommonOptions {
  /**
   * Start of the run: a `Date`, or a text that `Date` reads. Not before the first run on this store, and not within a
   * day of being forgotten (`retainMs`), because handled events would be handled again.
   * @default the end of the last run
   */
  readonly since?: Date | string | undefined
  /** End of the run. @default, and at the latest: `graceMs` ago */
  readonly until?: Date | string | undefined
  /**
   * True marks the listed events as known and runs no handler: for a shop that has handled them elsewhere and begins to
   * use this store. `since` may then be earlier. @default false
   */
  readonly adopt?: boolean | undefined
  /** Ends the run; `reconcile` then rejects with its reason. */
  readonly signal?: AbortSignal | undefined
}

/** Options of `reconcileEvery`. */
export interface ReconcileEveryOptions extends CommonOptions {
  /**
   * Interval between runs, in milliseconds; at least a second. It checks about every three seconds if a run is due, so
   * a run begins up to four seconds late.
   *
   * @default 15 minutes
   */
  readonly everyMs?: number | undefined
  /** Gets the result of every run that ended well. */
  readonly onResult?: ((result: Reconciliation) => void) | undefined
}

const MINUTE_MS = 60_000
const COMMON = ['list', 'graceMs', 'onProgress']

/** @throws ConfigurationError `CONFIG_OPTION_INVALID` if it is not a receiver, only observes, or has another provider */
export function stateFor(where: string, receiver: unknown, list: Lister | undefined): ReceiverState {
  const state = stateOf(receiver)
  if (state === undefined) {
    return invalidOption(where, 'the first argument must be a receiver or a door, such as createReceiver() makes')
  }
  if (state.options.mode === 'observe') return invalidOption(where, "a receiver in mode 'observe' handles nothing")
  if (typeof list !== 'function') return invalidOption(where, 'list must be a lister, such as stripeEvents() makes')
  const { name } = state.provider
  if (list.provider !== undefined && list.provider !== name) {
    return invalidOption(where, `list is of ${list.provider}, and the receiver of ${name}`)
  }
  checkRepeatable(where, state, list.byState ?? [])
  const refusal = list.refuses?.(state.provider) ?? null
  if (refusal !== null) return invalidOption(where, `list is not for this receiver: ${refusal}`)
  return state
}

/** A callback that arrives after its state was listed is another event. */
function checkRepeatable(where: string, { options }: ReceiverState, types: readonly string[]): void {
  for (const type of types) {
    if (isRepeatable(options.on.get(type))) continue
    const why = `listed callbacks are recognised by their state, so a late callback would run the handler of ${type} again`
    invalidOption(where, `list is not for this receiver: ${why}. Handle it with orderUpdates(), which ignores repeats`)
  }
}

export function onceOptions(where: string, state: ReceiverState, options: ReconcileOptions): Run {
  rejectUnknown(where, options, [...COMMON, 'since', 'until', 'adopt', 'signal'])
  const { list, since, until, adopt = false, signal, onProgress } = options
  if (typeof adopt !== 'boolean') invalidOption(where, 'adopt must be true or false')
  if (adopt && (list.byState ?? []).length > 0) {
    invalidOption(
      where,
      'adopt is not for this list, whose callbacks have other ids and would be handled when they come late. Record the payments instead, with importPayment()',
    )
  }
  return {
    list,
    since: timeOf(where, 'since', since),
    until: timeOf(where, 'until', until),
    adopt,
    graceMs: graceOf(where, options),
    retainMs: state.options.retainMs,
    signal,
    onProgress,
  }
}

export function everyOptions(where: string, options: ReconcileEveryOptions) {
  rejectUnknown(where, options, [...COMMON, 'everyMs', 'onResult'])
  const { everyMs = 15 * MINUTE_MS, onResult, ...rest } = options
  if (!Number.isSafeInteger(everyMs) || everyMs < 1000) {
    invalidOption(where, 'everyMs must be a whole number of milliseconds, at least 1000')
  }
  graceOf(where, options)
  return { everyMs, onResult, rest }
}

function graceOf(where: string, { graceMs = 15 * MINUTE_MS }: CommonOptions): number {
  if (!Number.isSafeInteger(graceMs) || graceMs < 0) {
    invalidOption(where, 'graceMs must be a whole number of milliseconds, at least 0')
  }
  return graceMs
}

function timeOf(where: string, name: string, given: Date | string | undefined): number | undefined {
  if (given === undefined) return undefined
  const time = given instanceof Date ? given.getTime() : typeof given === 'string' ? Date.parse(given) : NaN
  return Number.isNaN(time)
    ? invalidOption(where, `${name} must be a Date, or a text such as '2026-11-27T00:00:00Z'`)
    : time
}
