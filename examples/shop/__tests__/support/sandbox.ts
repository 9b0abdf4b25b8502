/** A sandbox, a receiver with the real webhooks, and the calls that a shop makes. */
import { createHmac } from 'node:crypto'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import express from 'express'
import {
  cityPay,
  cityPayReadBack,
  coinbarPay,
  coinsPh,
  cryptoGateway,
  memoryStore,
  paymentWebhook,
  RetryLater,
  type WebhookEvent,
} from 'express-payment-webhooks'
import { stripe } from 'express-payment-webhooks/providers/stripe'
import Stripe from 'stripe'
import { newAccounts, shopAt, type Accounts } from '../../sandbox/accounts.js'
import { createSandbox, type SandboxOptions } from '../../sandbox/sandbox.js'
import type { Trouble } from '../../sandbox/troubles.js'
import type { PaymentView } from '../../sandbox/view.js'

export interface Received {
  readonly path: string
  readonly status: number
}

/** Accepts the same callbacks as the real providers' webhooks, and records them. */
export async function openReceiver(accounts: Accounts, sandboxUrl: () => string) {
  const events: WebhookEvent[] = []
  const errors: string[] = []
  const requests: Received[] = []
  const cityPayTokens = new Map<string, string>()
  /** While above zero, a delivery is refused for now and the number is counted down. */
  const refuse = { times: 0 }

  const note = (event: WebhookEvent) => {
    if (refuse.times > 0) {
      refuse.times--
      throw new RetryLater('not now')
    }
    events.push(event)
  }
  const options = {
    store: memoryStore(),
    onError: (error: { code: string }) => void errors.push(error.code),
    onUnhandled: note,
    on: {},
  }
  const app = express()
  app.use((req, res, next) => {
    res.on('finish', () => requests.push({ path: req.originalUrl, status: res.statusCode }))
    next()
  })
  const { secret } = accounts.cryptoGateway
  const { webhookSecret } = accounts.stripe
  const orders = cityPay({
    orderToken: (orderId) => cityPayTokens.get(orderId),
    readBack: (token, context) => cityPayReadBack(`${sandboxUrl()}/city-pay`)(token, context),
  })
  const webhooks = {
    'coins-ph': paymentWebhook(coinsPh(accounts.coinsPh), options),
    gateway: paymentWebhook(cryptoGateway({ secret }), options),
    stripe: paymentWebhook(stripe({ secret: webhookSecret, mode: 'test' }), options),
    coinbar: paymentWebhook(coinbarPay(accounts.coinbarPay), options),
    'city-pay': paymentWebhook(orders, options),
  }
  for (const [name, webhook] of Object.entries(webhooks)) app.use(`/webhooks/${name}`, webhook)

  const server = app.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    url,
    webhooks,
    events,
    errors,
    requests,
    cityPayTokens,
    refuse,
    types: () => events.map(({ type }) => type),
    statuses: () => requests.map(({ status }) => status),
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

export async function openSandbox(options: Partial<SandboxOptions> = {}) {
  const accounts = options.accounts ?? newAccounts()
  let url = ''
  const receiver = await openReceiver(accounts, () => url)
  const sandbox = createSandbox({ accounts, shop: shopAt(receiver.url), retryBaseMs: 1, ...options })
  url = await sandbox.listen(0)
  return {
    accounts,
    sandbox,
    receiver,
    url,
    calls: merchantCalls(url, accounts, receiver.cityPayTokens),
    control: controls(url),
    async close() {
      await sandbox.close()
      await receiver.close()
    },
  }
}

/** Stripe's own client, with the sandbox instead of Stripe. */
export function stripeClient(url: string, { stripe: { secretKey } }: Accounts) {
  const { hostname, port } = new URL(url)
  return new Stripe(secretKey, { host: hostname, port: Number(port), protocol: 'http', maxNetworkRetries: 0 })
}

/** The calls as the providers' documentation requires them. */
function merchantCalls(url: string, accounts: Accounts, cityPayTokens: Map<string, string>) {
  return {
    async session(order: string, cents = 4990) {
      return stripeClient(url, accounts).checkout.sessions.create({
        mode: 'payment',
        client_reference_id: order,
        success_url: 'https://shop.example/return',
        line_items: [
          { quantity: 1, price_data: { currency: 'eur', unit_amount: cents, product_data: { name: order } } },
        ],
        payment_intent_data: { metadata: { order_id: order } },
      })
    },
    /** The payment intent of a new session. Before the payment, only the sandbox's own controls contain it. */
    async intent(order: string): Promise<string> {
      await this.session(order)
      const answer = await fetch(`${url}/sandbox/payments?reference=${order}`)
      return ((await answer.json()) as { payments: { id: string }[] }).payments[0]!.id
    },
    async invoice(order: string, fields: object = {}) {
      const body = { amount: '1500', currency: 'PHP', external_transaction_id: order, ...fields }
      const headers = { authorization: `Token ${accounts.coinsPh.token}` }
      return (await json(`${url}/coins-ph/v3/invoices/`, body, headers)).invoice
    },
    async address(order: string, amount = '100.50') {
      const body = { network: 'ethereum', coin: 'usdt', type: 'user', metadata: { order_id: order, amount } }
      const headers = { 'x-api-key': accounts.cryptoGateway.apiKey }
      return (await json(`${url}/crypto-gateway/api/v1/addresses`, body, headers)).data
    },
    async paymentRequest(order: string, price = 49.9) {
      const { clientId, secretKey } = accounts.coinbarPay
      const product = { product_name: 'Kettle', product_price: price, product_amount: 1, product_id: 'kettle' }
      const body = JSON.stringify({
        service_client_id: clientId,
        payment_request_id: order,
        input_coin: 'EUR',
        products: [product],
        email: 'buyer@example.com',
        user_id: 'buyer',
        timestamp: Date.now(),
      })
      const signature = createHmac('sha256', secretKey).update(body).digest('hex')
      return json(`${url}/coinbar/api/v2/pay/gateway/request`, body, { 'cbpay-api-key': clientId, signature })
    },
    async cityPayOrder(order: string, token: string, amount = '50.00') {
      const { customerId, accessToken } = accounts.cityPay
      const fields = { customer_id: customerId, access_token: accessToken, order_id: order, order_token: token, amount }
      cityPayTokens.set(order, token)
      const answer = await fetch(`${url}/city-pay/api/generateOrder`, {
        method: 'POST',
        body: new URLSearchParams(fields),
      })
      return (await answer.json()).data
    },
  }
}

export function controls(url: string) {
  const at = (provider: string, id: string | number) => `${url}/sandbox/payments/${provider}/${id}`
  const post = async (address: string, body: object = {}): Promise<PaymentView> => json(address, body)
  const view = async (provider: string, id: string | number): Promise<PaymentView> =>
    (await fetch(at(provider, id))).json() as Promise<PaymentView>
  return {
    view,
    act: (provider: string, id: string | number, action: string, fields: object = {}) =>
      post(`${at(provider, id)}/actions`, { action, ...fields }),
    deliver: (provider: string, id: string | number, settings: object) =>
      post(`${at(provider, id)}/delivery`, settings),
    trouble: (provider: string, id: string | number, trouble: Trouble) =>
      post(`${at(provider, id)}/troubles`, { trouble }),
    resend: (delivery: number) => post(`${url}/sandbox/deliveries/${delivery}/resend`),
    /** Waits until every callback of the payment is delivered, given up or held back. */
    async quiet(provider: string, id: string | number): Promise<PaymentView> {
      return until(
        () => view(provider, id),
        ({ deliveries }) => deliveries.every(({ state }) => state !== 'waiting'),
      )
    },
  }
}

/** Asks again until the answer fits. If it never fits, the test's own time limit ends the wait. */
export async function until<T>(ask: () => T | Promise<T>, fits: (answer: T) => boolean): Promise<T> {
  for (;;) {
    const answer = await ask()
    if (fits(answer)) return answer
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

async function json(address: string, body: object | string, headers: Record<string, string> = {}): Promise<any> {
  const answer = await fetch(address, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })
  return answer.json()
}
