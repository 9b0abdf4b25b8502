/** A receiver: one provider, its options, and the flow between them. Every door contains one. */
import { onlyValue, toDelivery, type DeliveryInput } from './delivery.js'
import { ConfigurationError } from './errors.js'
import type { WebhookEvent } from './event.js'
import type { Health } from './flow/lifecycle/health.js'
import { noticeSharedAccount } from './flow/lifecycle/shared-account.js'
import { shutDown } from './flow/lifecycle/shut-down.js'
import { durablePart, healthPart, insteadPart, part, whenLoaded } from './flow/parts/load.js'
import { DeliveryContext } from './flow/state/context.js'
import { receiverState, type ReceiverState } from './flow/state/receiver.js'
import { rejectRequest, tooLarge } from './flow/reject-request.js'
import type { WebhookOptions } from './options.js'
import type { Outcome } from './outcome.js'
import type { Provider } from './provider.js'
import { receiveDelivery } from './receive.js'
import { resolveOptions } from './resolve-options.js'

/** Takes one provider's callbacks to the shop's handlers, without HTTP. Every door contains one. */
export interface Receiver {
  /** Takes one delivery through the flow and returns its outcome. Never rejects because of a delivery. */
  receive(delivery: DeliveryInput): Promise<Outcome>
  /**
   * Stops taking deliveries (503 from now on) and starts no further handler. Waits at most `timeoutMs` (default 10000)
   * for deliveries in progress and for events that are not recorded yet. Then it releases the claims of running
   * handlers, so that another process can go on. The store stays open.
   *
   * @example
   * ```ts
   * process.once('SIGTERM', async () => {
   *   await webhook.close()
   *   server.close()
   * })
   * ```
   */
  close(options?: { readonly timeoutMs?: number | undefined }): Promise<void>
  /**
   * Checks the store, and counts the deliveries in progress. If the store is unreachable, the result shows it; the call
   * does not reject.
   */
  health(): Promise<Health>
  /** For the doors of this package only. */
  readonly '~state': unknown
}

/**
 * Makes a receiver. Make one for each provider and keep it: it checks its options once, and recognises a delivery that
 * comes twice at the same moment. `paymentWebhook`, `toNodeListener` and `toFetchHandler` make their own receiver, or
 * take one, so that several doors can share it.
 *
 * @throws ConfigurationError if the provider or its options are unsafe
 * @example
 * ```ts
 * import { answerTo, coinsPh, createReceiver, memoryStore } from 'express-payment-webhooks'
 *
 * const provider = coinsPh({ token: process.env.COINS_PH_TOKEN })
 * const receiver = createReceiver(provider, {
 *   store: memoryStore(),
 *   on: { 'payment.confirmed': async (event) => orders.recordPaid(event.orderId, event.received) },
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

/** Starts to watch the store for events to run again. */
export function openReceiver(state: ReceiverState): Receiver {
  begin(state)
  return {
    receive: (input) => receiveFrom(state, input),
    close: ({ timeoutMs = 10_000 } = {}) => shutDown(state, timeoutMs),
    health: async () => (await healthPart()).healthOf(state),
    '~state': state,
  }
}

/** A door is made of a provider and its options, or of a receiver that other doors share. */
export function receiverOf<Event extends WebhookEvent, Tx>(
  providerOrReceiver: Provider<Event> | Receiver,
  options: Partial<WebhookOptions<Event, Tx>> | undefined,
): Receiver {
  if (stateOf(providerOrReceiver) === undefined) {
    return createReceiver(providerOrReceiver as Provider<Event>, options as WebhookOptions<Event, Tx>)
  }
  const [name] = Object.keys(options ?? {})
  if (name !== undefined) {
    const message = `a receiver has its own options: pass ${JSON.stringify(name)} to createReceiver()`
    throw new ConfigurationError('CONFIG_OPTION_UNKNOWN', message)
  }
  return providerOrReceiver as Receiver
}

/** The state behind a receiver, or behind a door; undefined for anything else. */
export function stateOf(receiver: unknown): ReceiverState | undefined {
  return (receiver as Partial<Receiver> | null | undefined)?.['~state'] as ReceiverState | undefined
}

/** The part that runs again the events that a durable store has kept. */
export const replayPart = part(() => import('./replay.js'))

/**
 * Replay is for receivers that handle events, not in mode `observe`. Parts are loaded now, so that no delivery waits
 * for them.
 */
function begin(state: ReceiverState): void {
  const { mode, queue, store } = state.options
  // If a part cannot be loaded now, the first delivery that needs it tries again and reports the failure.
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
