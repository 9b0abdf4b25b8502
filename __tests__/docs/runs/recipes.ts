/** The blocks of docs/recipes.md and docs/migrate.md: files of the examples, as they are run by tests of their own. */
import { EventEmitter, once } from 'node:events'
import { expect } from '@jest/globals'
import { deliver, sample } from 'express-payment-webhooks/testing'
import { lookOn } from '../../../examples/recipes/migrate/look-on.js'
import { runBlock } from '../run-block.js'
import { newScene, providers } from '../scene.js'
import { isFile, notRun, type Runs } from './run.js'

const RECIPES = '__tests__/docs/recipes.test.ts'
const TRANSACTIONS = '__tests__/docs/recipes.transactions.test.ts'
const MIGRATE = '__tests__/docs/migrate.test.ts'

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

  'docs/migrate.md > Where you are': isFile('examples/recipes/migrate/before.ts', MIGRATE),
  'docs/migrate.md > 1. Make shipping happen once': isFile('examples/recipes/migrate/orders.ts', MIGRATE),
  'docs/migrate.md > 2. Look on': isFile('examples/recipes/migrate/look-on.ts', MIGRATE),
  async 'docs/migrate.md > 2. Look on (2)'({ code }) {
    const { globals, app } = newScene()
    const notes = new EventEmitter()
    const log = { info: (note: object) => void notes.emit('note', note) }
    await runBlock(code, { globals: { ...globals, log, lookOn } })
    const noted = once(notes, 'note')
    const paid = sample('crypto-gateway', 'transaction.confirmed')
    await deliver(app, providers['crypto-gateway'], paid).to('/gateway-callback')
    expect(await noted).toMatchObject([{ orderId: 'ORDER-1001', received: { amount: '100.5' } }])
  },
  'docs/migrate.md > 3. Switch over': isFile('examples/recipes/migrate/after.ts', MIGRATE),
}
