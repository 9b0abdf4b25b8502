/** Loaded with a durable store: what it has kept goes through the flow once more. */
import { authenticatedBefore, type AuthenticatedDelivery } from './flow/authenticate.js'
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

/** Runs what is due of this receiver, as long as the process lives and the receiver is open. */
export function replayDue(state: ReceiverState): void {
  watchStore(state, replay)
}

/** Runs what was kept, which was authentic when the store kept it. No sender waits, so its true outcome is waited for. */
function replay(state: ReceiverState, { origin, form, code, body, headers }: KeptDelivery): Promise<Outcome> {
  const context = new DeliveryContext(state, { isConflict: code === 'ID_CONFLICT', origin })
  const patience = replayDeadline(state.options.leaseMs)
  const kept = authenticatedBefore(body, headers)
  if (form === 'delivery') return run(state, context, () => flow(state, context, () => kept), patience)
  return run(state, context, () => confirmedBefore(state, context, kept), patience)
}

/** An event that was confirmed when it was kept goes on with its claim. */
async function confirmedBefore(
  state: ReceiverState,
  context: DeliveryContext,
  kept: AuthenticatedDelivery,
): Promise<Outcome> {
  try {
    refuseWhenClosing(state)
    context.authenticated = kept
    context.proven = context.isReadFirst = true
    const event = keptEvent(kept.body)
    context.event = event
    return await deduplicate(state, context, event, (claim) => handle(state, context, { event, claim }))
  } catch (error) {
    return refuse(state, context, error)
  }
}
