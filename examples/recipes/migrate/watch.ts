/** Looks over the old handler's shoulder: what would the new one make of every delivery? It changes nothing. */
import type { RequestHandler } from 'express'
import { createReceiver, memoryStore, type Provider, type WebhookEvent } from 'express-payment-webhooks'

/** Needs the bytes: `app.use(express.json({ verify: captureRawBody }))`. */
export function watch(provider: Provider, note: (what: object) => void): RequestHandler {
  const receiver = createReceiver(provider, {
    // Never the store that the new handler will have: what is done there is not handled again.
    store: memoryStore(),
    on: {},
    onUnhandled: (event: Pick<WebhookEvent, 'id' | 'type'>) => note({ type: event.type, id: event.id }),
    onError: (error: { code: string }, { explanation }: { explanation: string | null }) =>
      note({ refused: error.code, explanation }),
  })
  return (req, _res, next) => {
    const { rawBody } = req as { rawBody?: Buffer }
    void receiver.receive({ body: rawBody ?? Buffer.alloc(0), headers: req.headers })
    next()
  }
}
