/** Step 8: from an outcome to an answer. The only place that writes to a response. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Outcome } from '../outcome.js'
import type { Acknowledgement, Provider } from '../provider.js'
import { linger } from './linger.js'

/** What the sender gets. */
export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** Seconds. */
const RETRY_AFTER = '5'

const acknowledgements = new WeakMap<Acknowledgement, Answer>()

/** Small and fixed: a sender learns what to do next, and nothing about the shop. */
const REFUSALS = {
  method_not_allowed: refusal(405, '', { allow: 'POST', connection: 'close' }),
  body_timeout: refusal(408, 'body timeout', { connection: 'close' }),
  too_large: refusal(413, 'too large', { connection: 'close' }),
  unsupported_encoding: refusal(415, 'unsupported content encoding', { connection: 'close' }),
  aborted: refusal(400, 'incomplete', { connection: 'close' }),
  not_authentic: refusal(401, 'not authentic'),
  unusable: refusal(400, 'unusable'),
  retry_later: refusal(503, 'retry later', { 'retry-after': RETRY_AFTER }),
  failed: refusal(500, 'failed'),
} satisfies Partial<Record<Outcome['kind'], Answer>>

const CLOSING = refusal(503, 'retry later', { connection: 'close', 'retry-after': RETRY_AFTER })

/**
 * The answer to an outcome, for hosts without Express.
 *
 * @example
 * ```ts
 * import { answerTo } from 'express-payment-webhooks'
 *
 * const { status, headers, body } = answerTo(outcome, provider)
 * ```
 */
export function answerTo(outcome: Outcome, provider: Provider): Answer {
  switch (outcome.kind) {
    case 'handled':
    case 'duplicate':
    case 'unhandled':
    case 'quarantined':
      return acknowledgement(provider.acknowledgement)
    default: {
      // Or the next delivery would come by the same connection, and keep the process from ending.
      if (outcome.error.code === 'SHUTTING_DOWN') return CLOSING
      const answer = REFUSALS[outcome.kind]
      if (outcome.retryAfterSeconds === undefined) return answer
      return { ...answer, headers: { ...answer.headers, 'retry-after': String(outcome.retryAfterSeconds) } }
    }
  }
}

/** Writes the answer, and gets rid of a body nobody will read. */
export function respond(req: IncomingMessage, res: ServerResponse, outcome: Outcome, provider: Provider): void {
  if (res.headersSent || res.destroyed) return
  const { status, headers, body } = answerTo(outcome, provider)
  const isShared = req.httpVersionMajor === 2
  res.writeHead(status, isShared ? withoutConnection(headers) : headers)
  // A request that a host has built by hand does not say whether it is complete, and has no connection to hang up.
  if (headers['connection'] === 'close' && (req.complete as boolean | undefined) === false && !isShared) {
    res.write(body)
    linger(req, res)
  } else {
    res.end(body)
  }
}

/** Over HTTP/2 the header is forbidden (RFC 9113, section 8.2.2): the connection carries other requests as well. */
function withoutConnection({ connection: _connection, ...others }: Answer['headers']): Answer['headers'] {
  return others
}

function acknowledgement(of: Acknowledgement): Answer {
  let answer = acknowledgements.get(of)
  if (answer === undefined) {
    answer = answerOf(200, of.contentType, of.body)
    acknowledgements.set(of, answer)
  }
  return answer
}

function refusal(status: number, text: string, headers: Record<string, string> = {}): Answer {
  const answer = answerOf(status, 'text/plain', text)
  return { ...answer, headers: { ...headers, ...answer.headers } }
}

/** The body is a string, which Node joins to the headers instead of keeping it as a chunk of its own. */
function answerOf(status: number, contentType: string, body: string): Answer {
  return { status, headers: { 'content-type': contentType, 'content-length': String(Buffer.byteLength(body)) }, body }
}
