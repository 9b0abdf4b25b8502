/** The Express door: read the body, take it through `receive`, answer. */
import type { Request, RequestHandler, Response } from 'express'
import { ConfigurationError, DeliveryError, type DeliveryCode, PaymentWebhookError } from './errors.js'
import type { WebhookEvent } from './event.js'
import { healthOf, type Health } from './flow/health.js'
import { readBody, type ReadableRequest } from './flow/read-body.js'
import { report } from './flow/report.js'
import { respond } from './flow/respond.js'
import { shutDown } from './flow/shut-down.js'
import { isPromise } from './is-promise.js'
import type { WebhookOptions } from './options.js'
import type { Outcome, RefusedOutcome } from './outcome.js'
import type { Delivery, DeliveryHeaders, Provider } from './provider.js'
import { openReceiver, receiveWith } from './receive.js'
import type { Receiver } from './receiver.js'

/** What `paymentWebhook` answers: an Express handler, and what running it takes. */
export interface PaymentWebhook extends RequestHandler {
  /**
   * Stops taking deliveries (503 from now on) and waits for those under way, for at most `timeoutMs`
   * (default 10000); then gives their claims back, so that another process may go on. The store stays open.
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
  /** Whether the store answers, and how many events are being handled. Never rejects. */
  health(): Promise<Health>
}

/**
 * Receives one provider's callbacks at the path it is mounted on.
 *
 * Mount it before body parsers, or keep the bytes with `captureRawBody`. Requests to paths below the mount
 * point are passed on.
 *
 * @throws ConfigurationError when provider or options cannot be safe; the message names the fix
 * @example
 * ```ts
 * import express from 'express'
 * import { coinsPh, memoryStore, paymentWebhook } from 'express-payment-webhooks'
 *
 * const app = express()
 * app.use('/webhooks/coins-ph', paymentWebhook(coinsPh({ token: process.env.COINS_PH_TOKEN }), {
 *   store: memoryStore(),
 *   on: { 'payment.confirmed': async (event) => orders.markPaid(event.orderId, event.received) },
 * }))
 * app.use(express.json())
 * ```
 */
export function paymentWebhook<Event extends WebhookEvent, Tx = undefined>(
  provider: Provider<Event>,
  options: WebhookOptions<Event, Tx>,
): PaymentWebhook {
  const receiver = openReceiver(provider, options)
  const paymentWebhookHandler: RequestHandler = (req, res, next) => {
    // `app.use` matches everything below its path; `app.post` has matched the whole of it.
    // The URL may be an absolute one, which every server must accept (RFC 9112, section 3.2.2).
    if (req.route === undefined && req.url !== '/' && req.path !== '/') return next()
    void handle(receiver, req, res)
  }
  return Object.assign(paymentWebhookHandler, {
    close: ({ timeoutMs = 10_000 }: { timeoutMs?: number } = {}) => shutDown(receiver, timeoutMs),
    health: () => healthOf(receiver),
  })
}

async function handle(receiver: Receiver, req: Request, res: Response): Promise<void> {
  let outcome: Outcome
  try {
    if (req.method !== 'POST') throw new DeliveryError('METHOD_NOT_ALLOWED', 'callbacks are POST requests')
    const reading = readBody(req as ReadableRequest, receiver.options)
    const body = isPromise(reading) ? await reading : reading
    outcome = await receiveWith(receiver, new ExpressDelivery(receiver.provider, req, body))
  } catch (error) {
    outcome = refusal(error)
    report(receiver, outcome, 0)
  }
  respond(req, res, outcome, receiver.provider)
}

/** A class for the sake of one getter: few providers look at headers by name. */
class ExpressDelivery implements Delivery {
  readonly body: Buffer
  readonly rawHeaders: readonly string[]
  readonly ip: string | undefined
  readonly #req: Request

  constructor({ authentication }: Provider, req: Request, body: Buffer) {
    this.body = body
    this.rawHeaders = req.rawHeaders
    this.ip = authentication.bySourceAddress === true ? senderAddress(req) : undefined
    this.#req = req
  }

  get headers(): DeliveryHeaders {
    return this.#req.headersDistinct
  }
}

/** With `trust proxy` at true Express believes whatever address the sender writes into X-Forwarded-For. */
function senderAddress(req: Request): string | undefined {
  if (req.app.get('trust proxy') === true) {
    throw new ConfigurationError(
      'CONFIG_TRUST_PROXY',
      "allowedIps cannot be checked while 'trust proxy' is true: set it to the proxy's addresses or the number of hops",
    )
  }
  return req.ip
}

const KINDS: Partial<Record<DeliveryCode, RefusedOutcome['kind']>> = {
  METHOD_NOT_ALLOWED: 'method_not_allowed',
  BODY_TIMEOUT: 'body_timeout',
  BODY_TOO_LARGE: 'too_large',
  BODY_ENCODING_UNSUPPORTED: 'unsupported_encoding',
  BODY_ABORTED: 'aborted',
}

function refusal(thrown: unknown): RefusedOutcome {
  const error =
    thrown instanceof PaymentWebhookError
      ? thrown
      : new DeliveryError('INTERNAL', 'the request could not be read', { cause: thrown })
  return { kind: KINDS[error.code as DeliveryCode] ?? 'failed', error, event: null }
}
