/** The blocks of docs/recipes.md and of the two pages about migrating: files of the examples, which have tests of their own. */
import { randomBytes } from 'node:crypto'
import { EventEmitter, once } from 'node:events'
import { expect } from '@jest/globals'
import { openOrder } from 'express-payment-webhooks/orders'
import { stripe } from 'express-payment-webhooks/providers/stripe'
import { deliver, sample, sampleAbout } from 'express-payment-webhooks/testing'
import { lookOn } from '../../../examples/recipes/migrate/look-on.js'
import { runBlock } from '../run-block.js'
import { newScene } from '../scene.js'
import { codeOf, isFile, notRun, ranBy, type Runs } from './run.js'

const RECIPES = '__tests__/docs/recipes.test.ts'
const TRANSACTIONS = '__tests__/docs/recipes.transactions.test.ts'
const MIGRATE = '__tests__/docs/migrate.test.ts'
const MIGRATE_POSTGRES = '__tests__/docs/migrate.postgres.test.ts'

/** A Stripe provider with a random secret, which is also in the shop's environment. */
function stripeOfTheShop() {
  const secret = `whsec_${randomBytes(24).toString('hex')}`
  Object.assign(process.env, {
    STRIPE_WEBHOOK_SECRET: secret,
    STRIPE_API_KEY: `sk_test_${randomBytes(24).toString('hex')}`,
  })
  return stripe({ secret })
}

