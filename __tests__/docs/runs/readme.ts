/** The blocks of the README. */
import { randomBytes } from 'node:crypto'
import { expect } from '@jest/globals'
import express, { type Express } from 'express'
import { memoryStore, paymentWebhook } from 'express-payment-webhooks'
import { stripe } from 'express-payment-webhooks/providers/stripe'
import { deliver, sample } from 'express-payment-webhooks/testing'
import { runBlock } from '../run-block.js'
import { newScene, openPayment, payTwice, PATHS, providers, runningShop } from '../scene.js'
import { notRun, ranBy, type Runs } from './run.js'

const TRY_IT = 'examples/minimal/__tests__/try-it.test.ts'

export const README_RUNS: Runs = {
  'README.md > express-payment-webhooks': notRun('installs; `npm run check:package` does that with the packed package'),

  async 'README.md > express-payment-webhooks (2)'({ code }) {
    const secret = (process.env['STRIPE_WEBHOOK_SECRET'] ??= `whsec_${randomBytes(24).toString('base64')}`)
    const { app, paid } = await runBlock(code, { globals: { express }, results: ['app', 'paid'] })
    const delivery = deliver(app as Express, stripe({ secret }), sample('stripe', 'payment.confirmed')).to(
      '/webhooks/stripe',
    )
    expect(await delivery.twice()).toMatchObject([{ status: 200 }, { status: 200 }])
    expect([...(paid as Map<string, string>)]).toEqual([['ORDER-1001', '49.9 EUR']])
  },

  async 'README.md > Handlers'({ code }) {
    const { globals, orders, logged } = newScene()
    orders.rows.clear()
    const { webhook } = await runBlock(code, { globals, results: ['webhook'] })
    const app = express().use('/hook', webhook as ReturnType<typeof paymentWebhook>)
    const gateway = providers['crypto-gateway']
    const early = await deliver(app, gateway, sample('crypto-gateway', 'transaction.confirmed')).to('/hook')
    expect([early.status, early.headers['retry-after']]).toEqual([503, '5'])
    orders.add('ORDER-1001')
    await payTwice(app, 'crypto-gateway', '/hook')
    expect(orders.credits).toMatchObject([{ received: { amount: '100.5', currency: 'USDT' } }])
    await deliver(app, gateway, sample('crypto-gateway', 'address.created')).to('/hook')
    expect(logged).toMatchObject([{ unhandled: 'crypto-gateway.address.created' }])
  },

  async 'README.md > Orders'({ code }) {
    const { globals, orders, shipped } = newScene()
    orders.payments.set('ORDER-1001', openPayment())
    const { updates } = await runBlock(code, { globals, results: ['updates'] })
    const webhook = paymentWebhook(providers['coins-ph'], { store: memoryStore(), on: updates as object })
    await payTwice(express().use('/hook', webhook), 'coins-ph', '/hook')
    expect(shipped).toEqual(['ORDER-1001'])
    expect(orders.payments.get('ORDER-1001')?.status).toBe('confirmed')
  },

  async 'README.md > Testing your shop'({ code }) {
    const { globals, orders } = newScene()
    await runBlock(code, { globals: { ...globals, app: runningShop(orders) } })
    expect(orders.rows.get('ORDER-1001')?.status).toBe('paid')
  },

  async 'README.md > Shops that parse first'({ code }) {
    const { globals, orders, app } = newScene()
    await runBlock(code, { globals })
    app.use(runningShop(orders))
    expect(
      (
        await deliver(app, providers['coins-ph'], sample('coins-ph', 'payment.confirmed'))
          .to(PATHS['coins-ph'])
          .indented()
      ).status,
    ).toBe(200)
  },

  'README.md > Operations': notRun('__tests__/cli runs these commands against each store'),
  'README.md > Try it': notRun('starts the example shop, which examples/shop/__tests__ do with all of its parts'),
  'README.md > Try it (2)': ranBy(TRY_IT, 'curl -i'),
  'README.md > Try it (3)': notRun('output'),
  'README.md > Try it (4)': notRun('output'),
  'README.md > Development': notRun('runs the tests that this is one of'),
}
