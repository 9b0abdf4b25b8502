/** Errors of a body that was not parsed yet, the same at every door. */
import { DeliveryError } from '../errors.js'
import { tooLarge } from '../flow/reject-request.js'

/**
 * Decompressing before verifying would allow decompression bombs, and no known provider compresses.
 *
 * @throws DeliveryError `BODY_ENCODING_UNSUPPORTED`
 */
export function checkEncoding(encoding: string | null | undefined): void {
  if (encoding === undefined || encoding === null || /^(?:identity)?$/i.test(encoding.trim())) return
  throw new DeliveryError('BODY_ENCODING_UNSUPPORTED', 'the body is compressed; only the bytes as sent can be verified')
}

/**
 * Refuses a body by its declared length, before it is read.
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
  return new DeliveryError('BODY_ABORTED', 'the connection closed before the body was complete', { cause })
}

/** A body that was read cannot be read again, and the signature does not cover its parsed form. */
export function consumed(fix: string): DeliveryError {
  return new DeliveryError('RAW_BODY_CONSUMED', `another parser consumed the body before it could be verified. ${fix}`)
}
