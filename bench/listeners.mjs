/** The receivers that are compared, each as a listener. */
import { createHmac, timingSafeEqual } from 'node:crypto'
import { getRequestListener } from '@hono/node-server'
import { createWebhookMiddleware } from '@hookflo/tern/express'
import { createNodeMiddleware, Webhooks } from '@octokit/webhooks'
import express5 from 'express'
import express4 from 'express4'
import { cryptoGateway, memoryStore, paymentWebhook, toFetchHandler, toNodeListener } from 'express-payment-webhooks'
import { Hono } from 'hono'
import getRawBody from 'raw-body'
import { Webhook } from 'standardwebhooks'
import Stripe from 'stripe'
import { z } from 'zod'
import { byHand } from './by-hand.mjs'

/**
 * A listener, and the number of deliveries that it has handled.
 *
 * @param name one of `SIGN` in payloads.mjs
 */
export function createListener(name, { express: version, secret }) {
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

  /** The cost of the steps without any of our code: a schema of the same fields, and a map of handled events. */
  const shape = z.object({
    event: z.string(),
    data: z.looseObject({
      id: z.string(),
      address_id: z.string(),
      hash: z.string(),
      amount: z.string().regex(/^\d+(\.\d+)?$/),
      coin: z.string(),
      network: z.string(),
      confirmations: z.number(),
      status: z.string(),
      created_at: z.string(),
      confirmed_at: z.string(),
      metadata: z.unknown(),
    }),
  })
  const known = new Map()

  /** Replaces the application: only node:http, and the given work on the body. */
  const bareListener = (work) => () => (req, res) => {
    read(req)
      .then((body) => work(body, req))
      .then(() => {
        handled++
        res.writeHead(200, { 'content-type': 'application/json', 'content-length': '16' }).end('{"success":true}')
      })
      .catch((error) => res.writeHead(400).end(String(error)))
  }

  function verify(body, req) {
    const expected = Buffer.from(`sha256=${createHmac('sha256', secret).update(body).digest('hex')}`)
    const actual = Buffer.from(String(req.headers['x-gateway-signature']))
    if (actual.length !== expected.length || !timingSafeEqual(actual, expected)) throw new Error('forged')
  }

  /** The whole job around a library that has verified the body. */
  const finish = byHand(async () => void handled++)
  const succeed = (res) => () => res.json({ success: true })

  /** Each mounts a receiver on the application, or returns the listener that replaces it. */
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
            verify(body, req)
            JSON.parse(body)
            handled++
            res.json({ success: true })
          })
          .catch(failing(res))
      }),
    'node:http': bareListener(() => {}),
    'node:http + HMAC + parse': bareListener((body, req) => {
      verify(body, req)
      JSON.parse(body)
    }),
    'node:http, steps by hand': bareListener((body, req) => {
      verify(body, req)
      const { data } = shape.parse(JSON.parse(body))
      if (known.has(data.id)) throw new Error('a duplicate')
      known.set(data.id, Date.now())
    }),
    // The minimum under Express: no promise, no listener on the body, one header, and no limits or reports.
    'least by hand': () =>
      app.post('/hook', (req, res) => {
        process.nextTick(() => {
          const body = req.read()
          verify(body, req)
          const { data } = shape.parse(JSON.parse(body))
          if (known.has(data.id)) throw new Error('a duplicate')
          known.set(data.id, Date.now())
          handled++
          res.statusCode = 200
          res.setHeader('content-type', 'application/json')
          res.end('{"success":true}')
        })
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
    '@octokit/webhooks, rest by hand': () => {
      const webhooks = new Webhooks({ secret })
      app.post('/hook', raw, (req, res) => {
        const text = req.body.toString('utf8')
        webhooks
          .verify(text, req.headers['x-hub-signature-256'])
          .then((fits) => {
            if (!fits) throw new Error('forged')
            return finish(text)
          })
          .then(succeed(res), failing(res))
      })
    },
    'bare route, all by hand': () =>
      app.post('/hook', (req, res) => {
        read(req)
          .then((body) => {
            verify(body, req)
            return finish(body)
          })
          .then(succeed(res), failing(res))
      }),
    standardwebhooks: () => {
      const webhook = new Webhook(Buffer.from(secret).toString('base64'))
      app.post('/hook', raw, (req, res) => {
        webhook.verify(req.body, req.headers)
        handled++
        res.json({ success: true })
      })
    },
    'standardwebhooks, rest by hand': () => {
      const webhook = new Webhook(Buffer.from(secret).toString('base64'))
      app.post('/hook', raw, (req, res) => {
        webhook.verify(req.body, req.headers)
        finish(req.body).then(succeed(res), failing(res))
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
    'stripe, rest by hand': () => {
      const stripe = new Stripe('sk_test_unused')
      app.post('/hook', raw, (req, res) => {
        stripe.webhooks.constructEvent(req.body, req.headers['stripe-signature'], secret)
        finish(req.body).then(succeed(res), failing(res))
      })
    },
    '@hookflo/tern': () => {
      app.post('/hook', createWebhookMiddleware({ platform: 'github', secret }), (req, res) => {
        handled++
        res.json({ success: true })
      })
    },
    '@hookflo/tern, rest by hand': () => {
      // It passes on the parsed payload, so the checks of the bytes run on a newly written body.
      app.post('/hook', createWebhookMiddleware({ platform: 'github', secret }), (req, res) => {
        finish(JSON.stringify(req.webhook.payload)).then(succeed(res), failing(res))
      })
    },
  }
  const listener = mount[name]() ?? app
  return { listener, handled: () => handled }
}
