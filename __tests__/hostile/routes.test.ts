/** The requests that belong to the webhook, at every place of an Express application in which it is mounted. */
import { describe, expect, test } from '@jest/globals'
import express4 from 'express4'
import express5, { type RequestHandler } from 'express'
import request from 'supertest'
import { memoryStore, paymentWebhook } from 'express-payment-webhooks'
import { bodyOf, hmacProvider, signatureOf } from '../support/hmac-provider.js'

const EXPRESSES = [
  { version: 5, express: express5, everything: '/{*all}' },
  { version: 4, express: express4, everything: '*' },
]

describe.each(EXPRESSES)('Express $version', ({ express, everything }) => {
  function shop(mount: (app: express5.Express, webhook: RequestHandler) => void) {
    const handled: string[] = []
    const webhook = paymentWebhook(hmacProvider(), {
      store: memoryStore(),
      on: { 'payment.confirmed': ({ id }) => void handled.push(id) },
      onError: () => {},
    })
    const app = express()
    mount(app, webhook)
    app.use((_req, res) => void res.status(404).send('the shop'))
    const deliver = (path: string) =>
      request(app).post(path).set('x-signature', signatureOf(bodyOf())).type('json').send(bodyOf())
    return { app, handled, deliver }
  }

  const passOn: RequestHandler = (_req, _res, next) => next()
  const router = (mount: (router: express5.Router) => unknown) => {
    const made = express.Router()
    mount(made)
    return made
  }

  test.each<[string, (app: express5.Express, webhook: RequestHandler) => void, string]>([
    ['app.use', (app, webhook) => app.use('/hook', webhook), '/hook'],
    ['app.use, with a slash', (app, webhook) => app.use('/hook', webhook), '/hook/'],
    ['app.post', (app, webhook) => app.post('/hook', webhook), '/hook'],
    ['app.post, behind others', (app, webhook) => app.post('/hook', passOn, [passOn, webhook]), '/hook'],
    ['app.post, with a parameter', (app, webhook) => app.post('/:tenant/hook', webhook), '/tea/hook'],
    ['app.route', (app, webhook) => app.route('/hook').all(webhook), '/hook'],
    [
      'a router, by use',
      (app, webhook) =>
        app.use(
          '/pay',
          router((made) => made.use('/hook', webhook)),
        ),
      '/pay/hook',
    ],
    [
      'a router, by post',
      (app, webhook) =>
        app.use(
          '/pay',
          router((made) => made.post('/hook', webhook)),
        ),
      '/pay/hook',
    ],
    ['another handler of a route', (app, webhook) => app.post('/hook', (...all) => void webhook(...all)), '/Hook/'],
    [
      'another handler of a route with a parameter',
      (app, webhook) => app.post('/:tenant/hook', (...all) => void webhook(...all)),
      '/tea%20pots/hook',
    ],
    [
      'app.use, behind a route that passed the request on',
      (app, webhook) => app.all(everything, passOn).use('/hook', webhook),
      '/hook',
    ],
  ])('%s: a delivery is handled', async (_, mount, path) => {
    const { deliver, handled } = shop(mount)
    await deliver(path).expect(200)
    expect(handled).toEqual(['hmac:evt_1'])
  })

  test('an answer that a middleware does not let be written ends its connection, and not the process', async () => {
    const errors: unknown[] = []
    const handled: string[] = []
    const webhook = paymentWebhook(hmacProvider(), {
      store: memoryStore(),
      on: { 'payment.confirmed': ({ id }) => void handled.push(id) },
      onError: ({ code, message }, { outcome }) => void errors.push({ code, message, outcome }),
    })
    let isBroken = true
    const app = express()
    app.use((_req, res, next) => {
      const writeHead = res.writeHead.bind(res) as (...args: unknown[]) => typeof res
      res.writeHead = (...args: unknown[]) => {
        if (isBroken) throw new Error('a listener of the middleware failed')
        return writeHead(...args)
      }
      next()
    })
    app.use('/hook', webhook)
    const deliver = () =>
      request(app).post('/hook').set('x-signature', signatureOf(bodyOf())).type('json').send(bodyOf())
    await expect(deliver()).rejects.toThrow(/hang up|ECONNRESET/)
    expect(errors).toEqual([{ code: 'INTERNAL', message: 'the answer could not be written', outcome: 'handled' }])
    isBroken = false
    await deliver().expect(200)
    expect(handled).toEqual(['hmac:evt_1'])
  })

  test.each<[string, (app: express5.Express, webhook: RequestHandler) => void]>([
    ['app.use', (app, webhook) => app.use('/hook', webhook)],
    ['app.use at the root', (app, webhook) => app.use(webhook)],
    [
      'app.use, behind a route that passed the request on',
      (app, webhook) => app.all(everything, passOn).use('/hook', webhook),
    ],
    [
      'app.use, behind a route with a parameter that passed the request on',
      (app, webhook) => app.all('/:a/:b', passOn).use('/hook', webhook),
    ],
    [
      'a router, behind a route that passed the request on',
      (app, webhook) => app.use(router((made) => made.all(/.*/, passOn).use('/hook', webhook))),
    ],
  ])('%s: what is below its path is the shop’s', async (_, mount) => {
    const { app, deliver, handled } = shop(mount)
    await deliver('/hook/below').expect(404, 'the shop')
    await request(app).get('/hook/status').expect(404, 'the shop')
    expect(handled).toEqual([])
  })
})
