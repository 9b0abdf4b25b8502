/** The code that many shops start with. It works on the first day; docs/migrate.md describes the later ones. */
import { createHmac } from 'node:crypto'
import express, { type Express } from 'express'

export interface OldShop {
  readonly secret: string
  readonly find: (orderId: string) => Promise<{ id: string; total: string }>
  readonly recordPaid: (orderId: string) => Promise<void>
  readonly ship: (orderId: string) => Promise<void>
}

export function oldShop({ secret, find, recordPaid, ship }: OldShop): Express {
  const app = express()
  const seen = new Set<string>()
  app.use(express.json())
  app.post('/gateway-callback', async (req, res) => {
    const text = JSON.stringify(req.body)
    const expected = 'sha256=' + createHmac('sha256', secret).update(text).digest('hex')
    if (req.headers['x-gateway-signature'] !== expected) return void res.status(403).send('forbidden')
    res.json({ success: true })

    const { event, data } = req.body
    if (seen.has(data.id)) return
    seen.add(data.id)
    if (event !== 'transaction.confirmed') return
    const order = await find(data.metadata.order_id)
    if (parseFloat(data.amount) < parseFloat(order.total)) return
    await recordPaid(order.id)
    await ship(order.id)
  })
  return app
}
