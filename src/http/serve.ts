/** One request of a node:http server: reads the body, takes it through the flow, and answers. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { headersOf, onlyValue, toHeaders, type Delivery, type DeliveryHeaders } from '../delivery.js'
import { DeliveryError } from '../errors.js'
import { reportError } from '../flow/reporting/report.js'
import { DeliveryContext } from '../flow/state/context.js'
import type { ReceiverState } from '../flow/state/receiver.js'
import { isPromise } from '../lib/awaitable.js'
import type { Outcome } from '../outcome.js'
import { receiveDelivery } from '../receive.js'
import { readBody, type ReadableRequest } from './read-body.js'
import { checkMethod, rejectRequest } from '../flow/reject-request.js'
import { respond } from './respond.js'

/**
 * Serves one request of a webhook, with any method and body. Never rejects.
 *
 * @param addressOf returns the sender's address, as far as the server's set-up makes it trustworthy
 */
export async function serve<Req extends ReadableRequest>(
  state: ReceiverState,
  req: Req,
  res: ServerResponse,
  addressOf: (req: Req) => string | undefined,
  context = contextOf(state, req),
): Promise<void> {
  const { provider, options } = state
  let outcome: Outcome
  try {
    checkMethod(req.method)
    const reading = readBody(req, options.limit, context.deadline)
    const body = isPromise(reading) ? await reading : reading
    const ip = provider.authentication.bySourceAddress === true ? addressOf(req) : undefined
    outcome = await receiveDelivery(state, new NodeDelivery(req, body, ip), context)
  } catch (error) {
    outcome = rejectRequest(state, context, error)
  }
  try {
    respond(req, res, outcome, provider)
  } catch (cause) {
    // Caused by code between this package and the socket, such as a middleware that wraps the response.
    const error = new DeliveryError('INTERNAL', 'the answer could not be written', { cause })
    reportError(state, context, error, outcome)
    res.destroy()
  }
}

/** The context of a delivery before its body is read. */
export function contextOf(state: Pick<ReceiverState, 'options'>, req: IncomingMessage): DeliveryContext {
  return new DeliveryContext(state, { header: (name) => onlyValue(req.headers, name) })
}

/** A class, because of its getter: few providers read all headers. */
class NodeDelivery implements Delivery {
  readonly body: Buffer
  readonly rawHeaders: readonly string[] | undefined
  readonly ip: string | undefined
  readonly #req: ReadableRequest
  #headers: DeliveryHeaders | undefined

  constructor(req: ReadableRequest, body: Buffer, ip: string | undefined) {
    this.body = body
    this.rawHeaders = req.rawHeaders
    this.ip = ip
    this.#req = req
  }

  /** Hosts that build their own requests, such as serverless hosts, may leave the raw headers empty or undefined. */
  get headers(): DeliveryHeaders {
    const { rawHeaders } = this
    this.#headers ??=
      rawHeaders !== undefined && rawHeaders.length > 0 ? headersOf(rawHeaders) : toHeaders(this.#req.headers)
    return this.#headers
  }
}
