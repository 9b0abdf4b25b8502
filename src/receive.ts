/** The whole flow in order, without HTTP: one delivery in, one outcome out. */
import { onlyValue, toDelivery, type Delivery, type DeliveryInput } from './delivery.js'
import { ConfigurationError } from './errors.js'
import type { WebhookEvent } from './event.js'
import { authenticate, type AuthenticatedDelivery } from './flow/authenticate.js'
import { Lease } from './flow/claims/lease.js'
import { complete } from './flow/complete.js'
import { confirm } from './flow/confirm.js'
import { deduplicate, forget } from './flow/deduplicate.js'
import { dispatch } from './flow/dispatch.js'
import { healthOf, type Health } from './flow/lifecycle/health.js'
import { refuseWhenClosing, shutDown } from './flow/lifecycle/shut-down.js'
import { watchStore } from './flow/lifecycle/watch-store.js'
import { parse } from './flow/parse.js'
import { deadlineOutcome, refuse } from './flow/refuse.js'
import { release } from './flow/release.js'
import { authenticatedBefore, replayDeadline, type KeptDelivery } from './flow/replay.js'
import { report } from './flow/reporting/report.js'
import { DeliveryContext, type Claimed } from './flow/state/context.js'
import { receiverState, type ReceiverState } from './flow/state/receiver.js'
import { toEvent } from './flow/to-event.js'
import { isPromise } from './lib/awaitable.js'
import { clock } from './lib/clock.js'
import type { WebhookOptions } from './options.js'
import type { Outcome } from './outcome.js'
import type { Provider } from './provider.js'
import { resolveOptions } from './resolve-options.js'

/** One provider's callbacks on their way to the shop's handlers, without HTTP. Every door has one inside. */
export interface Receiver {
  /** Takes one delivery through the flow and says what came of it. Never rejects because of a delivery. */
  receive(delivery: DeliveryInput): Promise<Outcome>
  /**
   * Stops taking deliveries (503 from now on), begins no further handler, and waits for deliveries in progress and for
   * events still to be recorded, for at most `timeoutMs` (default 10000); then gives the claims of running handlers
   * back, so that another process may go on. The store stays open.
   *
   * @example
   * ```ts
   * process.once('SIGTERM', async () => {
   *   await webhook.close()
   *   server.close()
   * })
   * ```
   */
  close(options?: { readonly timeoutMs?: number }): Promise<void>
  /** Whether the store answers, and how many deliveries are in progress. Never rejects. */
  health(): Promise<Health>
  /** For the doors of this package alone. */
  readonly '~state': unknown
}

/**
 * Makes a receiver. Make one for each provider and keep it: options are checked once, and a delivery that comes twice at
 * the same moment is known by it. `paymentWebhook`, `toNodeListener` and `toFetchHandler` make one of their own, or are
 * given one, so that several doors lead to it.
 *
 * @throws ConfigurationError when provider or options cannot be safe
 * @example
 * ```ts
 * import { answerTo, coinsPh, createReceiver, memoryStore } from 'express-payment-webhooks'
 *
 * const provider = coinsPh({ token: process.env.COINS_PH_TOKEN })
 * const receiver = createReceiver(provider, {
 *   store: memoryStore(),
 *   on: { 'payment.confirmed': async (event) => orders.markPaid(event.orderId, event.received) },
 * })
 * const answer = answerTo(await receiver.receive({ body, headers }), provider) // status, headers and body to send
 * ```
 */
export function createReceiver<Event extends WebhookEvent, Tx = undefined>(
  provider: Provider<Event>,
  options: WebhookOptions<Event, Tx>,
): Receiver {
  const state = receiverState(provider, resolveOptions(provider, options))
  watchStore(state, replay)
  return {
    receive: (input) => receiveFrom(state, input),
    close: ({ timeoutMs = 10_000 } = {}) => shutDown(state, timeoutMs),
    health: () => healthOf(state),
    '~state': state,
  }
}

