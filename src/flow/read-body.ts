/** Step 1: the exact bytes, bounded in size and in time, or kept by an earlier parser. */
import type { IncomingMessage } from 'node:http'
import getRawBody from 'raw-body'
import { DeliveryError, type DeliveryCode } from '../errors.js'

/** What an earlier parser may have left on the request. */
export interface ReadableRequest extends IncomingMessage {
  readonly rawBody?: unknown
  readonly body?: unknown
}

interface Bounds {
  readonly limit: number
  readonly timeoutMs: number
}

/** @throws DeliveryError `BODY_*`, `RAW_BODY_CONSUMED` */
export function readBody(req: ReadableRequest, { limit, timeoutMs }: Bounds): Buffer | Promise<Buffer> {
  const encoding = req.headers['content-encoding']
  // Decompressing first would open the door to bombs, and no provider known compresses.
  if (encoding !== undefined && encoding.toLowerCase() !== 'identity') {
    throw new DeliveryError(
      'BODY_ENCODING_UNSUPPORTED',
      'the body is compressed; no provider known does that, and only the bytes as sent can be verified',
    )
  }
  const kept = keptBytes(req)
  if (kept === undefined) return readStream(req, limit, timeoutMs)
  if (kept.length > limit) throw tooLarge(limit)
  return kept
}

/** Bytes that `captureRawBody`, `express.raw()` or a serverless host kept. */
function keptBytes({ rawBody, body }: ReadableRequest): Buffer | undefined {
  if (Buffer.isBuffer(rawBody)) return rawBody
  return Buffer.isBuffer(body) ? body : undefined
}

function readStream(req: ReadableRequest, limit: number, timeoutMs: number): Promise<Buffer> {
  // A body that was read is not there to be read again, and its parsed form is not what was signed.
  if (req.readableDidRead || req.readableFlowing === true || !req.readable) throw consumed()
  return new Promise((resolve, reject) => {
    const timer = setTimeout(
      () => reject(new DeliveryError('BODY_TIMEOUT', `the body did not arrive within ${timeoutMs} ms`)),
      timeoutMs,
    )
    getRawBody(req, { limit, length: req.headers['content-length'] ?? null }).then(
      (body) => {
        clearTimeout(timer)
        resolve(body)
      },
      (error: unknown) => {
        clearTimeout(timer)
        reject(translate(error, limit))
      },
    )
  })
}

const CODES: Readonly<Record<string, DeliveryCode>> = {
  'entity.too.large': 'BODY_TOO_LARGE',
  'request.aborted': 'BODY_ABORTED',
  'request.size.invalid': 'BODY_ABORTED',
  'stream.encoding.set': 'RAW_BODY_CONSUMED',
  'stream.not.readable': 'RAW_BODY_CONSUMED',
}

function translate(error: unknown, limit: number): DeliveryError {
  const code = CODES[(error as { type?: string }).type ?? ''] ?? 'BODY_ABORTED'
  if (code === 'BODY_TOO_LARGE') return tooLarge(limit)
  if (code === 'RAW_BODY_CONSUMED') return consumed()
  return new DeliveryError('BODY_ABORTED', 'the sender went away before the body was complete', { cause: error })
}

function tooLarge(limit: number): DeliveryError {
  return new DeliveryError(
    'BODY_TOO_LARGE',
    `the body is larger than ${limit} bytes; raise the limit option if the provider really sends that much`,
  )
}

function consumed(): DeliveryError {
  return new DeliveryError(
    'RAW_BODY_CONSUMED',
    'another parser consumed the body before it could be verified. Mount paymentWebhook() before express.json(), or keep the bytes: app.use(express.json({ verify: captureRawBody }))',
  )
}
