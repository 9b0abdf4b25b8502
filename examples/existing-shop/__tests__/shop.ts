/** The shop as its tests open it: everything is real except the network. */
import { memoryStore, type Provider, type WebhookEvent } from 'express-payment-webhooks'
import { sampleCityPayOrder, signedRequest } from 'express-payment-webhooks/testing'
import { randomBytes } from 'node:crypto'
import request from 'supertest'
import { createShop } from '../app.js'
import { newOrder, type Order } from '../order.js'
import { inMemoryOrders } from '../orders.js'
import { createProviders } from '../providers.js'

export const secret = () => randomBytes(32).toString('hex')

export function openShop(requested: Partial<Pick<Order, 'paymentId' | 'cityPayToken'>> = {}) {
  const orders = inMemoryOrders()
  const cityPay = { answer: sampleCityPayOrder('IN_PROGRESS') }
  const env = {
    COINS_PH_TOKEN: secret(),
    GATEWAY_SECRET: secret(),
    // The client to which the samples are addressed.
    COINBAR_CLIENT_ID: '7b0c2f3e-5a41-4d8e-9c67-1f2a3b4c5d6e',
    COINBAR_SECRET_KEY: secret(),
  }
  const providers = createProviders(env, orders, async () => cityPay.answer)
  const logged: string[] = []
  const app = createShop({
    orders,
    providers,
    requestPayment: async () => requested,
    store: memoryStore(),
    onError: ({ code }) => void logged.push(code),
  })

  return {
    app,
    orders,
    providers,
    /** The codes that the shop logged. */
    logged,
    /** Sets CityPay's answer to every read-back from now on. */
    cityPayAnswers: (...answer: Parameters<typeof sampleCityPayOrder>) =>
      void (cityPay.answer = sampleCityPayOrder(...answer)),
    async place(sku: string): Promise<string> {
      const { body } = await request(app).post('/orders').send({ sku }).expect(201)
      return body.id
    },
    deliver<Event extends WebhookEvent>(path: string, provider: Provider<Event>, payload: object) {
      const { headers, body } = signedRequest(provider, payload)
      return request(app).post(path).set(headers).send(body)
    },
    /** The order as the shop's staff see it. */
    order: (id: string) => orders.find(id),
    /** Adds an order that another process wrote just now. */
    store: (order: Parameters<typeof newOrder>[0]) => orders.add(newOrder(order)),
  }
}
