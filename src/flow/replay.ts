/** Kept deliveries that an operator asked to run again. */
import { MAX_TIMER_MS } from '../max-timer.js'
import type { Outcome } from '../outcome.js'
import type { Receiver } from '../receiver.js'
import type { DurableStore, EventRecord } from '../store.js'
import type { AuthenticatedDelivery } from './authenticate.js'
import { Deadline } from './deadline.js'
import { messageOf } from './describe.js'
import { MAX_LEASES } from './lease.js'
import { quarantineKey } from './quarantine.js'
import { bounded } from './store-calls.js'

/** How often a shop looks whether its operator has asked for something, in milliseconds. */
const POLL_MS = 2000

const PAGE = 100

/**
 * Says nothing about the delivery, as long as no handler was started: somebody else works on it, or this process or its
 * store cannot just now.
 */
const UNDECIDED: readonly string[] = ['BUSY', 'SHUTTING_DOWN', 'STORE_UNAVAILABLE']

/** What is needed of a quarantined delivery to run it again. */
export interface KeptDelivery {
  readonly key: string
  readonly code: string | null
  readonly body: Buffer
}

/** Only what was authentic, or confirmed with the provider, was ever kept. */
export function authenticatedBefore({ body }: KeptDelivery): AuthenticatedDelivery {
  return { body, proven: true } as AuthenticatedDelivery
}

/**
 * No sender waits for a replay, so its true outcome is waited for: an answer before that would leave it requested, and a
 * slow handler that fails would be run again and again. Only one that hangs goes back to the operator undecided.
 */
export function replayPatience(leaseMs: number): Deadline {
  return new Deadline(Math.min(MAX_LEASES * leaseMs, MAX_TIMER_MS)).unref()
}

/** Runs requested replays, as long as the process lives and the receiver is open. */
export function watchReplays(receiver: Receiver, run: (kept: KeptDelivery) => Promise<Outcome>): void {
  const { store } = receiver.options
  if (!isDurable(store)) return
  let timer: NodeJS.Timeout | undefined
  const pass = () =>
    runRequested(receiver, store, run).catch(() => {
      // A store that does not answer now is asked again; deliveries report its state.
    })
  const next = () => {
    if (receiver.closing.signal.aborted) return
    timer = setTimeout(() => void pass().then(next), POLL_MS * (0.75 + Math.random() / 2)).unref()
  }
  receiver.closing.signal.addEventListener('abort', () => clearTimeout(timer))
  next()
}

async function runRequested(
  receiver: Receiver,
  store: DurableStore<unknown>,
  run: (kept: KeptDelivery) => Promise<Outcome>,
): Promise<void> {
  for await (const { key } of requested(store, receiver.provider.name)) {
    if (receiver.closing.signal.aborted) return
    const kept = await bounded('getEvent', () => store.getEvent(key))
    if (kept?.state !== 'replay_requested' || kept.body === null) continue
    // Another account with the same provider may share the store.
    if (quarantineKey(receiver.provider, kept.body) !== key) continue
    // Closing waits for the record as well, so that the next process does not run it once more.
    receiver.underWay.begin()
    try {
      await settle(store, kept, kept.body, await run({ key, code: kept.code, body: kept.body }))
    } finally {
      receiver.underWay.end()
    }
  }
}

async function* requested(store: DurableStore<unknown>, provider: string): AsyncGenerator<EventRecord> {
  let before: EventRecord | undefined
  for (;;) {
    const page = await bounded('listEvents', () =>
      store.listEvents({ state: 'replay_requested', limit: PAGE, ...(before && { before }) }),
    )
    yield* page.filter((record) => record.provider === provider)
    if (page.length < PAGE) return
    before = page.at(-1)
  }
}

/** A replay that had its effect is forgotten; one that is undecided stays requested; any other goes back to the operator, with the reason. */
async function settle(store: DurableStore<unknown>, kept: EventRecord, body: Buffer, outcome: Outcome): Promise<void> {
  if (outcome.kind === 'quarantined') return
  if (outcome.error === undefined) {
    await bounded('removeQuarantined', () => store.removeQuarantined(kept.key))
    return
  }
  if (UNDECIDED.includes(outcome.error.code) && outcome.attempt === undefined) return
  const { key, provider, eventId } = kept
  const { error } = outcome
  const message = error.code === 'HANDLER_FAILED' ? `${error.message}: ${messageOf(error.cause)}` : error.message
  await bounded('quarantine', () =>
    store.quarantine({ key, provider, eventId, code: kept.code ?? error.code, message, body }),
  )
}

function isDurable(store: Receiver['options']['store']): store is DurableStore<unknown> {
  return store.quarantine !== undefined && 'listEvents' in store
}
