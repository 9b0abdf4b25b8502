/** A kept delivery that runs again: authentic when it was kept, waited for, and settled with the store afterwards. */
import { MAX_TIMER_MS } from '../lib/clock.js'
import { Deadline } from '../lib/deadline.js'
import { messageOf } from '../lib/thrown.js'
import type { Outcome } from '../outcome.js'
import type { DurableStore, EventRecord, KeptEvent } from '../store.js'
import type { SignedHeaders } from './authenticate.js'
import { MAX_LEASES } from './claims/lease.js'
import { bounded } from './claims/store-calls.js'

/**
 * These say nothing about the delivery, as long as no handler was started: somebody else works on it, or this process
 * or its store cannot just now.
 */
const UNDECIDED: readonly string[] = ['BUSY', 'SHUTTING_DOWN', 'STORE_UNAVAILABLE']

/** A quarantined delivery, or an event that failed, as far as running it again needs it. */
export interface KeptDelivery {
  readonly key: string
  readonly origin: 'quarantine' | 'retry'
  /** `event`: the body is the event itself, as it was confirmed. */
  readonly form: KeptEvent['form']
  readonly code: string | null
  readonly body: Buffer
  readonly headers: SignedHeaders
}

/**
 * No sender waits for a replay, so its true outcome is waited for: an answer before that would leave it requested, and a
 * slow handler that fails would be run again and again. Only one that hangs goes back to the operator undecided.
 */
export function replayDeadline(leaseMs: number): Deadline {
  return new Deadline(Math.min(MAX_LEASES * leaseMs, MAX_TIMER_MS)).unref()
}

/** Forgets a replay that had its effect; an undecided one stays requested; any other goes back to the operator, with the reason. */
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

/** An event that failed says in its own record what came of it; an undecided one is due again at once. */
export async function finishRetry(store: DurableStore<unknown>, key: string, outcome: Outcome): Promise<void> {
  if (isUndecided(outcome)) await bounded('replay', () => store.replay(key))
}

function isUndecided({ error, ...outcome }: Outcome): boolean {
  if (error === undefined || !UNDECIDED.includes(error.code)) return false
  return !('attempt' in outcome) || outcome.attempt === undefined
}
