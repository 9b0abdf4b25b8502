/** The result of a delivery: an answer, or none. */
import type { SignedRequest } from '../../testing/signed-request.js'
import type { Clock } from '../clock.js'
import { CommandError } from '../command.js'
import { postTo, type Answered } from '../endpoint.js'

/** No answer in time, a connection that was made and broken off, or a connection that could not be made. */
export type Silence = 'timeout' | 'hung up' | 'no connection'

export interface Unanswered {
  readonly status: null
  readonly silence: Silence
  readonly error: CommandError
}

export type Reply = Answered | Unanswered

/** Codes of connections that were made, which proves that the endpoint is running. */
const HUNG_UP: readonly unknown[] = ['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET']

/** @throws CommandError when the request cannot be sent at all */
export async function replyTo(url: URL, request: SignedRequest, clock: Clock, timeoutMs: number): Promise<Reply> {
  try {
    return await postTo(url, request, clock, timeoutMs)
  } catch (error) {
    if (!(error instanceof CommandError) || error.cause === undefined) throw error
    return { status: null, silence: silenceOf(error.cause as Error), error }
  }
}

export function isAccepted({ status }: Reply): boolean {
  return status !== null && status >= 200 && status < 300
}

export function isUnanswered(reply: Reply): reply is Unanswered {
  return reply.status === null
}

function silenceOf({ name, cause }: Error): Silence {
  if (name === 'TimeoutError') return 'timeout'
  return HUNG_UP.includes((cause as { code?: unknown } | undefined)?.code) ? 'hung up' : 'no connection'
}
