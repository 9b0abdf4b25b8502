/** The whole flow in order, without Express: one delivery in, one outcome out. */
import { authenticate, type AuthenticatedDelivery } from './flow/authenticate.js'
import { complete } from './flow/complete.js'
import { confirm } from './flow/confirm.js'
import { Deadline, deadlinePassed } from './flow/deadline.js'
import { deduplicate, forget, type ClaimedEvent } from './flow/deduplicate.js'
import { dispatch } from './flow/dispatch.js'
import { Lease } from './flow/lease.js'
import { parse } from './flow/parse.js'
import { refuse, type Progress } from './flow/refuse.js'
import { authenticatedBefore, replayPatience, watchReplays } from './flow/replay.js'
import { release } from './flow/release.js'
import { report } from './flow/report.js'
import { refuseWhenClosing } from './flow/shut-down.js'
import { toEvent } from './flow/to-event.js'
import type { WebhookEvent } from './event.js'
import { isPromise } from './is-promise.js'
import type { WebhookOptions } from './options.js'
import type { Outcome } from './outcome.js'
import type { Delivery, Provider } from './provider.js'
import { createReceiver, type Receiver } from './receiver.js'

/** By options and provider: a shop may have one object of options for several of them. */
const receivers = new WeakMap<object, WeakMap<object, Receiver>>()

/**
 * Takes one delivery through the flow and says what came of it. Never rejects because of a delivery.
 * Keep `provider` and `options` in one object each for all deliveries: they are checked once, and what is in flight is
 * known by them. Where `paymentWebhook` was given the same two, this is another door to that webhook, and its `close()`
 * closes both.
 *
 * @throws ConfigurationError when provider or options cannot be safe
 * @example
 * ```ts
 * import { answerTo, receive } from 'express-payment-webhooks'
 *
 * const outcome = await receive(provider, { body, headers }, options)
 * const { status, headers: answerHeaders, body: answerBody } = answerTo(outcome, provider)
 * ```
 */
export async function receive<Event extends WebhookEvent, Tx>(
  provider: Provider<Event>,
  delivery: Delivery,
  options: WebhookOptions<Event, Tx>,
): Promise<Outcome> {
  const receiver = receivers.get(options)?.get(provider) ?? openReceiver(provider, options)
  return receiveWith(receiver, delivery)
}

/** Of what is mounted with the same two objects, the last: `receive` is then another door to it. */
function remember(receiver: Receiver, provider: object, options: object): void {
  let byProvider = receivers.get(options)
  if (byProvider === undefined) receivers.set(options, (byProvider = new WeakMap()))
  byProvider.set(provider, receiver)
}

/** The same, for a door that made its receiver when it was mounted, and its deadline when the request came. */
export function receiveWith(
  receiver: Receiver,
  delivery: Delivery,
  deadline = new Deadline(receiver.options.timeoutMs),
): Promise<Outcome> {
  const { provider } = receiver
  return settle(receiver, deadline, {
    authenticate: () => authenticate(provider, delivery),
    explain: () => provider.authentication.explain?.(delivery) ?? null,
  })
}

/** Makes a receiver and has it look for replays, each of which was authentic when the store kept it. */
export function openReceiver<Event extends WebhookEvent, Tx>(
  provider: Provider<Event>,
  options: WebhookOptions<Event, Tx>,
): Receiver {
  const receiver = createReceiver(provider, options)
  const { timeoutMs, leaseMs } = receiver.options
  remember(receiver, provider, options)
  watchReplays(receiver, (kept) => {
    const origin = { authenticate: () => authenticatedBefore(kept), isConflict: kept.code === 'ID_CONFLICT' }
    return settle(receiver, new Deadline(timeoutMs), origin, replayPatience(leaseMs))
  })
  return receiver
}

/** Where what goes through the flow comes from: a delivery, or the store. */
interface Origin {
  readonly authenticate: () => AuthenticatedDelivery
  /** Why it was not authentic. */
  readonly explain?: () => string | null
  /** An operator wants it handled although its event's id is known with other content. */
  readonly isConflict?: boolean
}

/**
 * Answers what the flow comes to, or `retry_later` when patience ends. Both are reported when both happen.
 *
 * @param deadline the handler has its claim renewed from then on
 * @param patience how long the answer is waited for; a sender's ends at the deadline
 */
function settle(receiver: Receiver, deadline: Deadline, origin: Origin, patience = deadline): Promise<Outcome> {
  const startedAt = performance.now()
  receiver.underWay.begin()
  return new Promise((resolve) => {
    const answer = (outcome: Outcome) => {
      report(receiver, outcome, performance.now() - startedAt)
      resolve(outcome)
    }
    patience.onPass(() => answer({ kind: 'retry_later', error: deadlinePassed(patience), event: deadline.event }))
    void flow(receiver, origin, deadline).then((outcome) => {
      deadline.met()
      patience.met()
      answer(outcome)
      receiver.underWay.end()
    })
  })
}

async function flow(receiver: Receiver, origin: Origin, deadline: Deadline): Promise<Outcome> {
  const { provider } = receiver
  const progress: Progress = { authenticated: undefined, proven: false, event: null }
  try {
    refuseWhenClosing(receiver)
    progress.authenticated = origin.authenticate()
    progress.proven = progress.authenticated.proven
    const confirming = confirm(receiver, progress.authenticated, parse(provider, progress.authenticated))
    const draft = isPromise(confirming) ? await confirming : confirming
    progress.proven = true
    const event = toEvent(provider, draft)
    progress.event = deadline.event = event
    // A read-back takes time, and closing may have begun meanwhile.
    if (draft !== confirming) refuseWhenClosing(receiver)
    const { body } = progress.authenticated
    return await deduplicate(receiver, event, origin.isConflict === true, (claimed) =>
      handle(receiver, claimed, body, deadline),
    )
  } catch (error) {
    return refuse(receiver, error, progress, origin.explain)
  }
}

async function handle(receiver: Receiver, claimed: ClaimedEvent, body: Buffer, deadline: Deadline): Promise<Outcome> {
  const lease = new Lease(receiver.options, claimed.request, () => forget(receiver, claimed.request.key, claimed.entry))
  deadline.onPass(() => lease.keepAlive())
  claimed.onLost?.(() => lease.lose())
  receiver.leases.add(lease)
  try {
    const running = dispatch(receiver, claimed, lease)
    if (isPromise(running)) await running
  } catch (thrown) {
    return await release(receiver, claimed, thrown, body)
  } finally {
    lease.end()
    receiver.leases.delete(lease)
  }
  return complete(receiver, claimed)
}
