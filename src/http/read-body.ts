/** Step 1: reads the exact bytes, bounded in size and in time, or takes the bytes that an earlier parser kept. */
import type { IncomingMessage } from 'node:http'
import getRawBody, { type RawBodyError } from 'raw-body'
import type { DeliveryError } from '../errors.js'
import { tooLarge } from '../flow/reject-request.js'
import { aborted, checkEncoding, consumed, timedOut } from './body-errors.js'
import type { Deadline } from '../lib/deadline.js'

const FIX =
  'Mount paymentWebhook() before express.json() or express.urlencoded(), or give that parser { verify: captureRawBody }'

/** A request in which an earlier parser may have left the body. */
export interface ReadableRequest extends IncomingMessage {
  readonly rawBody?: unknown
  readonly body?: unknown
}

/** @throws DeliveryError `BODY_*`, `RAW_BODY_CONSUMED` */
export function readBody(req: ReadableRequest, limit: number, deadline: Deadline): Buffer | Promise<Buffer> {
  const { headers } = req
  checkEncoding(headers['content-encoding'])
  const kept = keptBytes(req)
  if (kept !== undefined) {
    if (kept.length > limit) throw tooLarge(limit)
    return kept
  }
  const length = Number(headers['content-length'])
  if (!(length > 0 && length <= limit)) return readStream(req, limit, deadline)
  return new Promise((resolve, reject) => {
    // The body of most requests comes with their headers, and is complete once the parser has finished. Reading it at
    // once needs no listeners. `nextTick` runs before any later listener can get the body.
    process.nextTick(() => {
      try {
        resolve(arrived(req, length) ?? readStream(req, limit, deadline))
      } catch (error) {
        reject(error)
      }
    })
  })
}

/** The complete body, if all of it has arrived and nobody has read from it. */
function arrived(req: IncomingMessage, length: number): Buffer | undefined {
  if (!req.complete || req.readableLength !== length || req.destroyed) return undefined
  const body: unknown = req.read()
  // The stream has an encoding, so the body was decoded.
  if (!Buffer.isBuffer(body)) throw consumed(FIX)
  return body
}

/** Bytes that `captureRawBody`, `express.raw()` or a serverless host has kept. */
function keptBytes({ rawBody, body }: ReadableRequest): Buffer | undefined {
  if (typeof rawBody === 'string') return Buffer.from(rawBody, 'utf8')
  for (const kept of [rawBody, body]) {
    if (Buffer.isBuffer(kept)) return kept
    if (kept instanceof Uint8Array) return Buffer.from(kept.buffer, kept.byteOffset, kept.byteLength)
  }
  return undefined
}

function readStream(req: IncomingMessage, limit: number, deadline: Deadline): Promise<Buffer> {
  if (req.destroyed && !req.readableDidRead) throw aborted()
  if (wasRead(req)) throw consumed(FIX)
  return new Promise((resolve, reject) => {
    // The first of both settles the promise. After a failure, the code that answers handles the rest of the body.
    deadline.onExpire(() => reject(timedOut(deadline.timeoutMs)))
    getRawBody(req, { limit, length: req.headers['content-length'] ?? null }, (error, body) => {
      if (error === null || error === undefined) resolve(body)
      else reject(translate(error, limit))
    })
  })
}

/** The library gives the reason in `type`. */
function translate(error: RawBodyError, limit: number): DeliveryError {
  if (error.type === 'entity.too.large') return tooLarge(limit)
  return error.type === 'stream.not.readable' ? consumed(FIX) : aborted(error)
}

/** True if bytes were already read, are being read by other code, or were decoded. */
function wasRead(req: IncomingMessage): boolean {
  return req.readableDidRead || req.readableFlowing === true || !req.readable || req.readableEncoding !== null
}
