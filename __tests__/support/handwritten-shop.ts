/** A shop that receives the crypto gateway's callbacks by hand, correctly or with one of the usual faults. */
import express, { type Express } from 'express'
import { createHmac } from 'node:crypto'
import { systemClock, type Clock } from '../../src/cli/clock.js'

export interface Faults {
  /** express.json() before the webhook, which then fails, hashes the parsed body as text, or waits for bytes. */
  readonly parseFirst?: 'and fail' | 'and hash its text' | 'and wait'
  /** express.json() keeps the bytes, which is as good as reading them. */
  readonly keepBytes?: boolean
  /** Reads only bodies of the type application/json, the usual setting of express.raw(). */
  readonly jsonOnly?: boolean
  readonly refusalStatus?: number
  /** Answers every event with this status, and handles none. */
  readonly failure?: number
  /** Answers the first delivery 503, like a shop whose database is not connected yet. */
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
  /** Keeps an event whose handling failed in progress for ever, and answers its duplicates with this status. */
  readonly heldAnswer?: Answer
  /** Releases an event whose handling failed this long after its answer; until then, a duplicate gets 409. */
  readonly releaseMs?: number
  /** Answers an event whose handling failed with the number of its attempt. */
  readonly countsAttempts?: boolean
  /** The texts of the answers to events whose handling failed, one after the other. */
  readonly failureTexts?: readonly string[]
  /** Answers 429 to everything after an event has failed. */
  readonly limitedAfterFailure?: boolean
  readonly secret?: string
  readonly limit?: string
  readonly redirect?: boolean
  readonly handlerMs?: number
}

interface Answer {
  readonly status: number
  readonly text: string
}

const OK: Answer = { status: 200, text: 'OK' }

export function handwrittenShop(secret: string, faults: Faults = {}, clock: Clock = systemClock): Express {
  const { parseFirst, dedupe = 'atomic', doneFirst = false, handlerMs, queueMs, diesOf } = faults
  const limit = diesOf === 'a large body' ? '100mb' : (faults.limit ?? '100kb')
  const done = new Set<string>()
  const held = new Set<string>()
  const paid = new Set<string>()
  let failures = 0
  let isCold = faults.coldStart === true
  let effects = 0

  const takeEffect = async (order: string) => {
    if (queueMs !== undefined) await clock.sleep(queueMs)
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

  /** The shop does not have this order. */
  const fail = (id: string): Answer => {
    failures++
    if (faults.heldAnswer !== undefined) held.add(id)
    if (faults.releaseMs !== undefined) {
      held.add(id)
      void clock.sleep(faults.releaseMs).then(() => held.delete(id))
    }
    if (!doneFirst) done.delete(id)
    const text = faults.countsAttempts === true ? `no order, attempt ${failures}` : 'no order'
    return { status: 500, text: faults.failureTexts?.[failures - 1] ?? text }
  }

  const handle = async ({ id, metadata }: { id: string; metadata: { order_id: string } }): Promise<Answer> => {
    if (faults.failure !== undefined) return { status: faults.failure, text: 'failed' }
    if (faults.limitedAfterFailure === true && failures > 0) return { status: 429, text: 'too many requests' }
    if (held.has(id)) return faults.heldAnswer ?? { status: 409, text: 'in progress' }
    if (done.has(id) && dedupe !== 'none') return { ...OK, status: faults.duplicateStatus ?? OK.status }
    if (doneFirst || dedupe === 'atomic') done.add(id)
    if (handlerMs !== undefined) await clock.sleep(handlerMs)
    if (!metadata.order_id.startsWith('ORDER-1')) return fail(id)
    const effect = takeEffect(metadata.order_id)
    if (queueMs === undefined) await effect
    done.add(id)
    return OK
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
    const { status, text } = await handle(data)
    return res.status(status).send(text)
  })
  // The usual answer to an error, without its stack on the terminal.
  app.use((error: { status?: number }, _req: express.Request, res: express.Response, _next: express.NextFunction) => {
    res.sendStatus(error.status ?? 500)
  })
  return app
}
