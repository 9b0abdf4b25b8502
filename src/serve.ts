/** One request of a node:http server: read the body, take it through `receive`, answer. */
import type { ServerResponse } from 'node:http'
import { DeliveryError } from './errors.js'
import { Deadline } from './flow/deadline.js'
import { readBody, type ReadableRequest } from './flow/read-body.js'
import { reportError } from './flow/report.js'
import { respond } from './flow/respond.js'
import { checkMethod, turnAway } from './flow/turn-away.js'
import { isPromise } from './is-promise.js'
import type { Outcome } from './outcome.js'
import type { Delivery, DeliveryHeaders } from './provider.js'
import { receiveWith } from './receive.js'
import type { Receiver } from './receiver.js'

/**
 * Serves one request of a webhook, whatever its method and body. Never rejects.
 *
 * @param addressOf who sent it, as far as this server's set-up lets that be believed
 */
export async function serve<Req extends ReadableRequest>(
  receiver: Receiver,
  req: Req,
  res: ServerResponse,
  addressOf: (req: Req) => string | undefined,
): Promise<void> {
  const { provider, options } = receiver
  const deadline = new Deadline(options.timeoutMs)
  let outcome: Outcome
  try {
    checkMethod(req.method)
    const reading = readBody(req, options.limit, deadline)
    const body = isPromise(reading) ? await reading : reading
    const ip = provider.authentication.bySourceAddress === true ? addressOf(req) : undefined
    outcome = await receiveWith(receiver, new NodeDelivery(req, body, ip), deadline)
  } catch (error) {
    outcome = turnAway(receiver, deadline, error)
  }
  try {
    respond(req, res, outcome, provider)
  } catch (cause) {
    // Something between us and the socket, such as a middleware that wraps the response.
    const error = new DeliveryError('INTERNAL', 'the answer could not be written', { cause })
    reportError(receiver, { error, kind: outcome.kind, event: outcome.event, body: null })
    res.destroy()
  }
}

/** A class for the sake of one getter: few providers look at headers by name. */
class NodeDelivery implements Delivery {
  readonly body: Buffer
  readonly rawHeaders: readonly string[]
  readonly ip: string | undefined
  readonly #req: ReadableRequest

  constructor(req: ReadableRequest, body: Buffer, ip: string | undefined) {
    this.body = body
    this.rawHeaders = req.rawHeaders
    this.ip = ip
    this.#req = req
  }

  get headers(): DeliveryHeaders {
    return this.#req.headersDistinct
  }
}