export const RECIPE_RUNS: Runs = {
  'docs/recipes.md > Behind a proxy': isFile('examples/recipes/behind-a-proxy.ts', RECIPES),
  'docs/recipes.md > Behind nginx': isFile('examples/recipes/nginx.conf', '__tests__/docs/nginx-recipe.test.ts'),
  'docs/recipes.md > Serverless, with a body that was read already': isFile('examples/recipes/serverless.ts', RECIPES),
  'docs/recipes.md > Several shops in one process': isFile('examples/recipes/several-shops.ts', RECIPES),
  'docs/recipes.md > Secret rotation': isFile('examples/recipes/secret-rotation.ts', RECIPES),
  "docs/recipes.md > Drizzle in the store's transaction": isFile('examples/recipes/drizzle.ts', TRANSACTIONS),
  'docs/recipes.md > A transaction of your own': isFile('examples/recipes/own-transaction.ts', TRANSACTIONS),
  'docs/recipes.md > Prisma': notRun('a schema; __tests__/docs/prisma.ts has its tables'),
  'docs/recipes.md > Drizzle': isFile('examples/recipes/drizzle-own-transaction.ts', TRANSACTIONS),
  'docs/recipes.md > CityPay orders whose time is up': isFile('examples/recipes/city-pay-expiry.ts', RECIPES),

  'docs/migrate-sqlite.md > Where you are': isFile('examples/recipes/migrate/before.ts', MIGRATE),
  'docs/migrate-sqlite.md > 1. Make shipping happen once': isFile('examples/recipes/migrate/sqlite-orders.ts', MIGRATE),
  /** As the page says of it: each delivery ships, and a forgery does not. */
  async 'docs/migrate.md > Where you are'({ code }) {
    const { globals, app, shipped } = newScene()
    const provider = stripeOfTheShop()
    await runBlock(code, { globals })
    const paid = () => deliver(app, provider, sample('stripe', 'payment.confirmed')).to('/webhook')
    expect(await paid().twice()).toMatchObject([{ status: 200 }, { status: 200 }])
    expect(await paid().forged()).toMatchObject({ status: 400 })
    expect(shipped).toEqual(['ORDER-1001', 'ORDER-1001'])
  },
  'docs/migrate.md > Step 1 in Postgres': isFile('examples/recipes/migrate/postgres-orders.ts', MIGRATE_POSTGRES),
  async 'docs/migrate.md > Amounts in cents'({ code }) {
    const { paymentFor } = await runBlock(code)
    const expected = (total: number | string, currency: string) =>
      paymentFor({ id: 'ORDER-1001', total, currency }).expected
    expect(expected(4990, 'eur')).toEqual({ amount: '49.9', currency: 'EUR' })
    expect([expected('500', 'jpy'), expected(500, 'isk')]).toMatchObject([{ amount: '500' }, { amount: '5' }])
  },
  'docs/migrate.md > 2. Look on': isFile('examples/recipes/migrate/look-on.ts', MIGRATE),
  async 'docs/migrate.md > 2. Look on (2)'({ code }) {
    const { globals, app, shipped } = newScene()
    const notes = new EventEmitter()
    const log = { info: (note: object) => void notes.emit('note', note) }
    const provider = stripeOfTheShop()
    await runBlock(code, { globals: { ...globals, log, lookOn } })
    const noted = once(notes, 'note')
    const paid = deliver(app, provider, sample('stripe', 'payment.confirmed')).to('/webhook')
    expect(await paid).toMatchObject({ status: 200, body: '{"received":true}' })
    expect(await noted).toMatchObject([{ orderId: 'ORDER-1001', received: { amount: '49.9' } }])
    expect(shipped).toEqual(['ORDER-1001'])
  },
  'docs/migrate.md > 2. Look on (3)': notRun('a command line; __tests__/cli runs this command with --order'),
  'docs/migrate-sqlite.md > Stripe and SQLite': ranBy(MIGRATE, "codeOf('docs/migrate-sqlite.md > Stripe and SQLite')"),
  'docs/migrate.md > 3. Switch over': ranBy(MIGRATE_POSTGRES, "codeOf('docs/migrate.md > 3. Switch over')"),
  'docs/migrate.md > Buttons that change an order': ranBy(
    MIGRATE_POSTGRES,
    "codeOf('docs/migrate.md > Buttons that change an order')",
  ),
  'docs/migrate.md > Disputes that were lost before': ranBy(
    MIGRATE_POSTGRES,
    "codeOf('docs/migrate.md > Disputes that were lost before')",
  ),
  'docs/migrate-sqlite.md > 3. Switch over': isFile('examples/recipes/migrate/after.ts', MIGRATE),
  /** The payment that the old handler took is redelivered, and is refunded under the payment's name alone. */
  async 'docs/migrate.md > Orders that were paid before'({ code }) {
    const { globals, app, orders, shipped, logged } = newScene()
    const payments = [{ provider: 'stripe', paymentId: null }]
    for (const orderId of ['ORDER-1001', 'ORDER-1002']) {
      const expected = { amount: '49.90', currency: 'EUR' }
      orders.payments.set(orderId, openOrder({ orderId, expected, payments }))
    }
    const provider = stripeOfTheShop()
    const paid = sample('stripe', 'payment.confirmed')
    const old = paid.data.object
    const sent = sample('stripe', 'refund.confirmed').data.object
    class Listed {
      readonly paymentIntents = {
        async *list() {
          yield { ...old, id: 'pi_open', status: 'requires_payment_method', metadata: { order_id: 'ORDER-1002' } }
          yield { ...old, id: 'pi_foreign', metadata: {} }
          yield { ...old, id: 'pi_dollars', currency: 'usd' }
          yield old
        },
      }
      readonly checkout = { sessions: { list: () => [] } }
      readonly refunds = {
        async *list({ payment_intent }: { payment_intent: string }) {
          if (payment_intent !== old.id) return
          yield { ...sent, id: 're_before', amount: 990 }
          yield { ...sent, id: 're_under_way', status: 'pending' }
        },
      }
    }
    const listing = { globals, modules: { stripe: { default: Listed, __esModule: true } } }
    for (let times = 0; times < 2; times++) await runBlock(code, listing)
    const withoutOrder = { withoutOrder: 2, first: ['pi_foreign', 'pi_dollars'] }
    expect(logged).toEqual([{ imported: 1 }, withoutOrder, { imported: 0 }, withoutOrder])
    await runBlock(codeOf('docs/migrate-sqlite.md > Stripe and SQLite'), {
      globals,
      modules: { './sqlite-orders.js': { ordersIn: () => orders }, libsql: { default: Object, __esModule: true } },
    })
    const partly = { status: 'partially_refunded', received: '40', refunded: '9.9', excess: '0', reasons: [] }
    expect(orders.payments.get('ORDER-1001')).toMatchObject({ ...partly, version: 1 })
    const refund = (id: string, amount: number) =>
      sampleAbout({ orderId: 'ORDER-1001', refund: id }, 'stripe', 'refund.confirmed', {
        data: { object: { id, amount, payment_intent: old.id, metadata: {} } },
      })
    const send = async (payload: object) => (await deliver(app, provider, payload as typeof paid).to('/webhook')).status
    for (const payload of [paid, refund('re_before', 990)]) {
      expect(await send(payload)).toBe(200)
      expect(orders.payments.get('ORDER-1001')).toMatchObject(partly)
    }
    for (const payload of [refund('re_under_way', 1500), refund('re_rest', 2500)]) {
      expect(await send(payload)).toBe(200)
    }
    const left = { status: 'refunded', received: '0', refunded: '49.9', excess: '0', reasons: [] }
    expect(orders.payments.get('ORDER-1001')).toMatchObject(left)
    expect(orders.payments.get('ORDER-1002')).toMatchObject({ status: 'awaiting_payment' })
    expect(shipped).toEqual([])
  },
}