/** A door is made of a provider and its options, or of a receiver that other doors lead to as well. */
export function receiverOf<Event extends WebhookEvent, Tx>(
  providerOrReceiver: Provider<Event> | Receiver,
  options: Partial<WebhookOptions<Event, Tx>> | undefined,
): Receiver {
  if (stateOf(providerOrReceiver) === undefined) {
    return createReceiver(providerOrReceiver as Provider<Event>, options as WebhookOptions<Event, Tx>)
  }
  const [name] = Object.keys(options ?? {})
  if (name !== undefined) {
    const message = `a receiver has options of its own: give ${JSON.stringify(name)} to createReceiver()`
    throw new ConfigurationError('CONFIG_OPTION_UNKNOWN', message)
  }
  return providerOrReceiver as Receiver
}

/** The state behind a receiver, or behind a door; undefined for anything else. */
export function stateOf(receiver: unknown): ReceiverState | undefined {
  return (receiver as Partial<Receiver> | null | undefined)?.['~state'] as ReceiverState | undefined
}

async function receiveFrom(state: ReceiverState, input: DeliveryInput): Promise<Outcome> {
  const delivery = toDelivery(input)
  const header = (name: string) => onlyValue(delivery.headers, name)
  return receiveDelivery(state, delivery, new DeliveryContext(state, { header }))
}

/** The same, for a door that made the context when the request came. */
export function receiveDelivery(state: ReceiverState, delivery: Delivery, context: DeliveryContext): Promise<Outcome> {
  const { provider } = state
  return run(state, context, () => authenticate(provider, delivery), {
    explain: () => provider.authentication.explain?.(delivery) ?? null,
  })
}

/** Runs a kept delivery, which was authentic when the store kept it. No sender waits, so its true outcome is waited for. */
function replay(state: ReceiverState, kept: KeptDelivery): Promise<Outcome> {
  const context = new DeliveryContext(state, { isConflict: kept.code === 'ID_CONFLICT' })
  const patience = replayDeadline(state.options.leaseMs)
  return run(state, context, () => authenticatedBefore(kept), { patience })
}

interface Run {
  /** Why it was not authentic. */
  readonly explain?: () => string | null
  /** Until when the answer is waited for. @default the context's deadline */
  readonly patience?: DeliveryContext['deadline']
}

/** Answers the flow's outcome, or `retry_later` when patience ends. Both are reported when both happen. */
function run(
  state: ReceiverState,
  context: DeliveryContext,
  authenticated: () => AuthenticatedDelivery,
  { explain, patience = context.deadline }: Run,
): Promise<Outcome> {
  const startedAt = clock.monotonic()
  state.inProgress.begin()
  return new Promise((resolve) => {
    const answer = (outcome: Outcome) => {
      report(state, context, outcome, clock.monotonic() - startedAt)
      resolve(outcome)
    }
    patience.onExpire(() => answer(deadlineOutcome(patience, context)))
    void flow(state, context, authenticated, explain).then((outcome) => {
      context.deadline.clear()
      patience.clear()
      answer(outcome)
      state.inProgress.end()
    })
  })
}

async function flow(
  state: ReceiverState,
  context: DeliveryContext,
  authenticated: () => AuthenticatedDelivery,
  explain: (() => string | null) | undefined,
): Promise<Outcome> {
  const { provider } = state
  try {
    refuseWhenClosing(state)
    context.authenticated = authenticated()
    context.proven = context.authenticated.proven
    const confirming = confirm(state, context.authenticated, parse(provider, context.authenticated))
    const draft = isPromise(confirming) ? await confirming : confirming
    context.proven = true
    context.event = toEvent(provider, draft)
    // A read-back takes time, and closing may have begun meanwhile.
    if (draft !== confirming) refuseWhenClosing(state)
    return await deduplicate(state, context, context.event, (claimed) => handle(state, context, claimed))
  } catch (error) {
    return refuse(state, context, error, explain)
  }
}

async function handle(state: ReceiverState, context: DeliveryContext, claimed: Claimed): Promise<Outcome> {
  const { request, entry, onLost } = claimed.claim
  const lease = new Lease(state.options, request, () => forget(state, request.key, entry))
  context.deadline.onExpire(() => lease.keepAlive())
  onLost?.(() => lease.lose())
  state.leases.add(lease)
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
