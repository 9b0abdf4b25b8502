/** What a service for keys says: a key, that there is none, or nothing yet. */
import { readBounded } from '../lib/read-bounded.js'

/** Longer than a chain of certificates. */
const MAX_BYTES = 64 * 1024

/** These say that the service is busy, and nothing about the key (RFC 9110, 15.5.9; RFC 8470; RFC 6585). */
const BUSY: readonly number[] = [408, 425, 429]

/**
 * The text of an answer with status 200; null where the service has no such key, which is any other 4xx. Throws for
 * everything else: a service that is away says nothing about the delivery.
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
