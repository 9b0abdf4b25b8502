/** One request of a node:http server: read the body, take it through the flow, answer. */
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
 * Serves one request of a webhook, whatever its method and body. Never rejects.
 *
 * @param addressOf the sender's address, as far as this server's set-up lets it be believed
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
    // Something between us and the socket, such as a middleware that wraps the response.
    const error = new DeliveryError('INTERNAL', 'the answer could not be written', { cause })
    reportError(state, context, error, outcome)
    res.destroy()
  }
}

/** What is known of a delivery before its body is read. */
export function contextOf(state: Pick<ReceiverState, 'options'>, req: IncomingMessage): DeliveryContext {
  return new DeliveryContext(state, { header: (name) => onlyValue(req.headers, name) })
}

/** A class for the sake of one getter: few providers look at all headers. */
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

  /** Hosts that build their requests by hand, such as serverless ones, leave the raw headers empty or out. */
  get headers(): DeliveryHeaders {
    const { rawHeaders } = this
    this.#headers ??=
      rawHeaders !== undefined && rawHeaders.length > 0 ? headersOf(rawHeaders) : toHeaders(this.#req.headers)
    return this.#headers
  }
}
