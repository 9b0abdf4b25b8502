import assert = require('node:assert/strict')
import events = require('node:events')
import type { AddressInfo } from 'node:net'
import express = require('express')
import webhooks = require('express-payment-webhooks')
import testing = require('express-payment-webhooks/testing')
import zod = require('zod')

const acmePay = (secret: string) =>
  webhooks.defineProvider({
    name: 'acme-pay',
    types: ['payment.confirmed', 'payment.failed'],
    authentication: webhooks.hmacSignature({ header: 'x-acme-signature', secret }),
    schema: zod.z.object({ id: zod.z.string(), order: zod.z.string(), paid: zod.z.boolean() }),
    toEvent: (native) => ({
      type: native.paid ? 'payment.confirmed' : 'payment.failed',
      identity: [native.id],
      orderId: native.order,
      native,
    }),
  })

const provider = acmePay('1c7742f3a86e5b90de')
const stranger = acmePay('20a97b63d5c2e14c8f')
const paid: string[] = []

const app = express()
app.use(
  '/webhooks/acme-pay',
  webhooks.paymentWebhook(provider, {
    store: webhooks.memoryStore(),
    on: {
      'payment.confirmed': (event) => {
        const order: string = event.native.order
        paid.push(order)
      },
    },
    onError: () => {},
  }),
)
app.use(express.json())

const misspelt = () =>
  webhooks.paymentWebhook(provider, {
    store: webhooks.memoryStore(),
    // @ts-expect-error a misspelt event is a compile error
    on: { 'payment.payed': () => {} },
  })
assert.throws(misspelt, { code: 'CONFIG_EVENT_UNKNOWN' })

async function main(): Promise<void> {
  const server = app.listen(0, '127.0.0.1')
  await events.once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const send = ({ headers, body }: testing.SignedRequest) =>
    fetch(`http://127.0.0.1:${port}/webhooks/acme-pay`, { method: 'POST', headers, body })

  const payload = { id: 'evt-1', order: 'ORDER-1001', paid: true }
  assert.equal((await send(testing.signedRequest(stranger, payload))).status, 401)
  assert.equal((await send(testing.signedRequest(provider, payload))).status, 200)
  assert.deepEqual(paid, ['ORDER-1001'])

  server.close()
}

void main()
