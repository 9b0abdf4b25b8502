/** Looks on while the old handler works: what would the new one make of every delivery? It changes nothing. */
import express, { type Express } from 'express'
import { captureRawBody, createReceiver, memoryStore, type Provider, type Receiver } from 'express-payment-webhooks'

/** Comes before the old handler, in place of its `app.use(express.json())`: this parser keeps the bytes as well. */
export function lookOn(app: Express, path: string, provider: Provider, note: (seen: object) => void): Receiver {
  const looking = createReceiver(provider, {
    mode: 'observe',
    store: memoryStore(), // nothing is written to it
    on: {},
    onError: ({ code, message }, { explanation }) => note({ error: code, message, explanation }),
  })
  app.use(express.json({ verify: captureRawBody }))
  app.use(path, (req, _res, next) => {
    const { rawBody } = req as { rawBody?: Buffer }
    void looking.receive({ body: rawBody ?? Buffer.alloc(0), headers: req.headers }).then(({ kind, event }) => {
      if (event !== null) note({ [kind]: event.id, orderId: event.orderId, received: event.received })
    })
    next()
  })
  return looking
}
