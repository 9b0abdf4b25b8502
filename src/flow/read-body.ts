/** Step 1: the exact bytes, bounded in size and in time, or kept by an earlier parser. */
import type { IncomingMessage } from 'node:http'
import type { DeliveryError } from '../errors.js'
import { aborted, checkDeclaredLength, checkEncoding, consumed, timedOut, tooLarge } from './body-faults.js'
import type { Deadline } from './deadline.js'

/** What an earlier parser may have left on the request. */
export interface ReadableRequest extends IncomingMessage {
  readonly rawBody?: unknown
  readonly body?: unknown
}

/** @throws DeliveryError `BODY_*`, `RAW_BODY_CONSUMED` */
export function readBody(req: ReadableRequest, limit: number, deadline: Deadline): Buffer | Promise<Buffer> {
  checkEncoding(req.headers['content-encoding'])
  const kept = keptBytes(req)
  if (kept === undefined) return readStream(req, limit, deadline)
  if (kept.length > limit) throw tooLarge(limit)
  return kept
}

/** Bytes that `captureRawBody`, `express.raw()` or a serverless host kept. */
function keptBytes({ rawBody, body }: ReadableRequest): Buffer | undefined {
  if (Buffer.isBuffer(rawBody)) return rawBody
  return Buffer.isBuffer(body) ? body : undefined
}

function readStream(req: IncomingMessage, limit: number, deadline: Deadline): Promise<Buffer> {
  if (wasRead(req)) {
    throw consumed(
      'Mount paymentWebhook() before express.json(), or keep the bytes: app.use(express.json({ verify: captureRawBody }))',
    )
  }
  checkDeclaredLength(req.headers['content-length'], limit)
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let received = 0
    const onData = (chunk: Buffer) => {
      received += chunk.length
      if (received > limit) fail(tooLarge(limit))
      else chunks.push(chunk)
    }
    // What comes after a failure is the answer's business: whether to read on, and for how long.
    const fail = (error: DeliveryError) => {
      req.off('data', onData).pause()
      reject(error)
    }
    req.on('data', onData)
    req.on('end', () => resolve(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks, received)))
    req.on('error', (cause) => fail(aborted(cause)))
    req.on('close', () => {
      if (!req.readableEnded) fail(aborted())
    })
    deadline.onPass(() => {
      if (!req.readableEnded) fail(timedOut(deadline.timeoutMs))
    })
  })
}

/** True when bytes are gone, are going somewhere else, or were decoded on their way. */
function wasRead(req: IncomingMessage): boolean {
  return req.readableDidRead || req.readableFlowing === true || !req.readable || req.readableEncoding !== null
}
