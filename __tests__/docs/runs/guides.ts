/** The blocks of the pages for adopters and extenders: errors, orders, testing, and a shop's own providers and stores. */
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect } from '@jest/globals'
import express from 'express'
import Database from 'libsql'
import {
  createReceiver,
  memoryStore,
  paymentWebhook,
  type DurableStore,
  type HeaderAuthentication,
  type PaymentWebhook,
  type Provider,
  type Store,
  type WebhookEvent,
} from 'express-payment-webhooks'
import {
  openOrder,
  orderUpdates,
  reprice,
  settle,
  type OrderPayment,
  type OrderUpdates,
  type PaymentName,
  type SettlePolicy,
} from 'express-payment-webhooks/orders'
import { stripe } from 'express-payment-webhooks/providers/stripe'
import { sqliteStore } from 'express-payment-webhooks/stores/sqlite'
import * as testing from 'express-payment-webhooks/testing'
import { namesWith } from '../../../src/orders/names.js'
import { eventOf } from '../../support/deliver.js'
import type { Block } from '../blocks.js'
import { runBlock } from '../run-block.js'
import { newScene, openPayment, PATHS, payTwice, providers, runningShop } from '../scene.js'
import { ordersInMemory } from './orders-in-memory.js'
import { codeOf, notRun, ranBy, type Run, type Runs } from './run.js'
import { isTree } from './tree.js'

const WALKTHROUGHS = '__tests__/docs/walkthroughs.test.ts'
/** The providers of docs/add-a-provider.md, each of which passes the suite. */
const KINDS = '__tests__/docs/add-a-provider.kinds.test.ts'

const inARunningShop: Run = async ({ code }) => {
  const { globals, orders } = newScene()
  await runBlock(code, { globals: { ...globals, app: runningShop(orders) } })
}

/** The suite of the block, on a store of this package. */
const conformance =
  (myStore: () => Store): Run =>
  ({ code }) =>
    runBlock(code, { globals: { myStore, client: {} } })

