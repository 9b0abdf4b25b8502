/** The shop that blocks of the documents take for granted, with real parts: orders, providers, and an app to mount things on. */
import { randomBytes } from 'node:crypto'
import { expect } from '@jest/globals'
import express, { type Express } from 'express'
import {
  cityPay,
  coinbarPay,
  coinsPh,
  cryptoGateway,
  memoryStore,
  paymentWebhook,
  type Money,
  type Store,
  type WebhookEvent,
} from 'express-payment-webhooks'
import { openOrder, type OrderPayment, type PaymentName } from 'express-payment-webhooks/orders'
import { deliver, sample, sampleCityPayOrder } from 'express-payment-webhooks/testing'

const newSecret = () => randomBytes(32).toString('hex')

const ENV = {
  COINS_PH_TOKEN: newSecret(),
  GATEWAY_SECRET: newSecret(),
  COINBAR_CLIENT_ID: sample('coinbar-pay', 'SUCCESS').service_client_id,
  COINBAR_SECRET_KEY: newSecret(),
}
// Blocks read their secrets from the environment, as a shop does.
Object.assign(process.env, ENV)

export const PATHS = {
  'coins-ph': '/webhooks/coins-ph',
  'crypto-gateway': '/webhooks/gateway',
  'coinbar-pay': '/webhooks/coinbar',
  'city-pay': '/webhooks/city-pay',
}

const CITY_PAY_TOKEN = '730914458201'

export const providers = {
  'coins-ph': coinsPh({ token: ENV.COINS_PH_TOKEN }),
  'crypto-gateway': cryptoGateway({ secret: ENV.GATEWAY_SECRET }),
  'coinbar-pay': coinbarPay({ clientId: ENV.COINBAR_CLIENT_ID, secretKey: ENV.COINBAR_SECRET_KEY }),
  'city-pay': cityPay({ orderToken: () => CITY_PAY_TOKEN, readBack: async () => sampleCityPayOrder('CONFIRMED') }),
}

interface Row {
  readonly id: string
  status: string
  readonly cityPayToken: string
  readonly total: Money
  received: Money | null
}

/** The `orders` of the blocks, with the results. */
export function newOrders() {
  const rows = new Map<string, Row>()
  const credits: { paymentId: string | null; received: Money | null }[] = []
  const payments = new Map<string, OrderPayment>()
  const shipped: string[] = []
  const add = (orderId: string) =>
    rows.set(orderId, {
      id: orderId,
      status: 'open',
      cityPayToken: CITY_PAY_TOKEN,
      total: { amount: '1500', currency: 'PHP' },
      received: null,
    })
  for (const orderId of ['ORDER-1001', 'ORDER-7']) add(orderId)
  return {
    rows,
    credits,
    payments,
    shipped,
    add,
    find: async (orderId: string | null) => rows.get(orderId ?? ''),
    async recordPaid(orderId: string | null, received: Money | null) {
      Object.assign(rows.get(orderId ?? '') ?? {}, { status: 'paid', received })
    },
    async credit(paymentId: string | null, received: Money | null) {
      credits.push({ paymentId, received })
    },
    async paymentOf(orderId: string | null, paymentIds: readonly string[] = []) {
      const isNamed = ({ payments: own }: OrderPayment) =>
        own.some(({ paymentId }) => paymentIds.includes(paymentId ?? ''))
      return payments.get(orderId ?? '') ?? [...payments.values()].find(isNamed) ?? null
    },
    async saveIfVersion(
      order: OrderPayment,
      version: number,
      { ship = false }: { readonly ship?: boolean; readonly learned?: readonly PaymentName[] } = {},
    ) {
      if (payments.get(order.orderId)?.version !== version) return false
      payments.set(order.orderId, order)
      if (ship) shipped.push(order.orderId)
      return true
    },
    openSince: async () => [...payments.values()],
    // These payments have no words of an old shop beside them.
    cancelOld: async () => {},
    paidButHeld: async () => [],
    inReview: async () => [...payments.values()].filter(({ status }) => status === 'needs_review'),
  }
}

export function newScene() {
  const orders = newOrders()
  const logged: object[] = []
  const log = {
    info: (details: object) => void logged.push(details),
    warn: (details: object) => void logged.push(details),
    error: (details: object) => void logged.push(details),
  }
  const globals = {
    expect,
    express,
    app: express(),
    orders,
    provider: providers['coins-ph'],
    store: memoryStore(),
    ship: async (orderId: string) => void orders.shipped.push(orderId),
    log,
    orderToken: async () => CITY_PAY_TOKEN,
  }
  return { orders, shipped: orders.shipped, logged, globals, app: globals.app }
}

/** The payment of the Coins.ph samples, still unpaid. */
export const openPayment = (expiresAt: Date | null = null) =>
  openOrder({
    orderId: 'ORDER-1001',
    expected: { amount: '1500', currency: 'PHP' },
    payments: [{ provider: 'coins-ph', paymentId: null }],
    expiresAt,
  })

/** An app with all four providers mounted; their orders are marked paid or credited. */
export function runningShop(orders: ReturnType<typeof newOrders>, store: () => Store = memoryStore): Express {
  const app = express()
  for (const [name, path] of Object.entries(PATHS)) {
    let mounted: express.RequestHandler | undefined
    // Made with the first delivery, so that a block can make the store.
    const mount = () =>
      paymentWebhook(providers[name as keyof typeof providers] as never, {
        store: store(),
        on:
          name === 'crypto-gateway'
            ? { 'transaction.confirmed': (event: WebhookEvent) => orders.credit(event.paymentId, event.received) }
            : {
                'payment.confirmed': (event: WebhookEvent) => orders.recordPaid(event.orderId, event.received),
              },
        onError: () => {},
      }) as express.RequestHandler
    app.use(path, (req, res, next) => (mounted ??= mount())(req, res, next))
  }
  return app
}

/** Delivers the genuine sample of a paid order twice, as providers do, and expects both to be acknowledged. */
export async function payTwice(app: Express, name: keyof typeof providers, path = PATHS[name]): Promise<void> {
  const payload = {
    'coins-ph': sample('coins-ph', 'payment.confirmed'),
    'crypto-gateway': sample('crypto-gateway', 'transaction.confirmed'),
    'coinbar-pay': sample('coinbar-pay', 'payment.confirmed'),
    'city-pay': sample('city-pay', 'payment.confirmed'),
  }[name]
  for (const { status } of await deliver(app, providers[name] as never, payload as never)
    .to(path)
    .twice())
    expect(status).toBe(200)
}
