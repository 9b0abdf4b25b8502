/** The blocks of the README. */
import { randomBytes } from 'node:crypto'
import { expect } from '@jest/globals'
import express, { type Express } from 'express'
import { memoryStore, paymentWebhook } from 'express-payment-webhooks'
import { stripe } from 'express-payment-webhooks/providers/stripe'
import { deliver, sample } from 'express-payment-webhooks/testing'
import { runBlock } from '../run-block.js'
import { newScene, openPayment, payTwice, providers } from '../scene.js'
import { codeOf, notRun, type Runs } from './run.js'

const stripeSecret = () => (process.env['STRIPE_WEBHOOK_SECRET'] ??= `whsec_${randomBytes(24).toString('base64')}`)

/** The shop does not listen: the test delivers to it directly. `npm run check:package` starts it with a port. */
async function firstShop(code: string) {
  stripeSecret()
  const make = () => Object.assign(express(), { listen: () => {} })
  const printed: string[] = []
  const { app, paid } = await runBlock(code, {
    globals: { console: { log: (text: string) => void printed.push(text) } },
    modules: { express: Object.assign(make, express) },
  })
  return { app: app as Express, paid: paid as Map<string, string>, printed }
}

export const README_RUNS: Runs = {
  'README.md > Try it': notRun('starts the example shop, which examples/shop/__tests__ do with all of its parts'),
  'README.md > In your shop': notRun('installs; `npm run check:package` does that with the packed package'),

  async 'README.md > In your shop (2)'({ code }) {
    const { app, paid, printed } = await firstShop(code)
    const delivery = deliver(app, stripe({ secret: stripeSecret() }), sample('stripe', 'payment.confirmed')).to(
      '/webhooks/stripe',
    )
    expect(await delivery.twice()).toMatchObject([{ status: 200 }, { status: 200 }])
    expect([...paid]).toEqual([['ORDER-1001', '49.9 EUR']])
    expect(printed).toEqual(['ORDER-1001 is paid: 49.9 EUR'])
  },

  'README.md > In your shop (3)': notRun(
    '`npm run check:package` does this, with the packed package and the shop above',
  ),

  async 'README.md > Orders'({ code }) {
    const { globals, orders, shipped } = newScene()
    orders.payments.set('ORDER-1001', openPayment())
    const { updates } = await runBlock(code, { globals, results: ['updates'] })
    const webhook = paymentWebhook(providers['coins-ph'], { store: memoryStore(), on: updates as object })
    await payTwice(express().use('/hook', webhook), 'coins-ph', '/hook')
    expect(shipped).toEqual(['ORDER-1001'])
    expect(orders.payments.get('ORDER-1001')?.status).toBe('confirmed')
  },

  /** `npm run check:package` runs this block with the runner that the page names. */
  async 'README.md > Testing your shop'({ code }) {
    const shop = await firstShop(codeOf('README.md > In your shop (2)'))
    const tests: unknown[] = []
    const register = (_name: string, run: () => unknown) => void tests.push(run())
    await runBlock(code, { modules: { './shop.js': shop, 'node:test': register } })
    expect(tests).toHaveLength(1)
    await Promise.all(tests)
    expect(shop.paid.size).toBe(1)
  },

  'README.md > Development': notRun('runs the tests that this is one of'),
}
