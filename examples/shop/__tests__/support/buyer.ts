/** The actions of a buyer in the shop, and of its payer at the sandbox, over HTTP. */
import request from 'supertest'
import type { OrderStatus } from 'express-payment-webhooks/orders'
import { sql } from '../../shop/database/database.js'
import { orderOf } from '../../shop/orders/order-rows.js'
import type { ShopOrder } from '../../shop/orders/order.js'
import { paths } from '../../shop/views/paths.js'
import type { ProviderName } from '../../shop/views/props.js'
import type { Trouble } from '../../sandbox/troubles.js'
import type { PaymentView } from '../../sandbox/view.js'
import { until, type TestShop } from './open-shop.js'

type Form = Readonly<Record<string, string>>

/** A browser with its own cookies. */
export function openBrowser({ shop }: TestShop) {
  const agent = request.agent(shop.url)
  const csrfToken = async (path: string = paths.catalogue): Promise<string> =>
    /name="_csrf" value="([^"]+)"/.exec((await agent.get(path)).text)?.[1] ?? ''
  return {
    agent,
    csrfToken,
    /** Sends a form as the shop's own pages send it. */
    async post(path: string, form: Form = {}) {
      const _csrf = await csrfToken()
      return agent
        .post(path)
        .type('form')
        .send({ _csrf, ...form })
    },
  }
}

export type TestBrowser = ReturnType<typeof openBrowser>

/** Buys, and returns the order's id. */
export async function buy(
  browser: TestBrowser,
  provider: ProviderName,
  { product = 'cups', quantity = '1', email = 'buyer@example.com' } = {},
): Promise<string> {
  await browser.post(paths.cart, { product, quantity })
  const answer = await browser.post(paths.checkout, { provider, email })
  const id = /^\/orders\/([\w-]+)$/.exec(answer.headers['location'] ?? '')?.[1]
  if (id === undefined) throw new Error(`no order was made: ${answer.status} ${answer.text}`)
  return id
}

export async function orderIn({ db }: TestShop, id: string): Promise<ShopOrder> {
  const [row] = await db.rows(sql`SELECT * FROM orders WHERE id = ${id}`)
  return orderOf(row!)
}

export async function untilStatus(shop: TestShop, id: string, status: OrderStatus): Promise<ShopOrder> {
  return until(
    () => orderIn(shop, id),
    (order) => order.payment.status === status,
  )
}

export async function count({ db }: TestShop, table: 'orders' | 'shipments' | 'carts' | 'outbox'): Promise<number> {
  const [row] = await db.rows({ pieces: [`SELECT COUNT(*) AS number FROM ${table}`], values: [] })
  return Number(row!['number'])
}

/** An order's newest payment at the sandbox, and the actions on it. */
export async function paymentOf({ sandboxUrl }: TestShop, { reference: first, payment: { payments } }: ShopOrder) {
  const { reference = first } = payments.at(-1)!
  const sandbox = request(sandboxUrl)
  const { body } = await sandbox.get(`/sandbox/payments?reference=${reference}`)
  const { provider, id } = (body as { payments: PaymentView[] }).payments[0]!
  const path = `/sandbox/payments/${provider}/${id}`
  const post = async (to: string, json: object): Promise<PaymentView> => {
    const answer = await sandbox.post(`${path}/${to}`).send(json)
    if (answer.status !== 200) throw new Error(`${to} ${JSON.stringify(json)}: ${answer.status} ${answer.text}`)
    return answer.body as PaymentView
  }
  return {
    act: (action: string, details: object = {}) => post('actions', { action, ...details }),
    deliver: (settings: object) => post('delivery', settings),
    trouble: (trouble: Trouble) => post('troubles', { trouble }),
    view: async () => (await sandbox.get(path)).body as PaymentView,
  }
}

/** Resolves when the sandbox has delivered every callback about an order. */
export async function untilQuiet(shop: TestShop, id: string): Promise<void> {
  const { view } = await paymentOf(shop, await orderIn(shop, id))
  await until(view, ({ deliveries }) => deliveries.every(({ state }) => state === 'delivered'))
}

/** The actions with which a payer pays in full, for each provider. */
export const PAYING: Readonly<Record<ProviderName, readonly string[]>> = {
  stripe: ['pay-by-card'],
  'crypto-gateway': ['pay', 'confirm'],
  'coinbar-pay': ['pay', 'confirm'],
  'coins-ph': ['pay'],
  'city-pay': ['choose-coin', 'pay', 'confirm'],
}

export async function payInFull(shop: TestShop, id: string): Promise<ShopOrder> {
  const order = await orderIn(shop, id)
  const payment = await paymentOf(shop, order)
  for (const action of PAYING[order.provider])
    await payment.act(action, action === 'choose-coin' ? { coin: 'btc' } : {})
  return untilStatus(shop, id, 'confirmed')
}
