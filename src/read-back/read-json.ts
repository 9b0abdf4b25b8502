/** One bounded, strict read of a provider's API. */
import { DeliveryError } from '../errors.js'
import { parseJson } from '../lib/json.js'
import { readBounded } from '../lib/read-bounded.js'
import { validate, type PayloadSchema } from '../payload.js'

/** Larger than any payment, and small enough for memory. */
const MAX_BYTES = 512 * 1024

/** Options of `readJson`. */
export interface ReadJsonOptions<T> {
  /** Validates the answer. A zod schema fits. */
  readonly schema: PayloadSchema<T>
  /** For example, a header with the API key. */
  readonly headers?: Readonly<Record<string, string>> | undefined
  readonly signal: AbortSignal
  /** @default 'GET' */
  readonly method?: 'GET' | 'POST' | undefined
  /** The body of a POST. */
  readonly body?: string | undefined
  /** If true, a 404 of the API returns null. @default false: a 404 is a failure */
  readonly optional?: boolean | undefined
}

/**
 * Reads JSON from a provider's API: exact numbers, no redirects, at most 512 KB.
 *
 * @throws DeliveryError `READ_BACK_UNAVAILABLE` for any status except 200, and for an answer that does not match the
 * schema. The message contains the host and the status, but never the URL, which may contain a token.
 * @example
 * ```ts
 * import { readJson } from 'express-payment-webhooks/read-back'
 * import { z } from 'zod'
 *
 * const schema = z.object({ id: z.string(), status: z.string() })
 * const readPayment = (id: string, signal: AbortSignal) =>
 *   readJson(`https://api.acme.example/payments/${encodeURIComponent(id)}`, {
 *     schema,
 *     headers: { authorization: `Bearer ${process.env.ACME_API_KEY}` },
 *     signal,
 *   })
 * ```
 */
export async function readJson<T>(
  url: string,
  options: ReadJsonOptions<T> & { readonly optional: true },
): Promise<T | null>
export async function readJson<T>(url: string, options: ReadJsonOptions<T>): Promise<T>
export async function readJson<T>(url: string, options: ReadJsonOptions<T>): Promise<T | null> {
  const { schema, headers, signal, method = 'GET', body, optional = false } = options
  // The error of `new URL` would quote the URL.
  if (!URL.canParse(url)) throw new TypeError('readJson: the URL is invalid')
  const { host } = new URL(url)
  const answer = await request(host, url, {
    method,
    headers: { accept: 'application/json', ...headers },
    ...(body !== undefined && { body }),
    redirect: 'error',
    signal,
  })
  if (answer.status === 404 && optional) {
    await answer.body?.cancel()
    return null
  }
  if (answer.status !== 200) {
    await answer.body?.cancel()
    const hint = answer.status === 401 || answer.status === 403 ? '; is the API key right, and of the right mode?' : ''
    throw unavailable(`${host} answered with status ${answer.status}${hint}`)
  }
  const bytes = await bodyOf(host, answer)
  try {
    return validate(schema, parseJson(bytes))
  } catch (cause) {
    throw unavailable(`${host} returned an unexpected answer`, cause)
  }
}

async function request(host: string, url: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(url, init)
  } catch (cause) {
    throw unavailable(`${host} did not answer`, cause)
  }
}

async function bodyOf(host: string, answer: Response): Promise<Buffer> {
  let bytes: Buffer | null
  try {
    bytes = await readBounded(answer, MAX_BYTES)
  } catch (cause) {
    throw unavailable(`${host} closed the connection before its answer was complete`, cause)
  }
  if (bytes === null) throw unavailable(`${host} answered with more than ${MAX_BYTES} bytes`)
  return bytes
}

function unavailable(message: string, cause?: unknown): DeliveryError {
  return new DeliveryError('READ_BACK_UNAVAILABLE', message, { cause })
}
