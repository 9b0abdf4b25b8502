/** A shop that receives the crypto gateway's callbacks by hand, rightly or with one of the usual faults. */
import express, { type Express } from 'express'
import { createHmac } from 'node:crypto'
import { setTimeout } from 'node:timers/promises'

export interface Faults {
  /** express.json() before the webhook, which then fails, hashes what a parsed body is as a text, or waits for bytes. */
  readonly parseFirst?: 'and fail' | 'and hash its text' | 'and wait'
  /** Has express.json() keep the bytes, which is as good as reading them. */
  readonly keepBytes?: boolean
  /** Reads bodies of the type application/json alone, as express.raw() is mostly told to. */
  readonly jsonOnly?: boolean
  readonly refusalStatus?: number
  /** Answers this to every event, and handles none. */
  readonly failure?: number
  /** Answers the first delivery 503, as with a database that is not connected yet. */
  readonly coldStart?: boolean
  /** Has its effects from a queue, this long after the answer. */
  readonly queueMs?: number
  /** The second payment of an order has no effect. */
  readonly paidOnce?: boolean
  /** Ends its process. */
  readonly diesOf?: 'a forgery' | 'a missing signature' | 'a large body'
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
  const { parseFirst, dedupe = 'atomic', doneFirst = false, handlerMs = 5, queueMs, diesOf } = faults
  const limit = diesOf === 'a large body' ? '100mb' : (faults.limit ?? '100kb')
  const done = new Set<string>()
  const paid = new Set<string>()
  let isCold = faults.coldStart === true
  let effects = 0

  const takeEffect = async (order: string) => {
    if (queueMs !== undefined) await setTimeout(queueMs)
    if (faults.paidOnce === true && paid.has(order)) return
    paid.add(order)
    effects++
  }

  const die = () => process.exit(1)

  const signatureOf = (body: Buffer | object) => {
    const mac = createHmac('sha256', faults.secret ?? secret)
    if (parseFirst === 'and hash its text') mac.update(String(body))
    else if (faults.reserialise === true) mac.update(JSON.stringify(JSON.parse(String(body))))
    else mac.update(body as Buffer)
    return `sha256=${mac.digest('hex')}`
  }

  /** Answers the status. */
  const handle = async ({ id, metadata }: { id: string; metadata: { order_id: string } }) => {
    if (faults.failure !== undefined) return faults.failure
    if (done.has(id) && dedupe !== 'none') return faults.duplicateStatus ?? 200
    if (doneFirst || dedupe === 'atomic') done.add(id)
    await setTimeout(handlerMs)
    if (!metadata.order_id.startsWith('ORDER-1')) {
      if (!doneFirst) done.delete(id)
      return 500
    }
    const effect = takeEffect(metadata.order_id)
    if (queueMs === undefined) await effect
    done.add(id)
    return 200
  }

  const app = express()
  app.get('/effects', (_req, res) => void res.type('text').send(`${effects}`))
  app.get('/page', (_req, res) => void res.send('<p>1 order</p>'))
  if (parseFirst !== undefined) app.use(express.json())
  if (faults.keepBytes === true) app.use(express.json({ verify: (req, _res, bytes) => Object.assign(req, { bytes }) }))
  if (parseFirst === 'and wait') app.post('/hook', (req, _res, next) => void req.on('data', () => {}).on('end', next))
  if (faults.redirect === true) app.use('/hook', (_req, res) => res.redirect('/login'))
  const type = faults.jsonOnly === true ? 'application/json' : () => true
  app.post('/hook', express.raw({ type, limit }), async (req, res) => {
    const { bytes = req.body } = req as { bytes?: Buffer }
    if (isCold) {
      isCold = false
      return res.sendStatus(503)
    }
    if (diesOf === 'a large body' && bytes.length > 1_000_000) die()
    const signature = req.get('x-gateway-signature')
    if (diesOf === 'a missing signature' && signature === undefined) die()
    if (faults.unverified !== true && signature !== signatureOf(bytes)) {
      if (diesOf === 'a forgery') die()
      return res.sendStatus(faults.refusalStatus ?? 401)
    }
    const { data } = Buffer.isBuffer(bytes) ? JSON.parse(bytes.toString()) : bytes
    return res.sendStatus(await handle(data))
  })
  // The usual answer to an error, without its stack on the terminal.
  app.use((error: { status?: number }, _req: express.Request, res: express.Response, _next: express.NextFunction) => {
    res.sendStatus(error.status ?? 500)
  })
  return app
}
