/** A shop that receives the crypto gateway's callbacks by hand, rightly or with one of the usual faults. */
import express, { type Express } from 'express'
import { createHmac } from 'node:crypto'
import { setTimeout } from 'node:timers/promises'

export interface Faults {
  /** express.json() before the webhook, which then fails, or hashes what a parsed body is as a text. */
  readonly parseFirst?: 'and fail' | 'and hash its text'
  readonly reserialise?: boolean
  readonly unverified?: boolean
  readonly dedupe?: 'none' | 'not atomic'
  readonly duplicateStatus?: number
  readonly doneFirst?: boolean
  readonly secret?: string
  readonly limit?: string
  readonly redirect?: boolean
  readonly handlerMs?: number
}

export function handwrittenShop(secret: string, faults: Faults = {}): Express {
  const { parseFirst, dedupe = 'atomic', doneFirst = false, limit = '100kb', handlerMs = 5 } = faults
  const done = new Set<string>()
  let effects = 0

  const signatureOf = (body: Buffer | object) => {
    const mac = createHmac('sha256', faults.secret ?? secret)
    if (parseFirst === 'and hash its text') mac.update(String(body))
    else if (faults.reserialise === true) mac.update(JSON.stringify(JSON.parse(String(body))))
    else mac.update(body as Buffer)
    return `sha256=${mac.digest('hex')}`
  }

  /** Answers the status. */
  const handle = async ({ id, metadata }: { id: string; metadata: { order_id: string } }) => {
    if (done.has(id) && dedupe !== 'none') return faults.duplicateStatus ?? 200
    if (doneFirst || dedupe === 'atomic') done.add(id)
    await setTimeout(handlerMs)
    if (metadata.order_id !== 'ORDER-1001') {
      if (!doneFirst) done.delete(id)
      return 500
    }
    effects++
    done.add(id)
    return 200
  }

  const app = express()
  app.get('/effects', (_req, res) => void res.type('text').send(`${effects}`))
  app.get('/page', (_req, res) => void res.send('<p>1 order</p>'))
  if (parseFirst !== undefined) app.use(express.json())
  if (faults.redirect === true) app.use('/hook', (_req, res) => res.redirect('/login'))
  app.post('/hook', express.raw({ type: () => true, limit }), async (req, res) => {
    if (faults.unverified !== true && req.get('x-gateway-signature') !== signatureOf(req.body))
      return res.sendStatus(401)
    const { data } = Buffer.isBuffer(req.body) ? JSON.parse(req.body.toString()) : req.body
    return res.sendStatus(await handle(data))
  })
  // The usual answer to an error, without its stack on the terminal.
  app.use((error: { status?: number }, _req: express.Request, res: express.Response, _next: express.NextFunction) => {
    res.sendStatus(error.status ?? 500)
  })
  return app
}
