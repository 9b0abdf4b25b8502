/** The whole flow in order, without HTTP: one delivery in, one outcome out. */
import type { Delivery } from './delivery.js'
import { DeliveryError } from './errors.js'
import type { Confirmation, KnownEvent } from './event.js'
import { authenticate, type AuthenticatedDelivery } from './flow/authenticate.js'
import { giveBack } from './flow/claims/claim.js'
import { Lease } from './flow/claims/lease.js'
import { bounded } from './flow/claims/store-calls.js'
import { complete } from './flow/complete.js'
import { confirm, readBack } from './flow/confirm.js'
import { busy, deduplicate, forget } from './flow/deduplicate.js'
import { dispatch } from './flow/dispatch.js'
import { refuseWhenClosing } from './flow/lifecycle/shut-down.js'
import { parse } from './flow/parse.js'
import { insteadPart } from './flow/parts/load.js'
import { deadlineOutcome, refusalOf, refuse } from './flow/refuse.js'
import { release } from './flow/release.js'
import { explainRefusal } from './flow/reporting/explain.js'
import { report } from './flow/reporting/report.js'
import { DeliveryContext, type Claim, type Claimed } from './flow/state/context.js'
import type { ReceiverState } from './flow/state/receiver.js'
import { knownEvent, toEvent, type ConfirmedEvent } from './flow/to-event.js'
import { isPromise, type Awaitable } from './lib/awaitable.js'
import { clock } from './lib/clock.js'
import { messageOf } from './lib/thrown.js'
import type { Outcome } from './outcome.js'

/** Takes one delivery through the flow. Never rejects because of it. */
export function receiveDelivery(state: ReceiverState, delivery: Delivery, context: DeliveryContext): Promise<Outcome> {
  context.delivery = delivery
  const explain = () => explainRefusal(state, delivery)
  return run(state, context, () => flow(state, context, () => authenticate(state, delivery), explain))
}

/**
 * Returns the flow's outcome, or `retry_later` when the time limit ends. If both happen, both are reported.
 *
 * @param patience the time limit for the answer
 */
export function run(
  state: ReceiverState,
  context: DeliveryContext,
  begin: () => Promise<Outcome>,
  patience = context.deadline,
): Promise<Outcome> {
  const startedAt = clock.monotonic()
  state.inProgress.begin()
  return new Promise((resolve) => {
    const answer = (outcome: Outcome) => {
      report(state, context, outcome, clock.monotonic() - startedAt)
      resolve(outcome)
    }
    patience.onExpire(() => answer(deadlineOutcome(patience, context)))
    const finish = (outcome: Outcome) => {
      context.deadline.clear()
      patience.clear()
      answer(outcome)
      state.inProgress.end()
    }
    begin().then(finish, (cause: unknown) => {
      const { event } = context
      finish(refusalOf(new DeliveryError('INTERNAL', 'the flow threw something unexpected', { cause }), { event }))
    })
  })
}

export async function flow(
  state: ReceiverState,
  context: DeliveryContext,
  authenticated: () => Awaitable<AuthenticatedDelivery>,
  explain?: () => string | null,
): Promise<Outcome> {
  const { mode, queue } = state.options
  const isObserving = mode === 'observe'
  try {
    refuseWhenClosing(state)
    const authenticating = authenticated()
    const delivery = isPromise(authenticating) ? await authenticating : authenticating
    context.authenticated = delivery
    context.proven = delivery.proven
    const parsing = parse(state, delivery)
    const interpretation = isPromise(parsing) ? await parsing : parsing
    if (isObserving || (queue !== undefined && (context.origin === 'sender' || context.origin === 'listed'))) {
      return await (await insteadPart()).instead(state, context, delivery, interpretation)
    }
    if (delivery.proven && 'confirm' in interpretation && interpretation.confirm.known !== null) {
      return await claimThenConfirm(state, context, interpretation.confirm, interpretation.confirm.known)
    }
    const confirming = confirm(state, delivery, interpretation)
    const draft = isPromise(confirming) ? await confirming : confirming
    if ('ignored' in draft) return { kind: 'ignored', event: null, reason: draft.ignored }
    context.proven = true
    context.isReadFirst = 'confirm' in interpretation
    const event = toEvent(state.provider, draft)
    context.event = event
    // A read-back takes time, and the receiver may have begun to close meanwhile.
    if (draft !== confirming) refuseWhenClosing(state)
    return await deduplicate(state, context, event, (claim) => handle(state, context, { event, claim }))
  } catch (error) {
    if (isObserving && context.proven) return await faultOf(error, context)
    return refuse(state, context, error, explain)
  }
}

