/** The door for hosts that use Request and Response: Next.js, Hono and others, on Node. */
import type { WebhookEvent } from '../event.js'
import { DeliveryContext } from '../flow/state/context.js'
import { invalidOption } from '../lib/invalid-option.js'
import type { WebhookOptions } from '../options.js'
import type { Outcome } from '../outcome.js'
import type { Provider } from '../provider.js'
import { receiveDelivery } from '../receive.js'
import { receiverOf, stateOf, type Receiver } from '../receiver.js'
import { readWebBody } from './read-web-body.js'
import { checkMethod, rejectRequest } from '../flow/reject-request.js'
import { answerTo } from './respond.js'

/** Source of the sender's address. */
export interface ClientAddress<Host extends readonly unknown[]> {
  /**
   * Returns the sender's address, for providers with `allowedIps`. A Request does not contain it. Read it from a place
   * that strangers cannot write, in the request or in the host's further arguments: only you know that place.
   */
  readonly clientAddress?: ((request: Request, ...host: Host) => string | undefined) | undefined
}

/** Options of `toFetchHandler`: the options of every door, and the source of the sender's address. */
export interface FetchHandlerOptions<Event extends WebhookEvent, Tx, Host extends readonly unknown[]>
  extends WebhookOptions<Event, Tx>, ClientAddress<Host> {}

/** Return value of `toFetchHandler`: a handler, and the receiver behind it. */
export interface FetchHandler<Host extends readonly unknown[] = readonly unknown[]> extends Receiver {
  /** @param host the host's further arguments; only `clientAddress` reads them */
  (request: Request, ...host: Host): Promise<Response>
}

/**
 * Receives one provider's callbacks in a host that uses Request and Response. The host decides which paths and methods
 * lead here. Send all methods: everything except POST is answered 405.
 *
 * @throws ConfigurationError when provider or options cannot be safe; the message names the fix
 * @example
 * ```ts
 * // app/webhooks/coins-ph/route.ts of a Next.js application
 * import { coinsPh, memoryStore, toFetchHandler } from 'express-payment-webhooks'
 *
 * export const POST = toFetchHandler(coinsPh({ token: process.env.COINS_PH_TOKEN }), {
 *   store: memoryStore(),
 *   on: { 'payment.confirmed': (event) => orders.recordPaid(event.orderId, event.received) },
 * })
 * ```
 */
export function toFetchHandler<
  Event extends WebhookEvent,
  Tx = undefined,
  Host extends readonly unknown[] = readonly unknown[],
>(provider: Provider<Event>, options: FetchHandlerOptions<Event, Tx, Host>): FetchHandler<Host>
/** Like the other overload, for a receiver that other doors share. */
export function toFetchHandler<Host extends readonly unknown[] = readonly unknown[]>(
  receiver: Receiver,
  options?: ClientAddress<Host>,
): FetchHandler<Host>
export function toFetchHandler<Event extends WebhookEvent, Tx, Host extends readonly unknown[]>(
  providerOrReceiver: Provider<Event> | Receiver,
  options: Partial<FetchHandlerOptions<Event, Tx, Host>> = {},
): FetchHandler<Host> {
  const { clientAddress, ...webhookOptions } = options
  const receiver = receiverOf(providerOrReceiver, webhookOptions)
  const state = stateOf(receiver)!
  const { provider } = state
  const bySourceAddress = provider.authentication.bySourceAddress === true
  if (bySourceAddress && typeof clientAddress !== 'function') {
    invalidOption(
      'toFetchHandler',
      `${provider.name} has allowedIps, and a Request has no sender address; clientAddress must be a function that returns it`,
    )
  }
  const handle = async (request: Request, ...host: Host): Promise<Response> => {
    const context = new DeliveryContext(state, { header: (name) => request.headers.get(name) ?? undefined })
    let outcome: Outcome
    try {
      checkMethod(request.method)
      const body = await readWebBody(request, state.options.limit, context.deadline)
      const headers = Object.fromEntries(request.headers)
      const ip = bySourceAddress ? clientAddress?.(request, ...host) : undefined
      outcome = await receiveDelivery(state, { body, headers, ip }, context)
    } catch (error) {
      outcome = rejectRequest(state, context, error)
    }
    const { status, headers, body } = answerTo(outcome, provider)
    return new Response(body, { status, headers })
  }
  return Object.assign(handle, receiver)
}
