/** Step 1: the exact bytes, bounded in size and in time, or kept by an earlier parser. */
import type { IncomingMessage } from 'node:http'
import getRawBody, { type RawBodyError } from 'raw-body'
import type { DeliveryError } from '../errors.js'
import { tooLarge } from '../flow/reject-request.js'
import { aborted, checkEncoding, consumed, timedOut } from './body-errors.js'
import type { Deadline } from '../lib/deadline.js'

const FIX =
  'Mount paymentWebhook() before express.json() or express.urlencoded(), or give that parser { verify: captureRawBody }'

/** A request on which an earlier parser may have left the body. */
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
    // The body of most requests comes with their headers, and is there once the parser has gone on: taken at once, it
    // needs no listeners. Before anybody else gets to see it who listens from now on.
    process.nextTick(() => {
      try {
        resolve(arrived(req, length) ?? readStream(req, limit, deadline))
      } catch (error) {
        reject(error)
      }
    })
  })
}

/** The whole body where all of it is there and nobody has taken any. */
function arrived(req: IncomingMessage, length: number): Buffer | undefined {
  if (!req.complete || req.readableLength !== length || req.destroyed) return undefined
  const body: unknown = req.read()
  // Decoded on its way.
  if (!Buffer.isBuffer(body)) throw consumed(FIX)
  return body
}

/** Bytes that `captureRawBody`, `express.raw()` or a serverless host kept. */
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
    // Whichever comes first decides; what comes after a failure is the answer's business.
    deadline.onExpire(() => reject(timedOut(deadline.timeoutMs)))
    getRawBody(req, { limit, length: req.headers['content-length'] ?? null }, (error, body) => {
      if (error === null || error === undefined) resolve(body)
      else reject(translate(error, limit))
    })
  })
}

/** The library names what went wrong in `type`. */
function translate(error: RawBodyError, limit: number): DeliveryError {
  if (error.type === 'entity.too.large') return tooLarge(limit)
  return error.type === 'stream.not.readable' ? consumed(FIX) : aborted(error)
}

/** True when bytes are gone, are going somewhere else, or were decoded on their way. */
function wasRead(req: IncomingMessage): boolean {
  return req.readableDidRead || req.readableFlowing === true || !req.readable || req.readableEncoding !== null
}
