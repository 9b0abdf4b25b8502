/** A webhook's URL, and what it answers. */
import type { SignedRequest } from '../testing/signed-request.js'
import { CommandError, EXIT, reason, usageError } from './command.js'

/** Senders give up sooner; a debugger may hold a handler for longer than this. */
const TIMEOUT_MS = 30_000

/** Of an answer's body. What webhooks answer is short, and what others answer is not worth more. */
const BODY_LIMIT = 4096

export interface Answered {
  readonly status: number
  readonly contentType: string | null
  readonly body: string
  readonly milliseconds: number
}

/**
 * @param name what the command line calls it
 * @throws CommandError when a delivery must not be sent there: a token would be readable on its way
 */
export function endpointOf(text: string | undefined, name = '--url'): URL {
  if (text === undefined)
    throw usageError('where to? Pass --url <url>, such as http://127.0.0.1:3000/webhooks/coins-ph')
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    throw usageError(`${name} must be an http or https URL, such as http://127.0.0.1:3000/webhooks/coins-ph`)
  }
  if (url.username !== '' || url.password !== '') throw usageError(`${name} must not hold a user name or password`)
  if (url.protocol === 'http:' && !isLoopback(url.hostname)) {
    throw usageError(`${name} must be https, or http on this machine: tokens and signatures can be read on their way`)
  }
  return url
}

function isLoopback(host: string): boolean {
  return /^(localhost|.+\.localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(host)
}

/** @throws CommandError when nobody answers */
export async function postTo(
  url: URL,
  { headers, body }: SignedRequest,
  timeoutMs: number = TIMEOUT_MS,
): Promise<Answered> {
  const startedAt = performance.now()
  try {
    const signal = AbortSignal.timeout(timeoutMs)
    // Followed, a redirect would carry the signature to somebody else.
    const response = await fetch(url, { method: 'POST', headers, body, redirect: 'manual', signal })
    const text = await beginningOf(response.body)
    return {
      status: response.status,
      contentType: response.headers.get('content-type'),
      body: text,
      milliseconds: Math.round(performance.now() - startedAt),
    }
  } catch (error) {
    throw unreachable(url, error, timeoutMs)
  }
}

/** What a failed request to a URL means to whoever named the URL. */
export function unreachable(url: URL, error: unknown, timeoutMs: number): CommandError {
  const why = reason((error as Error).cause ?? error)
  if (why === 'bad port') {
    const other = `port ${url.port} belongs to another protocol, and fetch connects to no such port`
    return new CommandError(EXIT.unreachable, `${url.href} cannot be asked: ${other}; have the shop listen on another`)
  }
  const text = (error as Error).name === 'TimeoutError' ? `nothing within ${timeoutMs / 1000} s` : why
  return new CommandError(EXIT.unreachable, `${url.href} does not answer: ${text}`, { cause: error })
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
