/** Looks on while the old handler works, and notes how the new one would read every delivery. It changes nothing. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Express } from 'express'
import { createReceiver, memoryStore, type Provider, type Receiver } from 'express-payment-webhooks'

/** The receiver's default `limit`. */
const LIMIT = 100 * 1024

/** Call it before everything else that the app uses, above all before parsers. */
export function lookOn(app: Express, path: string, provider: Provider, note: (seen: object) => void): Receiver {
  const looking = createReceiver(provider, {
    mode: 'observe',
    store: memoryStore(), // nothing is written to it
    on: {},
    onError: ({ code, message }, { explanation }) => note({ error: code, message, explanation }),
  })
  const look = async (req: IncomingMessage, res: ServerResponse) => {
    const body = await bytesOf(req, res)
    if (typeof body === 'string') return note({ error: body })
    const { kind, event } = await looking.receive({ body, headers: req.headers })
    if (event === null) return
    const { id, type, orderId, paymentId, received, refund, dispute } = event
    note({ [kind]: id, type, orderId, paymentId, received, refund, dispute })
  }
  app.use(path, (req, res, next) => {
    if (req.method === 'POST' && req.path === '/') look(req, res).catch(console.error)
    next()
  })
  return looking
}

/**
 * Returns a copy of the bytes that the connection passes to the request, or the error code with which the new handler would
 * refuse them. It reads nothing from the request, so the old handler still finds all of the body.
 */
function bytesOf(req: IncomingMessage, res: ServerResponse): Promise<Buffer | string> {
  const { headers } = req
  return new Promise((resolve) => {
    // After a middleware that waited, the first bytes may have arrived already.
    if (req.complete || req.readableLength > 0) resolve('RAW_BODY_CONSUMED')
    if ((headers['content-encoding'] ?? 'identity') !== 'identity') resolve('BODY_ENCODING_UNSUPPORTED')
    if (Number(headers['content-length']) > LIMIT) resolve('BODY_TOO_LARGE')
    // A handler that answers early has the rest of the body discarded.
    res.once('close', () => resolve('BODY_ABORTED'))
    const chunks: Buffer[] = []
    let length = 0
    const push = req.push.bind(req)
    req.push = (chunk: Buffer | null, encoding) => {
      length += chunk?.length ?? 0
      if (length > LIMIT) resolve('BODY_TOO_LARGE')
      else if (chunk !== null) chunks.push(chunk)
      else resolve(Buffer.concat(chunks))
      return push(chunk, encoding)
    }
  })
}
