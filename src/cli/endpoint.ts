/** The URL of a webhook, and its answers. */
import type { SignedRequest } from '../testing/signed-request.js'
import type { Clock } from './clock.js'
import { CommandError, EXIT, usageError } from './command.js'
import { connectionProblem, messageOf } from './connection-error.js'

/** Longer than any sender waits, because a debugger may hold the handler. */
const TIMEOUT_MS = 30_000

/** The number of bytes that are read of an answer. Webhooks answer less. */
const BODY_LIMIT = 4096

export interface Answered {
  readonly status: number
  readonly contentType: string | null
  /** The beginning of the body. */
  readonly body: string
  readonly milliseconds: number
}

/**
 * @param name the place of the URL on the command line
 * @throws CommandError for a URL on whose way somebody could read a token, so that no delivery may be sent there
 */
export function endpointOf(text: string | undefined, name = '--url', provider = 'coins-ph'): URL {
  const example = `http://127.0.0.1:3000/webhooks/${provider}`
  if (text === undefined) throw usageError(`where to? Pass --url <url>, such as ${example}`)
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    throw usageError(`${name} must be an http or https URL, such as ${example}`)
  }
  if (url.username !== '' || url.password !== '')
    throw usageError(
      `${name} must not hold a user name or password: what the provider sends comes from the environment, see --help`,
    )
  if (url.protocol === 'http:' && !isLoopback(url.hostname)) {
    throw usageError(`${name} must be https, or http on this machine: tokens and signatures can be read on their way`)
  }
  return url
}

/** True if the delivery does not leave this machine. */
export function isOnThisMachine({ hostname }: URL): boolean {
  return isLoopback(hostname)
}

function isLoopback(host: string): boolean {
  return /^(localhost|.+\.localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(host)
}

/** @throws CommandError when there is no answer */
export async function postTo(
  url: URL,
  { headers, body }: SignedRequest,
  clock: Clock,
  timeoutMs: number = TIMEOUT_MS,
): Promise<Answered> {
  const startedAt = clock.now()
  try {
    return await clock.within(timeoutMs, async (signal) => {
      // A redirect that is followed would send the signature to another host.
      const response = await fetch(url, { method: 'POST', headers, body, redirect: 'manual', signal })
      const text = await beginningOf(response.body)
      return {
        status: response.status,
        contentType: response.headers.get('content-type'),
        body: text,
        milliseconds: Math.round(clock.now() - startedAt),
      }
    })
  } catch (error) {
    throw unreachable(url, error, timeoutMs)
  }
}

/** A failed request, in words for the person who named the URL. */
export function unreachable(url: URL, error: unknown, timeoutMs: number): CommandError {
  const { name, cause = error } = error as Error
  if (messageOf(cause) === 'bad port') {
    const problem = `port ${url.port} belongs to another protocol, so fetch does not connect to it`
    return new CommandError(EXIT.unreachable, `${url.href} cannot be asked: ${problem}. Use another port for the shop`)
  }
  const why = name === 'TimeoutError' ? `nothing within ${timeoutMs / 1000} s` : connectionProblem(cause)
  return new CommandError(EXIT.unreachable, `${url.href} does not answer: ${why ?? messageOf(cause)}`, { cause: error })
}

async function beginningOf(body: ReadableStream<Uint8Array> | null): Promise<string> {
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of body ?? []) {
    chunks.push(chunk)
    length += chunk.length
    if (length >= BODY_LIMIT) break
  }
  return Buffer.concat(chunks).subarray(0, BODY_LIMIT).toString('utf8')
}