async function faultOf(error: unknown, { event }: DeliveryContext): Promise<Outcome> {
  const { observedFault } = await insteadPart()
  return observedFault(error, event)
}

/** If the proof covers the event's identity, only the holder of its claim reads it back. Duplicates need no read. */
function claimThenConfirm(
  state: ReceiverState,
  context: DeliveryContext,
  confirmation: Confirmation,
  known: KnownEvent,
): Promise<Outcome> {
  const claimed = knownEvent(state.provider, known)
  context.event = claimed
  return deduplicate(state, context, claimed, async (claim) => {
    const confirmed = await confirmClaimed(state, confirmation, claim)
    if ('ignored' in confirmed) return ignore(state, claim, confirmed.ignored)
    // An event with an unknown name usually gets its id from its content. Here it keeps the id that it was claimed by.
    const event: ConfirmedEvent = { ...confirmed, id: claimed.id }
    context.event = event
    return handle(state, context, { event, claim })
  })
}

/** If the event cannot be confirmed now, its claim is released as unused. */
async function confirmClaimed(state: ReceiverState, confirmation: Confirmation, { request }: Claim) {
  try {
    const draft = await readBack(state, confirmation)
    refuseWhenClosing(state)
    return 'ignored' in draft ? draft : toEvent(state.provider, draft)
  } catch (error) {
    await giveBack(state.options.store, request, messageOf(error), 'unused')
    throw error
  }
}

/** Completes the claim, so that duplicates need no read either. */
async function ignore({ options }: ReceiverState, { request }: Claim, reason: string): Promise<Outcome> {
  const { store, storeTimeoutMs } = options
  await bounded('complete', () => store.complete(request.key, request.token), storeTimeoutMs)
  return { kind: 'ignored', event: null, reason }
}

/** If the process stalled between claim and handler, the lease may have passed and another process may hold the claim. */
async function holdAgain({ options }: ReceiverState, { event, claim: { request } }: Claimed): Promise<void> {
  const { store, storeTimeoutMs } = options
  const { key, token, leaseMs } = request
  try {
    if (!(await bounded('extend', () => store.extend(key, token, leaseMs), storeTimeoutMs))) throw busy(event)
  } catch (error) {
    // Otherwise the claim's transaction, if it has one, would stay open.
    await giveBack(store, request, messageOf(error), 'unused')
    throw error
  }
}

export async function handle(state: ReceiverState, context: DeliveryContext, claimed: Claimed): Promise<Outcome> {
  const { request, entry, onLost } = claimed.claim
  if (context.elapsedMs >= request.leaseMs) await holdAgain(state, claimed)
  const lease = new Lease(state.options, request, () => forget(state, request.key, entry))
  context.deadline.onSlow(() => lease.keepAlive())
  onLost?.(() => lease.lose())
  // A worker's engine keeps the job from others, so a handler that outlasts `close()` can still be recorded as done.
  if (context.origin !== 'queue') state.leases.add(lease)
  try {
    const running = dispatch(state, context, claimed, lease)
    if (isPromise(running)) await running
  } catch (thrown) {
    return await release(state, context, claimed, thrown)
  } finally {
    lease.end()
    state.leases.delete(lease)
  }
  return complete(state, context, claimed)
}
