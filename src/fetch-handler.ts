/** The door for hosts that speak Request and Response: Next.js, Hono and others, on Node. */
import { controlsOf, type Controls } from './controls.js'
import { ConfigurationError } from './errors.js'
import type { WebhookEvent } from './event.js'
import { Deadline } from './flow/deadline.js'
import { readWebBody } from './flow/read-web-body.js'
import { answerTo } from './flow/respond.js'
import { checkMethod, turnAway } from './flow/turn-away.js'
import type { WebhookOptions } from './options.js'
import type { Outcome } from './outcome.js'
import type { Provider } from './provider.js'
import { openReceiver, receiveWith } from './receive.js'

/** Options of `toFetchHandler`: those of `paymentWebhook`, and where the sender's address comes from. */
export interface FetchHandlerOptions<
  Event extends WebhookEvent,
  Tx,
  Host extends readonly unknown[],
> extends WebhookOptions<Event, Tx> {
  /**
   * Who sent a request, for providers with `allowedIps`: a Request does not say, and only you know which part of it,
   * or of what your host hands over beside it, strangers cannot write.
   */
  readonly clientAddress?: (request: Request, ...host: Host) => string | undefined
}

/** What `toFetchHandler` answers: a handler, and what running it takes. */
export interface FetchHandler<Host extends readonly unknown[] = readonly unknown[]> extends Controls {
  /** @param host whatever the host hands over beside the request; only `clientAddress` looks at it */
  (request: Request, ...host: Host): Promise<Response>
}

/**
 * Receives one provider's callbacks in a host that speaks Request and Response. Which paths and methods lead here is
 * the host's business: send it all methods, and everything but POST is answered 405.
 *
 * @throws ConfigurationError when provider or options cannot be safe; the message names the fix
 * @example
 * ```ts
 * // app/webhooks/coins-ph/route.ts of a Next.js application
 * import { coinsPh, memoryStore, toFetchHandler } from 'express-payment-webhooks'
 *
 * export const POST = toFetchHandler(coinsPh({ token: process.env.COINS_PH_TOKEN }), {
 *   store: memoryStore(),
 *   on: { 'payment.confirmed': (event) => orders.markPaid(event.orderId, event.received) },
 * })
 * ```
 */
export function toFetchHandler<
  Event extends WebhookEvent,
  Tx = undefined,
  Host extends readonly unknown[] = readonly unknown[],
>(provider: Provider<Event>, options: FetchHandlerOptions<Event, Tx, Host>): FetchHandler<Host> {
  const { clientAddress, ...webhookOptions } = options
  const bySourceAddress = provider?.authentication?.bySourceAddress === true
  if (bySourceAddress && typeof clientAddress !== 'function') {
    throw new ConfigurationError(
      'CONFIG_OPTION_INVALID',
      `toFetchHandler: ${provider.name} has allowedIps, and a Request does not say who sent it; clientAddress must be a function that does`,
    )
  }
  const receiver = openReceiver(provider, webhookOptions)
  const handle = async (request: Request, ...host: Host): Promise<Response> => {
    const deadline = new Deadline(receiver.options.timeoutMs)
    let outcome: Outcome
    try {
      checkMethod(request.method)
      const body = await readWebBody(request, receiver.options.limit, deadline)
      const headers = Object.fromEntries(request.headers)
      const ip = bySourceAddress ? clientAddress?.(request, ...host) : undefined
      outcome = await receiveWith(receiver, { body, headers, ip }, deadline)
    } catch (error) {
      outcome = turnAway(receiver, deadline, error)
    }
    const { status, headers, body } = answerTo(outcome, provider)
    return new Response(body, { status, headers })
  }
  return Object.assign(handle, controlsOf(receiver))
}
