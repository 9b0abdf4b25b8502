/** Step 5: of all deliveries of one event, in this process and in others, exactly one goes on to the handler. */
import { DeliveryError } from '../errors.js'
import type { WebhookEvent } from '../event.js'
import { isPromise } from '../lib/awaitable.js'
import { clock, sleep } from '../lib/clock.js'
import type { Outcome } from '../outcome.js'
import type { ClaimRequest, ClaimResult } from '../store.js'
import { claimRequest } from './claims/claim-request.js'
import { claim, giveBack } from './claims/claim.js'
import { prepare } from './claims/store-calls.js'
import { refuseWhenClosing, shuttingDown } from './lifecycle/shut-down.js'
import type { Claim, DeliveryContext } from './state/context.js'
import type { InFlight, ReceiverState } from './state/receiver.js'

/** Interval, in milliseconds, at which a delivery checks if another process has finished the same event. */
const BUSY_POLL_MS = 100

/** Maximum number of events in work in one receiver. Further deliveries are asked to come back. */
const MAX_IN_FLIGHT = 1000

/** @throws DeliveryError `ID_CONFLICT`, `BUSY`, `SHUTTING_DOWN`, `STORE_UNAVAILABLE` */
export function deduplicate(
  state: ReceiverState,
  context: DeliveryContext,
  event: WebhookEvent,
  handle: (claim: Claim) => Promise<Outcome>,
): Promise<Outcome> {
  const request = claimRequest(state, event, context.isConflict)
  const attempt: Attempt = { event, request, handle, waits: context.origin !== 'retry' }
  const { key, contentHash } = request
  const { inFlight } = state
  const leader = inFlight.get(key)
  if (leader?.outcome !== undefined && leader.contentHash === contentHash) return follow(leader.outcome, event)
  if (inFlight.size >= MAX_IN_FLIGHT) throw new DeliveryError('BUSY', `${MAX_IN_FLIGHT} deliveries are being worked on`)
  // Other content under the same id is a conflict, which the store finds. It must not replace the leader.
  if (leader !== undefined) return claimAndHandle(state, attempt)
  const entry: InFlight = { contentHash, outcome: undefined }
  inFlight.set(key, entry)
  entry.outcome = claimAndHandle(state, attempt, entry)
  return entry.outcome
}

interface Attempt {
  readonly event: WebhookEvent
  readonly request: ClaimRequest
  readonly handle: (claim: Claim) => Promise<Outcome>
  /** False if no sender waits for an answer: a busy event is then tried another time. */
  readonly waits: boolean
}

async function claimAndHandle(
  state: ReceiverState,
  { event, request, handle, waits }: Attempt,
  entry?: InFlight,
): Promise<Outcome> {
  const { store } = state.options
  try {
    const preparing = prepare(store)
    if (preparing !== undefined) {
      await preparing
      refuseWhenClosing(state)
    }
    const claiming = claim(state.options, request)
    let result = isPromise(claiming) ? await claiming : claiming
    if (result.state === 'busy' && waits) result = await claimWhenFree(state, request)
    if (result.state === 'done') return { kind: 'duplicate', event }
    if (result.state !== 'claimed') throw refusal(result.state, event)
    if (state.closing.signal.aborted) {
      await giveBack(store, request, 'claimed at shutdown', 'unused')
      throw shuttingDown()
    }
    const { attempt, acceptedForMs, tx, onLost } = result
    return await handle({ request, attempt, acceptedForMs, tx, onLost, entry })
  } finally {
    forget(state, request.key, entry)
  }
}

/** The next delivery of the event makes its own claim, unless another entry has replaced this one. */
export function forget({ inFlight }: ReceiverState, key: string, entry: InFlight | undefined): void {
  if (entry !== undefined && inFlight.get(key) === entry) inFlight.delete(key)
}

export function busy({ id }: WebhookEvent): DeliveryError {
  return new DeliveryError('BUSY', `another process is handling ${id}`)
}

function refusal(state: 'conflict' | 'busy', event: WebhookEvent): DeliveryError {
  const { id } = event
  return state === 'busy'
    ? busy(event)
    : new DeliveryError('ID_CONFLICT', `the event ${id} is known with other content; it was not handled`)
}

/** Repeats the claim while another process holds the event: that process may finish, or fail and release the event. */
async function claimWhenFree(state: ReceiverState, request: ClaimRequest): Promise<ClaimResult<unknown>> {
  const giveUpAt = clock.monotonic() + state.options.busyWaitMs
  for (;;) {
    await sleep(BUSY_POLL_MS * (0.5 + Math.random()))
    refuseWhenClosing(state)
    const result = await claim(state.options, request)
    if (result.state !== 'busy' || clock.monotonic() >= giveUpAt) return result
  }
}

/** The same event at the same moment in the same process: the handler runs once, and all deliveries share its outcome. */
async function follow(leader: Promise<Outcome>, event: WebhookEvent): Promise<Outcome> {
  const outcome = await leader
  const accepted = outcome.kind === 'handled' || outcome.kind === 'unhandled' || outcome.kind === 'duplicate'
  return accepted ? { kind: 'duplicate', event } : outcome
}
