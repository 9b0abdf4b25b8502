/** Coins.ph's merchant calls: create an invoice, and read it. */
import { Big } from 'big.js'
import express, { Router, type Request } from 'express'
import { z } from 'zod'
import { amount, problems, reference } from '../fields.js'
import { received, type Payment } from '../payment.js'
import { coinsPh, openInvoice } from '../providers/coins-ph.js'
import { sameText } from '../signature.js'
import { baseUrl, type ApiContext } from './context.js'

const newInvoice = z.object({
  amount,
  currency: z.string().regex(/^[A-Z]{3,5}$/),
  external_transaction_id: reference,
  // The documentation also allows a duration in words ("1w 3d"). The sandbox takes only a point in time.
  expires_at: z.iso.datetime({ offset: true }).optional(),
})

/** Two versions are in use at the same time: v1 and v3. */
export function coinsPhApi({ accounts, desk, payments, lifetimeMs }: ApiContext): Router {
  const router = Router()

  router.use((req, res, next) => {
    if (sameText(req.get('authorization'), `Token ${accounts.coinsPh.token}`)) return next()
    res.status(401).json({ detail: 'Invalid token.' })
  })

  router.post('/:version/invoices', express.json(), (req, res) => {
    const body = newInvoice.safeParse(req.body)
    if (!body.success) return void res.status(400).json({ errors: problems(body.error) })
    const { external_transaction_id: order, expires_at: expiresAt, ...money } = body.data
    if (payments.findByReference('coins-ph', order) !== null) {
      const errors = { external_transaction_id: ['duplicate_external_transaction_id'] }
      return void res.status(400).json({ errors })
    }
    const now = Date.now()
    const deadline = expiresAt === undefined ? now + lifetimeMs() : Date.parse(expiresAt)
    const invoice = desk.open(openInvoice({ ...money, reference: order, expiresAt: deadline, now }))
    res.status(201).json({ invoice: invoiceJson(invoice, req) })
  })

  router.get('/:version/invoices/:id', (req, res) => {
    const found = payments.find('coins-ph', req.params.id)
    if (found === null) return void res.status(404).json({ detail: 'Not found.' })
    res.json({ invoice: invoiceJson(found.payment, req) })
  })

  return router
}

/** Eight decimals, unlike in callbacks. */
function invoiceJson(invoice: Payment, req: Request) {
  const { id, status, currency, createdAt, updatedAt, expiresAt } = invoice
  const total = new Big(invoice.amount!)
  const paid = new Big(received(invoice))
  return {
    id,
    status,
    currency,
    amount: total.toFixed(8),
    amount_due: (paid.lt(total) ? total.minus(paid) : new Big(0)).toFixed(8),
    amount_received: paid.toFixed(8),
    external_transaction_id: invoice.reference,
    payment_url: baseUrl(req) + coinsPh.payerPath(invoice),
    created_at: new Date(createdAt).toISOString(),
    updated_at: new Date(updatedAt).toISOString(),
    expires_at: expiresAt === null ? null : new Date(expiresAt).toISOString(),
  }
}
