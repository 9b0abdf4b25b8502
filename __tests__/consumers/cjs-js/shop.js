const assert = require('node:assert/strict')
const { once } = require('node:events')
const express = require('express')
const { cryptoGateway, memoryStore, paymentWebhook } = require('express-payment-webhooks')
const { sample, signedRequest } = require('express-payment-webhooks/testing')

const provider = cryptoGateway({ secret: '5b90de1c7742f3a86e' })
const stranger = cryptoGateway({ secret: 'e14c8f20a97b63d5c2' })
const confirmed = []

const app = express()
app.use(
  '/webhooks/crypto-gateway',
  paymentWebhook(provider, {
    store: memoryStore(),
    on: { 'transaction.confirmed': (event) => void confirmed.push(event.transaction.id) },
    onError: () => {},
  }),
)
app.use(express.json())

async function main() {
  const server = app.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const send = (request) =>
    fetch(`http://127.0.0.1:${server.address().port}/webhooks/crypto-gateway`, { method: 'POST', ...request })

  const payload = sample('crypto-gateway', 'transaction.confirmed')
  assert.equal((await send(signedRequest(stranger, payload))).status, 401)
  assert.equal((await send(signedRequest(provider, payload))).status, 200)
  assert.deepEqual(confirmed, [payload.data.id])

  server.close()
}

main()
