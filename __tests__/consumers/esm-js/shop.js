import assert from 'node:assert/strict'
import { once } from 'node:events'
import express from 'express'
import { coinsPh, memoryStore, paymentWebhook } from 'express-payment-webhooks'
import { sample, signedRequest } from 'express-payment-webhooks/testing'

const provider = coinsPh({ token: 'c7f1e0b95d3a48269e' })
const stranger = coinsPh({ token: '08d4b7a2f65c19e3b0' })
const paid = []

const app = express()
app.use(
  '/webhooks/coins-ph',
  paymentWebhook(provider, {
    store: memoryStore(),
    on: { 'payment.confirmed': (event) => void paid.push(event.orderId) },
    onError: () => {},
  }),
)
app.use(express.json())

const server = app.listen(0, '127.0.0.1')
await once(server, 'listening')
const send = (request) =>
  fetch(`http://127.0.0.1:${server.address().port}/webhooks/coins-ph`, { method: 'POST', ...request })

const payload = sample('coins-ph', 'payment.confirmed')
assert.equal((await send(signedRequest(stranger, payload))).status, 401)
assert.equal((await send(signedRequest(provider, payload))).status, 200)
assert.deepEqual(paid, ['ORDER-1001'])

server.close()
