/** One receiver on a loopback port; prints the port. Usage: node server.mjs <receiver> <express version> <secret> */
import { createHmac, timingSafeEqual } from 'node:crypto'
import { createServer } from 'node:http'
import { getRequestListener } from '@hono/node-server'
import { createNodeMiddleware, Webhooks } from '@octokit/webhooks'
import express5 from 'express'
import express4 from 'express4'
import { cryptoGateway, memoryStore, paymentWebhook, toFetchHandler, toNodeListener } from 'express-payment-webhooks'
import { Hono } from 'hono'
import getRawBody from 'raw-body'
import { Webhook } from 'standardwebhooks'
import Stripe from 'stripe'

const [receiver, version, secret] = process.argv.slice(2)
const express = version === '4' ? express4 : express5
const app = express()
let handled = 0

const read = (req) => getRawBody(req, { limit: '1mb', length: req.headers['content-length'] })
const raw = express.raw({ type: () => true, limit: '1mb' })
const failing = (res) => (error) => res.status(400).send(String(error))

const provider = cryptoGateway({ secret })
const options = {
  store: memoryStore(),
  limit: '1mb',
  on: { 'transaction.confirmed': async () => void handled++ },
}

/** Each mounts a receiver on the application, or answers the listener that stands in its place. */
const mount = {
  'bare route': () =>
    app.post('/hook', (req, res) => {
      read(req)
        .then((body) => {
          JSON.parse(body)
          handled++
          res.json({ success: true })
        })
        .catch(failing(res))
    }),
  'bare route + HMAC': () =>
    app.post('/hook', (req, res) => {
      read(req)
        .then((body) => {
          const expected = Buffer.from(`sha256=${createHmac('sha256', secret).update(body).digest('hex')}`)
          const actual = Buffer.from(String(req.headers['x-gateway-signature']))
          if (actual.length !== expected.length || !timingSafeEqual(actual, expected)) throw new Error('forged')
          JSON.parse(body)
          handled++
          res.json({ success: true })
        })
        .catch(failing(res))
    }),
  paymentWebhook: () => app.use('/hook', paymentWebhook(provider, options)),
  toNodeListener: () => toNodeListener({ '/hook': paymentWebhook(provider, options) }, app),
  'toFetchHandler in Hono': () => {
    const handler = toFetchHandler(provider, options)
    return getRequestListener(new Hono().post('/hook', (context) => handler(context.req.raw)).fetch)
  },
  '@octokit/webhooks': () => {
    const webhooks = new Webhooks({ secret })
    webhooks.on('push', async () => void handled++)
    app.use(createNodeMiddleware(webhooks, { path: '/hook', log: { debug() {}, info() {}, warn() {}, error() {} } }))
  },
  standardwebhooks: () => {
    const webhook = new Webhook(Buffer.from(secret).toString('base64'))
    app.post('/hook', raw, (req, res) => {
      webhook.verify(req.body, req.headers)
      handled++
      res.json({ success: true })
    })
  },
  stripe: () => {
    const stripe = new Stripe('sk_test_unused')
    app.post('/hook', raw, (req, res) => {
      stripe.webhooks.constructEvent(req.body, req.headers['stripe-signature'], secret)
      handled++
      res.json({ success: true })
    })
  },
}
const server = createServer(mount[receiver]() ?? app)
server.listen(0, '127.0.0.1', () => process.send({ port: server.address().port }))
process.on('message', () => process.send({ handled, cpu: process.cpuUsage(), memory: process.memoryUsage.rss() }))
process.on('disconnect', () => process.exit())
