/** The pages: the index, and for each provider the address at which its payers arrive. */
import { Router, type Request, type Response } from 'express'
import type { ShopUrls } from '../accounts.js'
import { baseUrl } from '../api/context.js'
import type { Payment, ProviderName } from '../payment.js'
import { Refusal } from '../refusal.js'
import type { PaymentTable } from '../storage/payments.js'
import type { PaymentView } from '../view.js'
import { IndexPage } from './index-page.js'
import { renderPage } from './layout.js'
import { PaymentPage } from './payment-page.js'

export function pageRoutes(context: {
  readonly payments: PaymentTable
  readonly shop: () => ShopUrls | null
  readonly view: (payment: Payment, baseUrl: string) => PaymentView
}): Router {
  const { payments, shop, view } = context
  const router = Router()

  function show(req: Request, res: Response, provider: ProviderName, payerKey: unknown): void {
    const found = typeof payerKey === 'string' ? payments.findByPayerKey(provider, payerKey) : null
    if (found === null) throw new Refusal(404, 'there is no such payment')
    res.type('html').send(renderPage(<PaymentPage payment={view(found.payment, baseUrl(req))} problem={null} />))
  }

  router.get('/', (req, res) => {
    const views = payments.newest(null).map(({ payment }) => view(payment, baseUrl(req)))
    res.type('html').send(renderPage(<IndexPage payments={views} shop={shop()} />))
  })
  router.get('/coins-ph/payment/invoice/:id', (req, res) => show(req, res, 'coins-ph', req.params.id))
  router.get('/crypto-gateway/wallet/:address', (req, res) => show(req, res, 'crypto-gateway', req.params.address))
  router.get('/paymentgateway/pay', (req, res) => show(req, res, 'coinbar-pay', req.query['requestToken']))
  router.get('/c/pay/:session', (req, res) => show(req, res, 'stripe', req.params.session))
  router.get('/city-pay/invoice', (req, res) => show(req, res, 'city-pay', req.query['token']))

  return router
}
