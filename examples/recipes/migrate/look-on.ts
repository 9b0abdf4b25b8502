/** Looks on while the old handler works: what would the new one make of every delivery? It changes nothing. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Express } from 'express'
import { createReceiver, memoryStore, type Provider, type Receiver } from 'express-payment-webhooks'

/** The receiver's own, where its option names no other. */
const LIMIT = 100 * 1024

/** Comes before everything else that the app uses, parsers above all. */
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
 * A copy of what the connection hands over to the request, or the code of what would keep the new handler from it. Nothing
 * is read from the request: whoever does that later, and in whatever way, finds all of it.
 */
function bytesOf(req: IncomingMessage, res: ServerResponse): Promise<Buffer | string> {
  const { headers } = req
  return new Promise((resolve) => {
    // Behind something that waited, the first bytes may be there already.
    if (req.complete || req.readableLength > 0) resolve('RAW_BODY_CONSUMED')
    if ((headers['content-encoding'] ?? 'identity') !== 'identity') resolve('BODY_ENCODING_UNSUPPORTED')
    if (Number(headers['content-length']) > LIMIT) resolve('BODY_TOO_LARGE')
    // Who answers before all of it is there has the rest thrown away, and gets no more of it than this.
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
