/** One run of reconciling: finds events that the provider never delivered, or that were delivered but not handled. */
import type { PaymentWebhookError } from '../errors.js'
import { prepare } from '../flow/claims/store-calls.js'
import { refuseWhenClosing } from '../flow/lifecycle/shut-down.js'
import type { ReceiverState } from '../flow/state/receiver.js'
import { clock } from '../lib/clock.js'
import { withoutFields } from '../lib/thrown.js'
import type { Listed, Lister } from '../lister.js'
import type { Outcome } from '../outcome.js'
import { about, advanceCursor, firstCursor, readCursor } from './cursor.js'
import { ReconcileError } from './errors.js'
import { knownState } from './known-state.js'
import { locked } from './lock.js'
import { untilStopped } from './listing.js'
import { runListed } from './run-listed.js'
import { sharedIn } from './shared.js'
import { windowOf, type Wanted, type Window } from './window.js'

/** The figures of a run, during the run or at its end. */
export interface Reconciliation {
  /** Callbacks that the provider has sent, or should have sent. */
  readonly listed: number
  /** Callbacks that had been handled. With `adopt`, also those that are marked as known by this run. */
  readonly known: number
  /** Callbacks that had not been handled and now are. With a queue, those that wait in it for a worker. */
  readonly recovered: number
  /** Callbacks whose handler failed, or that could not be used. A durable store keeps them like any delivery. */
  readonly failed: number
}

export interface Run extends Wanted {
  readonly signal: AbortSignal | undefined
  readonly onProgress: ((soFar: Reconciliation) => void) | undefined
}

/** These errors concern the process, its store or its queue, so the next event would meet the same error. */
const STOPS: readonly string[] = ['STORE_UNAVAILABLE', 'QUEUE_UNAVAILABLE', 'SHUTTING_DOWN']

/** @throws ReconcileError, DeliveryError `STORE_UNAVAILABLE`, `QUEUE_UNAVAILABLE`, `SHUTTING_DOWN`, and the reason of `signal` */
export async function runOnce(state: ReceiverState, run: Run): Promise<Reconciliation> {
  const { provider, options, closing } = state
  await prepare(options.store)
  const shared = sharedIn(options.store)
  return locked(shared, about(provider), async (lost) => {
    const now = clock.now()
    const cursor = (await readCursor(shared, provider)) ?? (await firstCursor(shared, provider, now))
    const window = windowOf(cursor, now, run)
    const count = { listed: 0, known: 0, recovered: 0, failed: 0 }
    let isSettled = true
    if (window !== null) {
      const stop = AbortSignal.any([closing.signal, lost, ...(run.signal === undefined ? [] : [run.signal])])
      const taking = run.adopt ? withoutHandlers(state) : state
      for await (const listed of listing(state, run.list, window, stop)) {
        const outcome = await outcomeOf(taking, run.list, listed)
        if (outcome.error !== undefined && STOPS.includes(outcome.error.code)) throw outcome.error
        isSettled = add(count, outcome, run.adopt) && isSettled
        run.onProgress?.({ ...count })
      }
    }
    const reached = reachedBy(cursor.reached, window, isSettled || run.list.asksAll === true)
    const since = window?.since ?? cursor.reached
    const begins = run.adopt && isSettled ? Math.min(cursor.begins, since) : cursor.begins
    await advanceCursor(shared, provider, { begins, reached, ranAt: clock.now() })
    return count
  })
}

/**
 * A window that starts after the cursor would leave a gap. An event that is kept nowhere must be listed again while
 * that is possible.
 */
function reachedBy(before: number, window: Window | null, isSettled: boolean): number {
  if (window === null || !isSettled) return before
  const { since, until, oldest } = window
  return since <= before || before < oldest ? Math.max(before, until) : before
}

async function outcomeOf(state: ReceiverState, { byState = [] }: Lister, listed: Listed): Promise<Outcome> {
  const event = byState.length === 0 ? null : await knownState(state, listed)
  return event === null ? runListed(state, listed) : { kind: 'duplicate', event }
}

/** Claims and completes events directly, even if the receiver has a queue, and runs no handler. */
function withoutHandlers(state: ReceiverState): ReceiverState {
  return { ...state, options: { ...state.options, queue: undefined, on: new Map(), onUnhandled: undefined } }
}

/** True if the store records the event from now on, as handled or kept, or if the queue has its job. */
function add(count: { -readonly [Name in keyof Reconciliation]: number }, { kind }: Outcome, adopt: boolean): boolean {
  count.listed++
  switch (kind) {
    case 'handled':
    case 'unhandled':
    case 'queued':
      if (adopt) count.known++
      else count.recovered++
      return true
    case 'duplicate':
    case 'ignored':
      count.known++
      return true
    default:
      count.failed++
      return kind === 'kept' || kind === 'quarantined'
  }
}

async function* listing(
  state: ReceiverState,
  list: Lister,
  { since, until }: Window,
  stop: AbortSignal,
): AsyncGenerator<Listed> {
  try {
    yield* untilStopped(stop, (signal) => list({ since: new Date(since), until: new Date(until), signal }))
  } catch (thrown) {
    refuseWhenClosing(state)
    stop.throwIfAborted()
    // Listers of this package write a message that is fit to show.
    const { code, message } = thrown as Partial<PaymentWebhookError>
    const why = code === 'LIST_UNAVAILABLE' ? message! : 'the lister failed'
    throw new ReconcileError('LIST_UNAVAILABLE', why, { cause: withoutFields(thrown) })
  }
}
