/** Errors of a body that nobody has looked inside yet, the same at every door. */
import { DeliveryError } from '../errors.js'
import { tooLarge } from '../flow/reject-request.js'

/**
 * Decompressing first would open the door to bombs, and no provider known compresses.
 *
 * @throws DeliveryError `BODY_ENCODING_UNSUPPORTED`
 */
export function checkEncoding(encoding: string | null | undefined): void {
  if (encoding === undefined || encoding === null || /^(?:identity)?$/i.test(encoding.trim())) return
  throw new DeliveryError('BODY_ENCODING_UNSUPPORTED', 'the body is compressed; only the bytes as sent can be verified')
}

/**
 * Refuses by the declared length what would be refused once it was read.
 *
 * @throws DeliveryError `BODY_TOO_LARGE`
 */
export function checkDeclaredLength(contentLength: string | null | undefined, limit: number): void {
  if (Number(contentLength ?? 0) > limit) throw tooLarge(limit)
}

export function timedOut(timeoutMs: number): DeliveryError {
  return new DeliveryError('BODY_TIMEOUT', `the body did not arrive within ${timeoutMs} ms`)
}

export function aborted(cause?: unknown): DeliveryError {
  return new DeliveryError('BODY_ABORTED', 'the sender went away before the body was complete', { cause })
}

/** A body that was read is not there to be read again, and its parsed form is not what was signed. */
export function consumed(fix: string): DeliveryError {
  return new DeliveryError('RAW_BODY_CONSUMED', `another parser consumed the body before it could be verified. ${fix}`)
}
