/** Observes deliveries while the old handler works, and reports how the new one would handle each. It changes nothing. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Express } from 'express'
import { createReceiver, memoryStore, type Provider, type Receiver } from 'express-payment-webhooks'

/** The receiver's default limit, if its option names no other. */
const LIMIT = 100 * 1024

/** Mount it before everything else in the app, above all before parsers. */
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
 * Copies the bytes that the connection hands over to the request, or returns the code of the problem that the new handler
 * would have. It reads nothing from the request, so any later reader finds the whole body.
 */
function bytesOf(req: IncomingMessage, res: ServerResponse): Promise<Buffer | string> {
  const { headers } = req
  return new Promise((resolve) => {
    // If an earlier middleware was asynchronous, the first bytes may already be there.
    if (req.complete || req.readableLength > 0) resolve('RAW_BODY_CONSUMED')
    if ((headers['content-encoding'] ?? 'identity') !== 'identity') resolve('BODY_ENCODING_UNSUPPORTED')
    if (Number(headers['content-length']) > LIMIT) resolve('BODY_TOO_LARGE')
    // If a handler answers before the whole body has arrived, the rest is discarded, and this copy stays incomplete.
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
