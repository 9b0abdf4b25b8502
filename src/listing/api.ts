/** Requests of listers: with the shop's key, to one host, with limits and retries. */
import { checkApiKey } from '../crypto/api-key.js'
import { PaymentWebhookError } from '../errors.js'
import type { Awaitable } from '../lib/awaitable.js'
import { clock } from '../lib/clock.js'
import { invalidOption } from '../lib/invalid-option.js'
import { parseJson } from '../lib/json.js'
import { readBounded } from '../lib/read-bounded.js'
import { validate, type PayloadSchema } from '../payload.js'

/** A key, or a function that returns one, for example a token that is renewed. */
export type ListerKey = string | undefined | (() => Awaitable<string>)

/** Options that every lister of this package takes in addition to its credentials. */
export interface ListerOptions {
  /** The client. @default Node's own `fetch` */
  readonly fetch?: typeof fetch | undefined
}

export interface ListerApi {
  readonly fetch: typeof fetch
}

/** A page of events is larger than any single event. */
const MAX_BYTES = 16 * 1024 * 1024

/** Attempts per page, and the pauses between them, in milliseconds. */
const ATTEMPTS = 6
const FIRST_PAUSE_MS = 1000
const MAX_PAUSE_MS = 5 * 60_000

/** Time limit for one answer, in milliseconds. */
const TIMEOUT_MS = 60_000

/** @throws ConfigurationError `CONFIG_OPTION_INVALID` for an address to which a key must not be sent */
export function apiUrlOption(where: string, apiUrl: string, name = 'apiUrl'): string {
  const url = URL.canParse(apiUrl) ? new URL(apiUrl) : null
  const isLocal = url?.protocol === 'http:' && /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(url.hostname)
  if (url !== null && (url.protocol === 'https:' || isLocal) && url.username === '' && url.search === '') {
    return apiUrl.replace(/\/+$/, '')
  }
  return invalidOption(where, `${name} must be an https address without user name or query, or http on this machine`)
}

/** @throws ConfigurationError `CONFIG_SECRET_*` */
export function keyOption(where: string, key: ListerKey, name = 'apiKey'): () => Awaitable<string> {
  if (typeof key === 'function') return key
  const value = checkApiKey(`${where}: ${name}`, key)
  return () => value
}

/** Options of `listJson` in addition to the address. */
export interface ListJsonOptions<T> {
  readonly schema: PayloadSchema<T>
  readonly headers: Readonly<Record<string, string>>
  readonly signal: AbortSignal
  /** Makes it a POST. */
  readonly body?: string
  /** True answers null for a 404. @default false */
  readonly optional?: boolean
}

/**
 * Fetches one page. If the provider is busy or unreachable, retries for some minutes, after the time in `Retry-After`
 * or after growing pauses. Follows no redirect, because it would carry the key to another host.
 *
 * @throws PaymentWebhookError `LIST_UNAVAILABLE`. Messages name the host and the status, never the address or the key.
 */
export async function listJson<T>(
  api: ListerApi,
  url: string,
  options: ListJsonOptions<T> & { readonly optional: true },
): Promise<T | null>
export async function listJson<T>(api: ListerApi, url: string, options: ListJsonOptions<T>): Promise<T>
export async function listJson<T>(api: ListerApi, url: string, options: ListJsonOptions<T>): Promise<T | null> {
  const { host } = new URL(url)
  for (let attempt = 1; ; attempt++) {
    options.signal.throwIfAborted()
    const answer = await ask(api, url, options)
    if (answer instanceof Response) {
      if (answer.status === 200) return read(host, answer, options.schema)
      await answer.body?.cancel()
      if (answer.status === 404 && options.optional === true) return null
      if (!mayPass(answer.status))
        throw unavailable(`${host} answered with status ${answer.status}${hint(answer.status)}`)
    }
    if (attempt === ATTEMPTS) {
      const what = answer instanceof Response ? `answered with status ${answer.status}` : 'did not answer'
      throw unavailable(`${host} ${what} ${ATTEMPTS} times`, answer instanceof Response ? undefined : answer)
    }
    await pause(answer instanceof Response ? retryAfterMs(answer) : null, attempt, options.signal)
  }
}

/** A response, or the reason why there is none. */
async function ask<T>(
  { fetch }: ListerApi,
  url: string,
  { headers, signal, body }: ListJsonOptions<T>,
): Promise<Response | Error> {
  const tooLate = new AbortController()
  const timer = clock.setTimeout(() => tooLate.abort(), TIMEOUT_MS).unref()
  try {
    return await fetch(url, {
      method: body === undefined ? 'GET' : 'POST',
      headers: { accept: 'application/json', ...headers },
      ...(body !== undefined && { body }),
      redirect: 'manual',
      signal: AbortSignal.any([signal, tooLate.signal]),
    })
  } catch (thrown) {
    signal.throwIfAborted()
    return new Error(thrown instanceof Error ? thrown.message : 'the client threw no error')
  } finally {
    clock.clear(timer)
  }
}

async function read<T>(host: string, answer: Response, schema: PayloadSchema<T>): Promise<T> {
  const bytes = await readBounded(answer, MAX_BYTES).catch((cause: unknown) => {
    throw unavailable(`${host} ended its answer early`, cause)
  })
  if (bytes === null) throw unavailable(`${host} answered with more than ${MAX_BYTES} bytes`)
  try {
    return validate(schema, parseJson(bytes))
  } catch (cause) {
    throw unavailable(`${host} answered with data that is not a list of this provider`, cause)
  }
}

function mayPass(status: number): boolean {
  return status === 408 || status === 429 || status >= 500
}

function hint(status: number): string {
  return status === 401 || status === 403 ? '; is the key right, of the right mode, and allowed to list?' : ''
}

/** Read from `Retry-After`, which is in seconds or a date. */
function retryAfterMs({ headers }: Response): number | null {
  const text = headers.get('retry-after') ?? ''
  const ms = /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text) - clock.now()
  return Number.isNaN(ms) ? null : Math.max(0, ms)
}

async function pause(askedMs: number | null, attempt: number, signal: AbortSignal): Promise<void> {
  const ms = Math.min(askedMs ?? FIRST_PAUSE_MS * 2 ** (attempt - 1) * (0.75 + Math.random() / 2), MAX_PAUSE_MS)
  await new Promise<void>((resolve) => {
    const done = () => {
      clock.clear(timer)
      signal.removeEventListener('abort', done)
      resolve()
    }
    const timer = clock.setTimeout(done, ms).unref()
    signal.addEventListener('abort', done)
  })
}

function unavailable(message: string, cause?: unknown): PaymentWebhookError {
  return new PaymentWebhookError('LIST_UNAVAILABLE', message, { cause })
}
