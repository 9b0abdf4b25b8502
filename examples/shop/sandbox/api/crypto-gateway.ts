/** The gateway's merchant calls: create an address, and read it and its transactions. */
import express, { Router } from 'express'
import { z } from 'zod'
import { amount, problems } from '../fields.js'
import type { Payment } from '../payment.js'
import { instant, openAddress, transactionJson, type GatewayDetails } from '../providers/crypto-gateway.js'
import { sameText } from '../signature.js'
import type { ApiContext } from './context.js'

const newAddress = z.object({
  network: z.string().regex(/^[a-z0-9-]{2,30}$/),
  coin: z
    .string()
    .regex(/^[a-z0-9]{2,12}$/i)
    .toLowerCase(),
  type: z.string().default('user'),
  metadata: z.record(z.string(), z.string()).default({}),
})

type GatewayPayment = Payment<GatewayDetails>

export function cryptoGatewayApi({ accounts, desk, payments }: ApiContext): Router {
  const router = Router()
  const find = (id: string) => (payments.find('crypto-gateway', id)?.payment ?? null) as GatewayPayment | null

  router.use((req, res, next) => {
    if (sameText(req.get('x-api-key'), accounts.cryptoGateway.apiKey)) return next()
    res.status(401).json(failure('INVALID_API_KEY', 'The provided API key is invalid'))
  })

  router.post('/addresses', express.json(), (req, res) => {
    const body = newAddress.safeParse(req.body)
    if (!body.success) {
      const details = JSON.stringify(problems(body.error))
      return void res.status(400).json(failure('INVALID_REQUEST', details))
    }
    const { network, coin, metadata } = body.data
    const owed = amount.safeParse(metadata['amount'])
    const options = { network, coin, metadata, amount: owed.success ? owed.data : null, now: Date.now() }
    const payment = desk.open({ payment: openAddress(options), callbacks: [] }) as GatewayPayment
    res.status(201).json({ success: true, data: addressJson(payment) })
  })

  router.get('/addresses/:id', (req, res) => {
    const found = find(req.params.id)
    if (found === null) return void res.status(404).json(failure('NOT_FOUND', 'There is no such address'))
    res.json({ success: true, data: addressJson(found) })
  })

  // For reconciling. Of the documented filters, it has the two that a shop with one address per order needs.
  router.get('/transactions', (req, res) => {
    const query = z.object({ address_id: z.string(), status: z.string().optional() }).safeParse(req.query)
    if (!query.success) return void res.status(400).json(failure('INVALID_REQUEST', 'address_id is missing'))
    const { address_id: id, status } = query.data
    const found = find(id)
    const all = found?.transfers.map((transfer) => transactionJson(found, transfer)) ?? []
    res.json({ success: true, data: all.filter((one) => status === undefined || one.status === status) })
  })

  return router
}

function addressJson({ id, createdAt, details }: GatewayPayment) {
  return { id, ...details, type: 'user', created_at: instant(createdAt) }
}

function failure(code: string, message: string) {
  return { error: { code, message } }
}
