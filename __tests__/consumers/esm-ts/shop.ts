import assert from 'node:assert/strict'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import express from 'express'
import { coinbarPay, type Handlers, memoryStore, paymentWebhook, type WebhookEvent } from 'express-payment-webhooks'
import { sample, type SignedRequest, signedRequest } from 'express-payment-webhooks/testing'

const clientId = '7b0c2f3e-5a41-4d8e-9c67-1f2a3b4c5d6e'
const provider = coinbarPay({ clientId, secretKey: 'f3a86e5b90de1c7742' })
const stranger = coinbarPay({ clientId, secretKey: '63d5c2e14c8f20a97b' })
const paid: { orderId: string | null; amount: string | undefined }[] = []

const app = express()
app.use(
  '/webhooks/coinbar',
  paymentWebhook(provider, {
    store: memoryStore(),
    on: {
      'payment.confirmed': (event) => {
        const status: string = event.native.status
        assert.equal(status, 'SUCCESS')
        paid.push({ orderId: event.orderId, amount: event.received?.amount })
      },
    },
    onError: () => {},
  }),
)
app.use(express.json())

const foreign = () =>
  paymentWebhook(provider, {
    store: memoryStore(),
    // @ts-expect-error CoinbarPay announces no part payments
    on: { 'payment.partially_paid': () => {} },
  })
assert.throws(foreign, { code: 'CONFIG_EVENT_UNKNOWN' })

const server = app.listen(0, '127.0.0.1')
await once(server, 'listening')
const { port } = server.address() as AddressInfo
const send = ({ headers, body }: SignedRequest) =>
  fetch(`http://127.0.0.1:${port}/webhooks/coinbar`, { method: 'POST', headers, body })

const payload = sample('coinbar-pay', 'payment.confirmed', { service_client_id: clientId })
assert.equal((await send(signedRequest(stranger, payload))).status, 401)
assert.equal((await send(signedRequest(provider, payload))).status, 200)
assert.deepEqual(paid, [{ orderId: 'ORDER-1001', amount: '49.9' }])

server.close()

/** Types that a shop declares by name. */
export type ShopHandlers = Handlers<WebhookEvent, undefined>
