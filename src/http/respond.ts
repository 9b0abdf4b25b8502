/** Step 8: from an outcome to an answer. Only this file writes to a response. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Outcome, RefusedOutcome } from '../outcome.js'
import type { ResolvedAnswers } from '../provider-answers.js'
import type { Provider } from '../provider.js'
import { linger } from './linger.js'

/** The answer to the sender. */
export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** Seconds. */
const RETRY_AFTER = '5'

/** Every answer that one provider can get. Made once, and short: a sender learns what to do next, and nothing about the shop. */
interface Answers {
  readonly accepted: Answer
  readonly closing: Answer
  readonly refused: Readonly<Record<RefusedOutcome['kind'], Answer>>
}

const made = new WeakMap<ResolvedAnswers, Answers>()

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
  const { accepted, closing, refused } = answersOf(provider.answers)
  switch (outcome.kind) {
    case 'handled':
    case 'duplicate':
    case 'unhandled':
    case 'ignored':
    case 'kept':
    case 'quarantined':
    case 'observed':
    case 'queued':
      return accepted
    default: {
      // Otherwise the next delivery would use the same connection, and keep the process from ending.
      if (outcome.error.code === 'SHUTTING_DOWN') return closing
      const answer = refused[outcome.kind]
      if (outcome.retryAfterSeconds === undefined) return answer
      return { ...answer, headers: { ...answer.headers, 'retry-after': String(outcome.retryAfterSeconds) } }
    }
  }
}

function answersOf(answers: ResolvedAnswers): Answers {
  let known = made.get(answers)
  if (known === undefined) made.set(answers, (known = makeAnswers(answers)))
  return known
}

function makeAnswers({ accepted, notAuthentic, later }: ResolvedAnswers): Answers {
  const retry = { 'retry-after': RETRY_AFTER }
  // RFC 9110, section 15.5.2: a 401 must name a scheme.
  const challenge = notAuthentic === 401 ? { 'www-authenticate': 'Signature' } : {}
  return {
    accepted: answerOf(accepted.status, accepted.contentType, accepted.body),
    closing: refusal(later, 'retry later', { connection: 'close', ...retry }),
    refused: {
      method_not_allowed: refusal(405, '', { allow: 'POST', connection: 'close' }),
      body_timeout: refusal(408, 'body timeout', { connection: 'close' }),
      too_large: refusal(413, 'too large', { connection: 'close' }),
      unsupported_encoding: refusal(415, 'unsupported content encoding', { connection: 'close' }),
      aborted: refusal(400, 'incomplete', { connection: 'close' }),
      not_authentic: refusal(notAuthentic, 'not authentic', challenge),
      unusable: refusal(400, 'unusable'),
      retry_later: refusal(later, 'retry later', retry),
      failed: refusal(500, 'failed'),
    },
  }
}

/** Writes the answer, and discards a body that was not read. */
export function respond(req: IncomingMessage, res: ServerResponse, outcome: Outcome, provider: Provider): void {
  if (res.headersSent || res.destroyed) return
  const { status, headers, body } = answerTo(outcome, provider)
  // HTTP/2 forbids this header (RFC 9113, section 8.2.2): the connection carries other requests as well.
  const hangsUp = headers['connection'] === 'close' && req.httpVersionMajor !== 2
  // Few calls, because each one is expensive on Express's response. Node computes the body's length itself.
  if (res.statusCode !== status) res.statusCode = status
  for (const name in headers) {
    if (hangsUp || (name !== 'connection' && name !== 'content-length')) res.setHeader(name, headers[name]!)
  }
  // A request object that a host has built does not show if it is complete, and has no connection to close.
  if (hangsUp && (req.complete as boolean | undefined) === false) {
    res.write(body)
    linger(req, res)
  } else {
    res.end(body)
  }
}

function refusal(status: number, text: string, headers: Record<string, string> = {}): Answer {
  const answer = answerOf(status, 'text/plain', text)
  return { ...answer, headers: { ...headers, ...answer.headers } }
}

/** The body is a string, which Node joins to the headers. A buffer would be a separate chunk. */
function answerOf(status: number, contentType: string, body: string): Answer {
  return { status, headers: { 'content-type': contentType, 'content-length': String(Buffer.byteLength(body)) }, body }
}