export const GUIDE_RUNS: Runs = {
  async 'docs/receiving.md > Handlers'({ code }) {
    const { globals, orders, logged } = newScene()
    orders.rows.clear()
    const { webhook } = await runBlock(code, { globals, results: ['webhook'] })
    const app = express().use('/hook', webhook as PaymentWebhook)
    const gateway = providers['crypto-gateway']
    const early = await testing
      .deliver(app, gateway, testing.sample('crypto-gateway', 'transaction.confirmed'))
      .to('/hook')
    expect([early.status, early.headers['retry-after']]).toEqual([503, '5'])
    orders.add('ORDER-1001')
    await payTwice(app, 'crypto-gateway', '/hook')
    expect(orders.credits).toMatchObject([{ received: { amount: '100.5', currency: 'USDT' } }])
    await testing.deliver(app, gateway, testing.sample('crypto-gateway', 'address.created')).to('/hook')
    expect(logged).toMatchObject([{ unhandled: 'crypto-gateway.address.created' }])
  },

  async 'docs/receiving.md > Handlers (2)'({ code }) {
    const { globals, orders } = newScene()
    orders.payments.set('ORDER-1001', openPayment())
    const { shop } = await runBlock(code, { globals })
    const app = shop(providers['coins-ph'], {
      find: ({ orderId, paymentIds }: WebhookEvent) => orders.paymentOf(orderId, paymentIds),
      save: (order: OrderPayment) => orders.saveIfVersion(order, order.version - 1),
    })
    const paid = testing
      .deliver(app, providers['coins-ph'], testing.sample('coins-ph', 'payment.confirmed'))
      .to('/webhooks')
    expect(await paid).toMatchObject({ status: 200 })
    expect(orders.payments.get('ORDER-1001')).toMatchObject({ status: 'confirmed' })
  },
  async 'docs/receiving.md > Shops that parse first'({ code }) {
    const { globals, orders, app } = newScene()
    await runBlock(code, { globals })
    app.use(runningShop(orders))
    expect(
      (
        await testing
          .deliver(app, providers['coins-ph'], testing.sample('coins-ph', 'payment.confirmed'))
          .to(PATHS['coins-ph'])
          .indented()
      ).status,
    ).toBe(200)
  },

  'docs/testing.md > From a shell': ranBy('examples/minimal/__tests__/try-it.test.ts', 'curl -i'),
  'docs/testing.md > From a shell (2)': notRun('output'),
  'docs/testing.md > From a shell (3)': notRun('output'),

  'docs/concepts.md > Where things are': isTree,
  'docs/add-a-provider.md > 2. Define it': ranBy(WALKTHROUGHS, 'export const acmePay'),
  'docs/add-a-provider.md > Time and several signatures': ranBy(KINDS, 'stampedPay: {'),
  'docs/add-a-provider.md > A token': ranBy(KINDS, 'tokenPay: {'),
  'docs/add-a-provider.md > A signature inside the body': ranBy(KINDS, 'sealedPay: {'),
  'docs/add-a-provider.md > Keys that are fetched': ranBy(KINDS, 'keyedPay: {'),
  'docs/add-a-provider.md > A proof that is too small': ranBy(KINDS, 'hintPay: {'),
  'docs/add-a-provider.md > No proof': ranBy(KINDS, 'barePay: {'),
  'docs/add-a-provider.md > A form': ranBy(KINDS, 'formPay: {'),
  'docs/add-a-provider.md > A rewritten body': ranBy(KINDS, 'sortedPay: {'),
  async 'docs/add-a-provider.md > Something beside them'({ code }) {
    const { acmeSignature } = await runBlock(code, { results: ['acmeSignature'] })
    const secret = randomBytes(32).toString('hex')
    const signature = acmeSignature({ secret, merchant: 'm-1' }) as HeaderAuthentication
    const body = Buffer.from('{}')
    const headers = signature.sign(body)
    expect(signature.verify({ body, headers })).toBe(true)
    const others = { ...headers, 'x-acme-merchant': 'm-2' }
    expect(() => signature.verify({ body, headers: others })).toThrow('not the configured merchant')
    expect(() => signature.verify({ body: Buffer.from('[]'), headers })).toThrow()
  },
  async 'docs/add-a-provider.md > 5. Prove it'({ code }) {
    const { acmePay } = await runBlock(codeOf('docs/add-a-provider.md > 2. Define it'))
    await runBlock(code, { globals: { acmePay } })
  },
  async 'docs/add-a-provider.md > 5. Prove it (2)'({ code }) {
    const { acmePay } = await runBlock(codeOf('docs/add-a-provider.md > 2. Define it'))
    process.env['ACME_PAY_SECRET'] = randomBytes(32).toString('hex')
    const refunds: WebhookEvent['refund'][] = []
    const on = { 'refund.confirmed': ({ refund }: WebhookEvent) => void refunds.push(refund) }
    const provider = acmePay({ secret: process.env['ACME_PAY_SECRET'] }) as Provider
    const app = express().use('/webhooks/acme-pay', paymentWebhook(provider, { store: memoryStore(), on }))
    const server = app.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    const globals = { acmePay, fetch: globalThis.fetch }
    const { status } = await runBlock(code.replace('3000', String(port)), { globals, results: ['status'] })
    expect([status, refunds]).toEqual([200, [{ id: 're_1', amount: '20', currency: 'EUR', basis: 'refund' }]])
    server.close()
  },
  'docs/add-a-store.md > A skeleton': ranBy(WALKTHROUGHS, 'export function backendStore'),
  'docs/add-a-store.md > Prove it': conformance(() => memoryStore()),

  async 'docs/errors.md > Errors'({ code }) {
    const { globals, logged } = newScene()
    const options = { store: memoryStore(), on: {} }
    const { webhook } = await runBlock(code, { globals: { ...globals, options }, results: ['webhook'] })
    const app = express().use('/hook', webhook as PaymentWebhook)
    const paid = testing.sample('coins-ph', 'payment.confirmed')
    expect((await testing.deliver(app, providers['coins-ph'], paid).to('/hook').forged()).status).toBe(401)
    expect((await testing.deliver(app, providers['coins-ph'], paid).to('/hook')).status).toBe(200)
    const other = testing.sample('coins-ph', 'payment.confirmed', {
      event: { data: { external_transaction_id: 'ORDER-7' } },
    })
    expect((await testing.deliver(app, providers['coins-ph'], other).to('/hook')).status).toBe(400)
    expect(logged).toMatchObject([
      { code: 'AUTH_MISMATCH', outcome: 'not_authentic', provider: 'coins-ph' },
      {
        code: 'ID_CONFLICT',
        outcome: 'unusable',
        type: 'payment.confirmed',
        orderId: 'ORDER-7',
        paymentIds: [expect.any(String)],
      },
    ])
  },

  async 'docs/errors.md > ORDER_UNKNOWN'({ code }) {
    const { globals, orders } = newScene()
    const payments = [{ provider: 'mollie', paymentId: 'tr_1' }]
    orders.payments.set(
      'ORDER-9',
      openOrder({ orderId: 'ORDER-9', expected: { amount: '9', currency: 'EUR' }, payments }),
    )
    const { orderOf } = await runBlock(code, { globals, results: ['orderOf'] })
    const found = orderOf as (event: object) => Promise<OrderPayment>
    expect(await found({ orderId: null, paymentIds: ['tr_1'] })).toMatchObject({ orderId: 'ORDER-9' })
    await expect(found({ orderId: null, paymentIds: ['tr_2'] })).rejects.toThrow('no order for tr_2 (yet)')
  },

  async 'docs/orders.md > Keep an order'({ code }) {
    const globals = { invoiceId: 'inv_1', addressId: 'addr_1', address: '0xAb' }
    const { payment, inCoins } = await runBlock(code, { globals, results: ['payment', 'inCoins'] })
    expect(payment as OrderPayment).toMatchObject({ status: 'awaiting_payment', payments: [{ paymentId: 'inv_1' }] })
    expect(inCoins as OrderPayment).toMatchObject({ network: 'ethereum', payments: [{}, { paymentId: '0xAb' }] })
  },
  async 'docs/orders.md > Keep an order (2)'({ code }) {
    const { globals, orders, shipped, app } = newScene()
    orders.payments.set('ORDER-1001', openPayment())
    orders.payments.set('ORDER-7', { ...openPayment(new Date(Date.now() - 1000)), orderId: 'ORDER-7' })
    let tick: (() => void) | undefined
    const setInterval = (run: () => void) => {
      tick = run
      return { unref: () => {} }
    }
    const { updates } = await runBlock(code, { globals: { ...globals, setInterval }, results: ['updates'] })
    await payTwice(app, 'coins-ph')
    expect([shipped, orders.payments.get('ORDER-1001')?.status]).toEqual([['ORDER-1001'], 'confirmed'])
    tick!()
    await (updates as OrderUpdates).expireOverdue()
    expect(orders.payments.get('ORDER-7')?.status).toBe('expired')
  },
  /** One mail for the paid order, and none for the order whose amount does not match. */
  async 'docs/orders.md > Keep an order (3)'({ code }) {
    const mailed: string[] = []
    const mail = async (orderId: string, key: string) => void mailed.push(`${orderId} ${typeof key}`)
    for (const [amount, outcome] of [
      ['1500', { status: 'confirmed', mailed: ['ORDER-1001 string'] }],
      ['1600', { status: 'needs_review', mailed: [] }],
    ] as const) {
      const { globals, orders, app } = newScene()
      orders.payments.set('ORDER-1001', { ...openPayment(), expected: { amount, currency: 'PHP' } })
      const updates = orderUpdates({
        find: ({ orderId }) => orders.paymentOf(orderId),
        save: (order) => orders.saveIfVersion(order, order.version - 1),
      })
      await runBlock(code, { globals: { ...globals, updates, mail } })
      await payTwice(app, 'coins-ph')
      expect({ status: orders.payments.get('ORDER-1001')?.status, mailed: mailed.splice(0) }).toEqual(outcome)
    }
  },
  async 'docs/orders.md > Orders in SQLite'({ code }) {
    const { orders } = await ordersInMemory(code)
    const { globals, app } = newScene()
    const setInterval = () => ({ unref: () => {} })
    const given = { globals: { ...globals, orders, setInterval }, results: ['updates'] }
    const { updates } = await runBlock(codeOf('docs/orders.md > Keep an order (2)'), given)
    const provider = stripe({ secret: `whsec_${randomBytes(24).toString('base64')}` })
    const codes: string[] = []
    const onError = ({ code: said }: { code: string }) => void codes.push(said)
    app.use('/hook', paymentWebhook(provider, { store: memoryStore(), on: updates as OrderUpdates, onError }))
    const payments = [{ provider: 'stripe', paymentId: null }]
    await orders.open(openOrder({ orderId: 'ORDER-8', expected: { amount: '49.9', currency: 'EUR' }, payments }))
    const refund = (orderId: string, name: string, amount: number) =>
      testing.sampleAbout({ orderId, refund: name }, 'stripe', 'refund.confirmed', { data: { object: { amount } } })
    const paid = testing.sampleAbout('ORDER-8', 'stripe', 'payment.confirmed')
    for (const payload of [paid, refund('ORDER-8', 'first', 500), refund('ORDER-8', 'second', 700)]) {
      expect((await testing.deliver(app, provider, payload).to('/hook')).status).toBe(200)
    }
    expect(await orders.paymentOf('ORDER-8')).toMatchObject({ status: 'partially_refunded', refunded: '12' })
    expect((await testing.deliver(app, provider, refund('ORDER-9', 'other', 500)).to('/hook')).status).toBe(503)
    expect(codes).toEqual(['ORDER_UNKNOWN'])
    expect(await orders.inReview()).toEqual([])
    await orders.open(openOrder({ orderId: 'ORDER-10', expected: { amount: '59.9', currency: 'EUR' }, payments }))
    const short = testing.sampleAbout('ORDER-10', 'stripe', 'payment.confirmed')
    expect((await testing.deliver(app, provider, short).to('/hook')).status).toBe(200)
    expect(await orders.inReview()).toMatchObject([{ orderId: 'ORDER-10', reasons: ['paid_short'] }])
  },
  async 'docs/orders.md > Change an order yourself'({ code }) {
    const { globals, orders } = newScene()
    const payment = openPayment()
    orders.payments.set('ORDER-1001', payment)
    await runBlock(code, { globals: { ...globals, payment, invoiceId: 'inv_2' } })
    expect(orders.payments.get('ORDER-1001')).toMatchObject({ version: 1, payments: [{}, { paymentId: 'inv_2' }] })
  },
  /** The deposit arrives first, and the order stays in review until it is told about the second intent. */
  async 'docs/orders.md > Deposit and rest'({ code }) {
    const { globals, orders, shipped, app } = newScene()
    process.env.STRIPE_API_KEY ??= `sk_test_${randomBytes(24).toString('hex')}`
    const provider = stripe({ secret: `whsec_${randomBytes(24).toString('base64')}` })
    const part = (name: string, amount: number) =>
      testing.sampleAbout('ORDER-1001', 'stripe', 'payment_intent.succeeded', {
        id: `evt_${name}`,
        data: { object: { id: `pi_${name}`, latest_charge: `ch_${name}`, amount, amount_received: amount } },
      })
    const [deposit, rest] = [part('deposit', 2000), part('rest', 2990)]
    const payments = [{ provider: 'stripe', paymentId: deposit.data.object.id }]
    const expected = { amount: '49.90', currency: 'EUR' }
    orders.payments.set('ORDER-1001', openOrder({ orderId: 'ORDER-1001', expected, payments }))
    const on = orderUpdates({
      find: ({ orderId, paymentIds }) => orders.paymentOf(orderId, paymentIds),
      save: (order, { firstConfirmed: ship }) => orders.saveIfVersion(order, order.version - 1, { ship }),
    })
    app.use('/hook', paymentWebhook(provider, { store: memoryStore(), on }))
    const send = async (payload: typeof deposit) =>
      expect((await testing.deliver(app, provider, payload).to('/hook')).status).toBe(200)
    await send(deposit)
    const payment = orders.payments.get('ORDER-1001')!
    expect(payment).toMatchObject({ status: 'needs_review', reasons: ['paid_short'], shortfall: '29.9' })
    const asked: object[] = []
    class Intents {
      readonly paymentIntents = {
        async create(intent: object) {
          asked.push(intent)
          return rest.data.object
        },
      }
    }
    await runBlock(code, {
      globals: { ...globals, payment },
      modules: { stripe: { default: Intents, __esModule: true } },
    })
    expect(asked).toEqual([{ amount: 2990, currency: 'EUR', metadata: { order_id: 'ORDER-1001' } }])
    expect(orders.payments.get('ORDER-1001')).toMatchObject({ status: 'payment_insufficient', reasons: [] })
    await send(rest)
    expect(orders.payments.get('ORDER-1001')).toMatchObject({ status: 'confirmed', received: '49.9', reasons: [] })
    expect(shipped).toEqual(['ORDER-1001'])
  },
  async 'docs/orders.md > What the shop decides'({ code }) {
    const { globals, orders, shipped } = newScene()
    const tooLate = new Date(Date.now() - 1000)
    const event = (await eventOf(
      providers['coins-ph'],
      JSON.stringify(testing.sample('coins-ph', 'payment.confirmed')),
    )) as WebhookEvent
    const { order: payment } = settle(openPayment(tooLate), event)
    expect(payment).toMatchObject({ status: 'needs_review', reasons: ['paid_late'] })
    orders.payments.set('ORDER-1001', payment)
    await runBlock(code, { globals: { ...globals, payment } })
    expect([orders.payments.get('ORDER-1001')?.status, shipped]).toEqual(['confirmed', ['ORDER-1001']])
  },
  /** Under the policy of the block an overpaid order is held, and stays held after a change without a policy. */
  async 'docs/orders.md > Policy'({ code }) {
    const { globals, orders, shipped, app } = newScene()
    orders.payments.set('ORDER-1001', { ...openPayment(), expected: { amount: '1000', currency: 'PHP' } })
    const { updates } = await runBlock(code, { globals, results: ['updates'] })
    app.use('/hook', paymentWebhook(providers['coins-ph'], { store: memoryStore(), on: updates as OrderUpdates }))
    await payTwice(app, 'coins-ph', '/hook')
    const held = orders.payments.get('ORDER-1001')!
    expect(held).toMatchObject({ status: 'needs_review', reasons: ['overpaid'] })
    expect(reprice(held, { amount: '900' })).toMatchObject({ update: { firstConfirmed: false } })
    expect(shipped).toEqual([])
  },
  async 'docs/orders.md > Names of chains, coins and addresses'({ code }) {
    const { policy } = await runBlock(code, { results: ['policy'] })
    expect(namesWith((policy as SettlePolicy).aliases).coin('EthArb')).toEqual({ currency: 'ETH', network: 'arbitrum' })
  },
  'docs/orders.md > Statuses': notRun('a picture; __tests__/orders/lifecycle.test.ts holds its arrows to the code'),

  'docs/mutation.md > Mutation testing': notRun('takes a quarter of an hour and more for each folder'),

  'docs/testing.md > From an empty folder to a passing test': notRun(
    'installs; the packed package is installed by check:package',
  ),
  'docs/testing.md > From an empty folder to a passing test (2)': ranBy(WALKTHROUGHS, 'shop.test.mjs'),
  'docs/testing.md > From an empty folder to a passing test (3)': ranBy(WALKTHROUGHS, 'expect(printed).toEqual(shown)'),
  async 'docs/testing.md > Your app, and your runner'({ code }) {
    const before = process.env.STRIPE_WEBHOOK_SECRET
    delete process.env.STRIPE_WEBHOOK_SECRET
    await runBlock(code)
    expect(stripe({ secret: process.env.STRIPE_WEBHOOK_SECRET }).name).toBe('stripe')
    process.env.STRIPE_WEBHOOK_SECRET = before ?? process.env.STRIPE_WEBHOOK_SECRET
  },
  async 'docs/testing.md > Your app, and your runner (2)'({ code }) {
    await runBlock(codeOf('docs/testing.md > Your app, and your runner'))
    const { app, paid } = await runBlock(code)
    const delivery = testing.deliver(
      app,
      stripe({ secret: process.env.STRIPE_WEBHOOK_SECRET }),
      testing.sample('stripe', 'payment.confirmed'),
    )
    expect((await delivery.to('/webhooks/stripe')).status).toBe(200)
    expect(paid).toEqual(new Map([['ORDER-1001', '49.9 EUR']]))
  },
  async 'docs/testing.md > Your app, and your runner (3)'({ code }) {
    await runBlock(codeOf('docs/testing.md > Your app, and your runner'))
    const shop = await runBlock(codeOf('docs/testing.md > Your app, and your runner (2)'))
    await runBlock(code, { globals: { expect }, modules: { './shop.js': shop } })
    expect(shop.paid).toEqual(new Map([['ORDER-1001', '49.9 EUR']]))
  },
  async 'docs/testing.md > A shop with database files'({ code }) {
    const [before, folder] = [process.cwd(), mkdtempSync(path.join(tmpdir(), 'shop-'))]
    process.chdir(folder)
    try {
      await runBlock(code)
      const orders = await runBlock(codeOf('docs/orders.md > Orders in SQLite'))
      await orders.open(openPayment())
      const shop = codeOf('docs/testing.md > A shop with database files (2)')
      const store = (await runBlock(shop, { results: ['store'] })).store as DurableStore
      await store.init()
      await store.close()
      expect(readdirSync(folder)).toEqual([])
    } finally {
      delete process.env.SQLITE_FILE
      process.chdir(before)
      rmSync(folder, { recursive: true })
    }
  },
  'docs/testing.md > A shop with database files (2)': ranBy(
    '__tests__/docs/runs/guides.ts',
    "codeOf('docs/testing.md > A shop with database files (2)')",
  ),
  'docs/queues.md > Test it': ranBy('__tests__/docs/queues.test.ts', 'docs/queues.md > Test it'),
  'docs/testing.md > A shop with a Postgres pool': ranBy('__tests__/docs/testing.pool.test.ts', 'codeOf(SECTION)'),
  'docs/testing.md > A shop with a Postgres pool (2)': ranBy(
    '__tests__/docs/testing.pool.test.ts',
    'codeOf(`${SECTION} (2)`)',
  ),
  'docs/testing.md > Jest with TypeScript': ranBy(
    '__tests__/docs/jest-with-typescript.test.ts',
    "codeOf('docs/testing.md > Jest with TypeScript')",
  ),
  'docs/testing.md > Jest with TypeScript (2)': notRun(
    'settings of another Jest, whose packages are installed by hand',
  ),
  'docs/testing.md > Jest with TypeScript (3)': notRun('output of it'),
  'docs/testing.md > `deliver(app, provider, payload)`': inARunningShop,
  'docs/testing.md > `deliver(app, provider, payload)` (2)': inARunningShop,
  'docs/testing.md > `signedRequest(provider, payload)`': inARunningShop,
  'docs/testing.md > `sample(provider, event, overrides?)`': inARunningShop,
  'docs/testing.md > `sampleAbout(about, provider, event, overrides?)`': inARunningShop,
  /** As docs/orders.md says of a deposit and the rest. */
  async 'docs/testing.md > `sampleAbout(about, provider, event, overrides?)` (2)'({ code }: Block) {
    const made = await runBlock(code, { results: ['deposit', 'rest', 'payments'] })
    const { deposit, rest, payments } = made as { deposit: object; rest: object; payments: PaymentName[] }
    const expected = { amount: '49.9', currency: 'EUR' }
    let order = openOrder({ orderId: 'ORDER-8', expected, payments, expiresAt: null })
    const save = (saved: OrderPayment) => ((order = saved), true)
    const on = orderUpdates({ find: ({ orderId }) => (orderId === 'ORDER-8' ? order : null), save })
    const provider = stripe({ secret: `whsec_${randomBytes(24).toString('base64')}` })
    const receiver = createReceiver(provider, { store: memoryStore(), on })
    await receiver.receive(testing.signedRequest(provider, deposit))
    expect(order).toMatchObject({ status: 'payment_insufficient', shortfall: '29.9' })
    await receiver.receive(testing.signedRequest(provider, rest))
    expect(order).toMatchObject({ status: 'confirmed', received: '49.9' })
    await receiver.close()
  },
  async 'docs/testing.md > `sampleAbout(about, provider, event, overrides?)` (3)'({ code }: Block) {
    const { parts } = await runBlock(code, { results: ['parts'] })
    const [first, second] = parts as readonly { readonly id: string; readonly data: { readonly object: object } }[]
    expect([first!.data.object, second!.data.object]).toMatchObject([{ amount: 500 }, { amount: 700 }])
    expect(second!.id).not.toBe(first!.id)
  },
  'docs/testing.md > `fakeClock(start?)`': inARunningShop,
  async 'docs/testing.md > `failingStore(store)`'({ code }: Block) {
    const { globals, orders } = newScene()
    let made: Store | undefined
    const failingStore = (store: Store) => (made = testing.failingStore(store))
    await runBlock(code, {
      globals: { ...globals, app: runningShop(orders, () => made!) },
      modules: { 'express-payment-webhooks/testing': { ...testing, failingStore } },
    })
  },
  'docs/testing.md > Without a server': inARunningShop,

  'docs/stores.md > A store of your own': conformance(() =>
    sqliteStore(new Database(':memory:'), { allowVolatile: true }),
  ),
}
