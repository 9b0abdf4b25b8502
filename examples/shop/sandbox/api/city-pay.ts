/** CityPay's calls: the merchant creates an order, and anybody with its token reads it. */
import { Big } from 'big.js'
import express, { Router } from 'express'
import { z } from 'zod'
import type { ShopUrls } from '../accounts.js'
import { amount, problems, reference } from '../fields.js'
import { received, type Payment, type Transfer } from '../payment.js'
import { cityPay, COINS, inCoins, minuteText, openOrder, type CityPayDetails } from '../providers/city-pay.js'
import { sameText } from '../signature.js'
import { baseUrl, type ApiContext } from './context.js'

const newOrder = z.object({
  customer_id: reference,
  access_token: z.string(),
  order_id: reference,
  order_token: reference,
  amount,
})

/** Any number from which CityPay's ids count up. */
const FIRST_ORDER = 28_761

export function cityPayApi({ accounts, shop, desk, payments, lifetimeMs }: ApiContext): Router {
  const router = Router()

  router.post('/api/generateOrder', express.json(), express.urlencoded({ extended: false }), (req, res) => {
    const body = newOrder.safeParse(req.body)
    if (!body.success) {
      const found = Object.entries(problems(body.error)).map(([field, [problem]]) => [field, problem])
      return void res.status(422).json(failure(422, Object.fromEntries(found)))
    }
    const { customer_id: customer, access_token: access, order_id: order, order_token: token } = body.data
    const { customerId, accessToken } = accounts.cityPay
    if (!sameText(customer, customerId) || !sameText(access, accessToken)) {
      return void res.status(401).json(failure(401, { access_token: 'customer_id or access_token is wrong' }))
    }
    if (payments.findByPayerKey('city-pay', token) !== null) {
      return void res.status(422).json(failure(422, { order_token: 'The order token has already been taken.' }))
    }
    const payment = desk.open(() => {
      const id = String(FIRST_ORDER + payments.count('city-pay'))
      const rest = { reference: order, amount: body.data.amount, lifetimeMs: lifetimeMs(), now: Date.now() }
      return { payment: openOrder({ id, token, ...rest }), callbacks: [] }
    }) as Payment<CityPayDetails>
    const data = { id: Number(payment.id), payment_url: baseUrl(req) + cityPay.payerPath(payment), token }
    res.json({ success: true, data, message: null })
  })

  router.get('/order/:token', (req, res) => {
    const found = payments.findByPayerKey('city-pay', req.params.token)
    if (found === null) return void res.status(404).json(failure(404, { token: 'The order was not found.' }))
    const data = orderJson(found.payment as Payment<CityPayDetails>, accounts.cityPay.customerId, shop())
    res.json({ success: true, data, message: null })
  })

  return router
}

function orderJson(order: Payment<CityPayDetails>, customerId: string, shop: ShopUrls | null) {
  const { id, payerKey, status, createdAt, details } = order
  const coin = details.coin
  return {
    companyName: 'Example Shop',
    id: Number(id),
    customerId: Number(customerId),
    token: payerKey,
    coin: coin === null ? null : COINS[coin].name,
    coinBaseName: coin,
    exchangeRate: coin === null ? null : COINS[coin].rate,
    amountFiat: new Big(order.amount!).toFixed(2),
    amount: coin === null ? null : inCoins(order.amount!, coin),
    dueDate: null,
    currency: { id: 2, currency: 'US Dollar', abbreviation: order.currency },
    createdAt: minuteText(createdAt),
    createdAtMiliseconds: createdAt,
    type: 'Order',
    expiresAt: createdAt + details.minutes * 60_000,
    expirationTime: details.minutes * 60_000,
    email: null,
    status: { code: status, label: status },
    urls: {
      cancelUrl: shop?.returnUrl ?? null,
      successUrl: shop?.returnUrl ?? null,
      callbackUrl: shop?.callbacks['city-pay'] ?? null,
    },
    transactions: order.transfers.map((transfer, index) => transactionJson(order, transfer, index)),
  }
}

/** `base` is the amount of this transaction, `total` the amount of all transactions of the order. */
function transactionJson(order: Payment<CityPayDetails>, { hash, amount, createdAt }: Transfer, index: number) {
  const total = received(order)
  const excess = new Big(total).minus(order.amount!).toFixed()
  const { coin } = order.details
  return {
    id: Number(order.id) * 100 + index,
    hash,
    amount: {
      base: inCoins(amount, coin),
      total: inCoins(total, coin),
      underPaid: -inCoins(excess, coin),
      overPaid: inCoins(excess, coin),
    },
    amountFiat: {
      base: new Big(amount).toFixed(2),
      total: new Big(total).toFixed(2),
      underPaid: new Big(excess).neg().toFixed(2),
      overPaid: new Big(excess).toFixed(2),
    },
    createdAt: minuteText(createdAt),
    createdAtMiliseconds: createdAt,
  }
}

function failure(code: number, message: Record<string, string>) {
  return { status: 'error', status_code: code, message }
}
