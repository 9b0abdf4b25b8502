/**
 * Loaded with a durable store: takes kept events and deliveries through the flow again. A worker uses it for its jobs
 * as well.
 */
import { authenticatedBefore, type AuthenticatedDelivery, type SignedHeaders } from './flow/authenticate.js'
import { deduplicate } from './flow/deduplicate.js'
import { keptEvent } from './flow/keep.js'
import { refuseWhenClosing } from './flow/lifecycle/shut-down.js'
import { watchStore } from './flow/lifecycle/watch-store.js'
import { refuse } from './flow/refuse.js'
import { replayDeadline, type KeptDelivery } from './flow/replay.js'
import { DeliveryContext } from './flow/state/context.js'
import type { ReceiverState } from './flow/state/receiver.js'
import type { Outcome } from './outcome.js'
import { flow, handle, run } from './receive.js'

/** Runs the due events of this receiver, as long as the process lives and the receiver is open. */
export function replayDue(state: ReceiverState): void {
  watchStore(state, replay)
}

function replay(state: ReceiverState, delivery: KeptDelivery): Promise<Outcome> {
  const { origin, code, form, body, headers } = delivery
  const context = new DeliveryContext(state, { isConflict: code === 'ID_CONFLICT', origin })
  return runKept(state, context, { body, headers, event: form === 'event' ? body : null })
}

interface Kept {
  /** The bytes as received, or as they may be kept. */
  readonly body: Buffer
  readonly headers: SignedHeaders
  /** The event as JSON, if it was confirmed before it was kept. */
  readonly event: Buffer | null
}

/** Runs a kept delivery or event, which was authentic when it was kept. No sender waits, so the final outcome is awaited. */
export function runKept(
  state: ReceiverState,
  context: DeliveryContext,
  { body, headers, event }: Kept,
): Promise<Outcome> {
  const patience = replayDeadline(state.options.leaseMs)
  const kept = authenticatedBefore(body, headers)
  const begin =
    event === null ? () => flow(state, context, () => kept) : () => confirmedBefore(state, context, kept, event)
  return run(state, context, begin, patience)
}

/** An event that was confirmed when it was kept continues with its claim. */
async function confirmedBefore(
  state: ReceiverState,
  context: DeliveryContext,
  kept: AuthenticatedDelivery,
  confirmed: Buffer,
): Promise<Outcome> {
  try {
    refuseWhenClosing(state)
    context.authenticated = kept
    context.proven = context.isReadFirst = true
    const event = keptEvent(confirmed)
    context.event = event
    return await deduplicate(state, context, event, (claim) => handle(state, context, { event, claim }))
  } catch (error) {
    return refuse(state, context, error)
  }
}
