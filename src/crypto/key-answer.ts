/** Reads the answer of a key service: a key, no such key, or a temporary failure. */
import { readBounded } from '../lib/read-bounded.js'

/** More than the length of a certificate chain. */
const MAX_BYTES = 64 * 1024

/** The service is busy. The answer does not show if the key exists (RFC 9110, 15.5.9; RFC 8470; RFC 6585). */
const BUSY: readonly number[] = [408, 425, 429]

/**
 * The text of an answer with status 200. Null if the service has no such key, which is any other 4xx. Throws for every
 * other status: an unavailable service does not show if the key exists.
 *
 * @example
 * ```ts
 * import { keyAnswer } from 'express-payment-webhooks/keys'
 *
 * const pem = await keyAnswer(await fetch('https://api.acme.example/keys/7', { signal: AbortSignal.timeout(3000) }))
 * ```
 */
export async function keyAnswer(answer: Response): Promise<string | null> {
  const { status } = answer
  if (status === 200) {
    const bytes = await readBounded(answer, MAX_BYTES)
    if (bytes !== null) return bytes.toString('utf8')
    throw new Error(`the service for keys answered with more than ${MAX_BYTES} bytes`)
  }
  await answer.body?.cancel()
  if (status >= 400 && status < 500 && !BUSY.includes(status)) return null
  throw new Error(`the service for keys answered with status ${status}`)
}
