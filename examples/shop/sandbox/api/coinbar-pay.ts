/** CoinbarPay's merchant calls: request a payment, read its status. Both are signed. */
import { Big } from 'big.js'
import express, { Router, type Request } from 'express'
import { z } from 'zod'
import { amount, problems, reference } from '../fields.js'
import type { Payment } from '../payment.js'
import { openPayment, statusJson, type CoinbarDetails } from '../providers/coinbar-pay.js'
import { hmacHex, sameText } from '../signature.js'
import type { ApiContext } from './context.js'

const paymentRequest = z.object({
  service_client_id: z.string(),
  payment_request_id: reference,
  input_coin: z.string().regex(/^[A-Z]{3,5}$/),
  products: z
    .array(z.looseObject({ product_name: z.string(), product_price: amount, product_amount: z.number().int().min(1) }))
    .min(1),
  email: z.email(),
  user_id: reference,
  timestamp: z.number(),
})

/** The signed text of a call without a body. The documentation does not define it, and nothing else could be signed. */
const EMPTY = ''

export function coinbarPayApi({ accounts, desk, payments, lifetimeMs }: ApiContext): Router {
  const { clientId, secretKey } = accounts.coinbarPay
  const router = Router()

  const isSigned = (req: Request, message: string | Buffer): boolean =>
    sameText(req.get('cbpay-api-key'), clientId) && sameText(req.get('signature'), hmacHex(secretKey, message))

  router.post('/request', express.raw({ type: 'application/json' }), (req, res) => {
    const bytes = Buffer.isBuffer(req.body) ? req.body : Buffer.alloc(0)
    if (!isSigned(req, bytes)) return void res.status(401).json(failure('client id or signature is wrong'))
    const body = paymentRequest.safeParse(parse(bytes))
    if (!body.success) return void res.status(400).json(failure(JSON.stringify(problems(body.error))))
    const { payment_request_id: order, products, email, input_coin: currency } = body.data
    const total = products.reduce(
      (sum, { product_price: price, product_amount: pieces }) => sum.plus(new Big(price).times(pieces)),
      new Big(0),
    )
    const now = Date.now()
    const money = { amount: total.toFixed(), currency, expiresAt: now + lifetimeMs(), now }
    // Callbacks repeat the products exactly as they were sent; `products` above contains parsed decimals.
    const { products: echoed } = parse(bytes) as { products: object[] }
    const details = { clientId, email, products: echoed }
    const payment = desk.open({ payment: openPayment({ reference: order, ...money, details }), callbacks: [] })
    // The documentation of the web-page call has only the token; that of the call for other platforms also has the id.
    res.json({ result: 'success', request_token: payment.payerKey, payment_id_coinbar: payment.id })
  })

  router.get('/payment/:request/status', (req, res) => {
    if (!isSigned(req, EMPTY)) return void res.status(401).json(failure('client id or signature is wrong'))
    const found = payments.findByReference('coinbar-pay', req.params.request)
    if (found === null) return void res.status(404).json(failure('there is no such payment request'))
    res.json(statusJson(found.payment as Payment<CoinbarDetails>))
  })

  return router
}

function parse(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'))
  } catch {
    return undefined
  }
}

function failure(message: string) {
  return { result: 'error', message }
}
