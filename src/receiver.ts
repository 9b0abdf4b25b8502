/** A receiver: one provider, its options, and the flow between them; every door has one inside. */
import { onlyValue, toDelivery, type DeliveryInput } from './delivery.js'
import { ConfigurationError } from './errors.js'
import type { WebhookEvent } from './event.js'
import type { Health } from './flow/lifecycle/health.js'
import { noticeSharedAccount } from './flow/lifecycle/shared-account.js'
import { shutDown } from './flow/lifecycle/shut-down.js'
import { durablePart, healthPart, insteadPart, part, whenLoaded } from './flow/parts/load.js'
import { rejectRequest, tooLarge } from './flow/reject-request.js'
import { DeliveryContext } from './flow/state/context.js'
import { receiverState, type ReceiverState } from './flow/state/receiver.js'
import type { WebhookOptions } from './options.js'
import type { Outcome } from './outcome.js'
import type { Provider } from './provider.js'
import { receiveDelivery } from './receive.js'
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
  /** Whether the store answers, and how many deliveries are in progress. A store that is away is said, and rejects nothing. */
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
  noticeSharedAccount(state)
  return openReceiver(state)
}

/** From now on the store is watched for what is kept for it. */
export function openReceiver(state: ReceiverState): Receiver {
  begin(state)
  return {
    receive: (input) => receiveFrom(state, input),
    close: ({ timeoutMs = 10_000 } = {}) => shutDown(state, timeoutMs),
    health: async () => (await healthPart()).healthOf(state),
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

/** What runs again what a durable store has kept. */
export const replayPart = part(() => import('./replay.js'))

/** What is kept is for a receiver that handles it. Parts are loaded now, so that no delivery waits for them. */
function begin(state: ReceiverState): void {
  const { mode, queue, store } = state.options
  // A part that cannot be loaded now is tried again, and told of, by the first delivery that needs it.
  if (mode === 'observe' || queue !== undefined) whenLoaded(insteadPart(), () => {})
  if (mode !== 'observe' && store.quarantine !== undefined) {
    whenLoaded(durablePart(), () => {})
    whenLoaded(replayPart(), ({ replayDue }) => replayDue(state))
  }
}

async function receiveFrom(state: ReceiverState, input: DeliveryInput): Promise<Outcome> {
  const delivery = toDelivery(input)
  const context = new DeliveryContext(state, { header: (name) => onlyValue(delivery.headers, name) })
  const { limit } = state.options
  if (delivery.body.length > limit) return rejectRequest(state, context, tooLarge(limit))
  return receiveDelivery(state, delivery, context)
}
