/** Runs a kept delivery again: it was authentic when it was kept, its outcome is awaited, and the store records the result. */
import { MAX_TIMER_MS } from '../lib/clock.js'
import { Deadline } from '../lib/deadline.js'
import { messageOf } from '../lib/thrown.js'
import type { Outcome } from '../outcome.js'
import type { DurableStore, EventRecord, KeptEvent } from '../store.js'
import type { SignedHeaders } from './authenticate.js'
import { MAX_LEASES } from './claims/lease.js'
import { bounded } from './claims/store-calls.js'

/**
 * Unless a handler was started, these codes do not depend on the delivery: another process works on it, or this process
 * or its store is temporarily unable to.
 */
const UNDECIDED: readonly string[] = ['BUSY', 'SHUTTING_DOWN', 'STORE_UNAVAILABLE']

/** A quarantined delivery, or a failed event, with the data to run it again. */
export interface KeptDelivery {
  readonly key: string
  readonly origin: 'quarantine' | 'retry'
  /** `event`: the body is the confirmed event itself. */
  readonly form: KeptEvent['form']
  readonly code: string | null
  readonly body: Buffer
  readonly headers: SignedHeaders
}

/**
 * No sender waits for a replay, so its final outcome is awaited. An earlier answer would leave it requested, and a slow
 * handler that fails would run again and again. Only a replay that hangs returns to the operator undecided.
 */
export function replayDeadline(leaseMs: number): Deadline {
  return new Deadline(Math.min(MAX_LEASES * leaseMs, MAX_TIMER_MS)).unref()
}

/** Deletes a successful replay. An undecided one stays requested. Any other returns to the operator, with the reason. */
export async function finishReplay(
  store: DurableStore<unknown>,
  { key, provider, account, eventId, orderId, code }: EventRecord,
  { body, headers }: Pick<KeptDelivery, 'body' | 'headers'>,
  outcome: Outcome,
): Promise<void> {
  if (outcome.kind === 'quarantined') return
  if (outcome.error === undefined) {
    await bounded('removeQuarantined', () => store.removeQuarantined(key))
    return
  }
  if (isUndecided(outcome)) {
    await bounded('replay', () => store.replay(key))
    return
  }
  const { error } = outcome
  const message = error.code === 'HANDLER_FAILED' ? `${error.message}: ${messageOf(error.cause)}` : error.message
  await bounded('quarantine', () =>
    store.quarantine({
      key,
      provider,
      account: account ?? '',
      eventId,
      orderId,
      code: code ?? error.code,
      message,
      body,
      headers,
    }),
  )
}

/** The record of a failed event already contains the result. An undecided event is due again at once. */
export async function finishRetry(store: DurableStore<unknown>, key: string, outcome: Outcome): Promise<void> {
  if (isUndecided(outcome)) await bounded('replay', () => store.replay(key))
}

function isUndecided({ error, ...outcome }: Outcome): boolean {
  if (error === undefined || !UNDECIDED.includes(error.code)) return false
  return !('attempt' in outcome) || outcome.attempt === undefined
}
