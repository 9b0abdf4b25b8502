/** The shop's own routes, unchanged since before it took payments by webhook. */
import { randomUUID } from 'node:crypto'
import { Router } from 'express'
import type { Money } from 'express-payment-webhooks'
import { newOrder, type Order } from './order.js'
import type { Orders } from './orders.js'

/** Prices come from the shop. A price from a browser is never used. */
const CATALOGUE = new Map<unknown, Money>([
  ['kettle', { amount: '1500', currency: 'PHP' }],
  ['teapot', { amount: '49.9', currency: 'EUR' }],
  ['tea-chest', { amount: '100.5', currency: 'USDT' }],
  ['cups', { amount: '50', currency: 'USD' }],
])

/** Asks the payment provider for an invoice, an address or a payment page, and returns the provider's names for it. */
export type RequestPayment = (order: Order) => Promise<Partial<Pick<Order, 'paymentId' | 'cityPayToken'>>>

export function orderRoutes(orders: Orders, requestPayment: RequestPayment): Router {
  const router = Router()

  router.post('/orders', async (req, res) => {
    const { sku } = (req.body ?? {}) as { sku?: unknown }
    const total = CATALOGUE.get(sku)
    if (total === undefined) return void res.status(422).json({ error: 'no such product' })
    const order = newOrder({ id: randomUUID(), sku: String(sku), total })
    const placed = { ...order, ...(await requestPayment(order)) }
    await orders.add(placed)
    res.status(201).json(publicView(placed))
  })

  router.get('/orders/:id', async (req, res) => {
    const order = await orders.find(req.params.id)
    if (order === undefined) return void res.status(404).json({ error: 'no such order' })
    res.json(publicView(order))
  })

  return router
}

/** The fields that a customer may see: neither the token nor the notes for staff. */
function publicView({ id, sku, total, status, received }: Order) {
  return { id, sku, total, status, received }
}
