import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals'
import express, { type Express } from 'express'
import {
  cityPay,
  coinbarPay,
  coinsPh,
  cryptoGateway,
  memoryStore,
  paymentWebhook,
  type Handler,
  type WebhookEvent,
} from 'express-payment-webhooks'
import { orderUpdates, type OrderPayment, type OrderUpdates } from 'express-payment-webhooks/orders'
import { fakeClock, sample, signedRequest } from 'express-payment-webhooks/testing'
import request from 'supertest'
import { postgresOrders, sqliteOrders, type OrderDatabase, type OrderTable } from '../support/order-tables.js'
import { coinOrder, invoiceOrder, minute, transfer as transferEvent, transfersOf } from '../support/order-events.js'
import { DATABASE_URL, describeWith } from '../support/services.js'
import { withSeed, type Random } from '../support/with-seed.js'

const gateway = cryptoGateway({ secret: 'whsec_3f7a91c05be2d846' })
const invoices = coinsPh({ token: 'mtk_test_4f1d9a7c2b6e8035' })

/** One process of the shop. */
interface Shop<Tx> {
  readonly app: Express
  readonly table: OrderTable<Tx>
  readonly updates: OrderUpdates<Tx>
  close(): Promise<void>
}

async function openShop<Tx>(database: OrderDatabase<Tx>): Promise<Shop<Tx>> {
  const table = await database.open()
  const updates = orderUpdates<Tx>({
    find: ({ orderId }, context) => table.find(orderId, context),
    save: (order, update, context) => table.save(order, update, context),
  })
  const options = { store: table.store, on: updates, onError: () => {} }
  const webhooks = [paymentWebhook(gateway, options), paymentWebhook(invoices, options)] as const
  const app = express()
  app.use('/webhooks/gateway', webhooks[0])
  app.use('/webhooks/coins-ph', webhooks[1])
  const close = async () => {
    await Promise.all(webhooks.map((webhook) => webhook.close()))
    await table.close()
  }
  return { app, table, updates, close }
}

type TransferState = 'detected' | 'confirmed' | 'failed'

function transfer(
  orderId: string,
  id: string,
  amount: string,
  state: TransferState = 'confirmed',
  fields: Record<string, string> = {},
) {
  return signedRequest(
    gateway,
    sample('crypto-gateway', `transaction.${state}`, {
      data: { id, hash: `0x${id}`, amount, address_id: 'addr_1', metadata: { order_id: orderId }, ...fields },
    }),
  )
}

interface Told {
  readonly part: number
  readonly state: TransferState
  readonly amount: string
  readonly fields: Record<string, string>
}

/** What the gateway tells of one order of 100 USDT: parts that come, fail, come late, or come on another chain. */
function history(random: Random): Told[] {
  return Array.from({ length: 1 + random.below(4) }, (_, part): Told[] => {
    const amount = random.pick(['25', '40', '50', '60.5', '100'])
    const [created_at, ended] = random.pick([
      [minute(10), minute(20)],
      [minute(30), minute(31)],
      [minute(70), minute(80)],
    ] as const)
    const state = random.pick(['confirmed', 'confirmed', 'confirmed', 'failed'] as const)
    const network = random.pick(['ethereum', 'ethereum', 'ethereum', 'ethereum', 'tron'])
    const detected: Told = { part, state: 'detected', amount, fields: { created_at, network } }
    return [detected, { part, state, amount, fields: { created_at, network, [`${state}_at`]: ended } }]
  }).flat()
}

/** What may depend on the order of arrival is left out: when it was first confirmed, and how many changes it took. */
function comparable(order: OrderPayment | null, name: string): unknown {
  expect(order).not.toBeNull()
  const { authorizedAt: _reserved, confirmedAt: _at, version: _version, ...facts } = order!
  return JSON.parse(JSON.stringify(facts).replaceAll(name, 'order'))
}

async function send(app: Express, path: string, { headers, body }: ReturnType<typeof signedRequest>): Promise<number> {
  const { status } = await request(app).post(path).set(headers).send(body.toString())
  return status
}

/** Sends as a provider does: again, until it is acknowledged. */
async function deliver(app: Express, signed: ReturnType<typeof signedRequest>): Promise<void> {
  for (let attempt = 0; attempt < 20; attempt++) {
    if ((await send(app, '/webhooks/gateway', signed)) === 200) return
  }
  throw new Error('never acknowledged')
}

function suite<Tx>(create: () => OrderDatabase<Tx>): void {
  const shops: Shop<Tx>[] = []
  let database: OrderDatabase<Tx>

  beforeAll(async () => {
    database = create()
    // One after the other: the first creates what both use.
    for (let process = 0; process < 2; process++) shops.push(await openShop(database))
  })

  afterAll(async () => {
    for (const shop of shops) await shop.close()
    await database.drop()
  })

  test('a transfer reaches the order', async () => {
    const { app, table } = shops[0]!
    await table.add(coinOrder({ orderId: 'one' }))
    expect(await send(app, '/webhooks/gateway', transfer('one', 'tx-one', '100', 'detected'))).toBe(200)
    expect(await table.find('one')).toMatchObject({ status: 'payment_detected' })
    expect(await send(app, '/webhooks/gateway', transfer('one', 'tx-one', '100'))).toBe(200)
    expect(await table.find('one')).toMatchObject({ status: 'confirmed', received: '100', version: 2 })
    expect(await table.shipments('one')).toBe(1)
  })

  test('B02: a callback that is faster than the order is put off, and settles it when it is there', async () => {
    const { app, table } = shops[0]!
    const signed = transfer('early', 'tx-early', '100')
    expect(await send(app, '/webhooks/gateway', signed)).toBe(503)
    await table.add(coinOrder({ orderId: 'early' }))
    expect(await send(app, '/webhooks/gateway', signed)).toBe(200)
    expect(await table.find('early')).toMatchObject({ status: 'confirmed' })
  })

  test('B01: an order that never comes has its delivery kept, and replayed once it is there', async () => {
    const { app, table } = shops[0]!
    const signed = transfer('unknown', 'tx-unknown', '100')
    const statuses: number[] = []
    for (let attempt = 0; attempt < 5; attempt++) statuses.push(await send(app, '/webhooks/gateway', signed))
    expect(statuses).toEqual([503, 503, 503, 503, 200])
    const [kept] = await table.store.listEvents({ state: 'quarantined' })
    expect(kept).toMatchObject({
      code: 'RETRIES_EXHAUSTED',
      lastError: expect.stringContaining('order not stored yet'),
    })
    await table.add(coinOrder({ orderId: 'unknown' }))
    await table.store.replay(kept!.key)
    await until(async () => (await table.find('unknown'))?.status === 'confirmed')
    expect(await table.shipments('unknown')).toBe(1)
  }, 20_000)

  test("B09: another merchant's genuine invoice, with this shop's order number on it, pays nothing", async () => {
    const { app, table } = shops[0]!
    await table.add(invoiceOrder({ orderId: 'shared', expiresAt: null }))
    const theirs = sample('coins-ph', 'payment.confirmed', {
      event: { data: { id: 'another-merchants-invoice', external_transaction_id: 'shared' } },
    })
    expect(await send(app, '/webhooks/coins-ph', signedRequest(invoices, theirs))).toBe(200)
    expect(await table.find('shared')).toMatchObject({
      status: 'needs_review',
      received: '0',
      reasons: ['payment_unknown'],
    })
    expect(await table.shipments('shared')).toBe(0)
  })

  test('concurrent part payments of one order, over two processes, add up, and ship once', async () => {
    const { table } = shops[0]!
    await table.add(coinOrder({ orderId: 'many' }))
    const deliveries = Array.from({ length: 40 }, (_, number) => transfer('many', `tx-many-${number}`, '2.5'))
    await Promise.all([...deliveries, ...deliveries].map((signed, number) => deliver(shops[number % 2]!.app, signed)))
    const order = await table.find('many')
    expect(order).toMatchObject({ status: 'confirmed', received: '100', version: 40 })
    expect(transfersOf(order!)).toHaveLength(40)
    expect(await table.shipments('many')).toBe(1)
  }, 60_000)

  test(
    'F23 an hour of backlog, shuffled and tripled over two processes, leaves every order as it is when told in order',
    withSeed(async (random) => {
      const { app, table } = shops[0]!
      const histories = Array.from({ length: 25 }, () => history(random))
      const orders = histories.map((told, number) => ({
        told,
        straight: `straight-${number}-`,
        shuffled: `shuffled-${number}-`,
      }))
      const request = (name: string, { part, amount, state, fields }: Told) =>
        transfer(name, `${name}${part}`, amount, state, fields)
      for (const { told, straight, shuffled } of orders) {
        for (const orderId of [straight, shuffled]) await table.add(coinOrder({ orderId }))
        for (const one of told) await deliver(app, request(straight, one))
      }
      const backlog = orders.flatMap(({ told, shuffled }) => told.map((one) => request(shuffled, one)))
      const queue = random.shuffle([...backlog, ...backlog, ...backlog])
      const next = async (): Promise<void> => {
        for (let one = queue.pop(); one !== undefined; one = queue.pop()) await deliver(random.pick(shops).app, one)
      }
      await Promise.all(Array.from({ length: 12 }, next))
      const statuses = new Set<string>()
      for (const { straight, shuffled } of orders) {
        const inOrder = await table.find(straight)
        statuses.add(inOrder!.status)
        expect(comparable(await table.find(shuffled), shuffled)).toEqual(comparable(inOrder, straight))
        const shipped = [await table.shipments(straight), await table.shipments(shuffled)]
        if (inOrder!.status === 'confirmed') expect(shipped).toEqual([1, 1])
        expect(Math.max(...shipped)).toBeLessThanOrEqual(1)
      }
      expect(statuses.size).toBeGreaterThan(1)
    }),
    60_000,
  )

  test('one handler map serves a provider that never sends some of its types', async () => {
    const { app, table } = shops[0]!
    const payments = [{ provider: 'coins-ph', paymentId: '6b1f0c4e9a7d4d2c8e35a0f9b7c61d24' }]
    await table.add(invoiceOrder({ payments, expiresAt: null }))
    expect(
      await send(app, '/webhooks/coins-ph', signedRequest(invoices, sample('coins-ph', 'payment.confirmed'))),
    ).toBe(200)
    expect(await table.find('ORDER-1001')).toMatchObject({ status: 'confirmed', received: '1500' })
  })
}

describe('orderUpdates on SQLite', () => suite(sqliteOrders))
describeWith(DATABASE_URL, 'orderUpdates on Postgres, in the transaction of the claim', () => suite(postgresOrders))

describe('orderUpdates', () => {
  const nothing = { find: () => null, save: () => true }

  test.each([
    ['coinsPh', invoices],
    ['cryptoGateway', gateway],
    ['coinbarPay', coinbarPay({ clientId: '7b0c2f3e', secretKey: 'csk_5d80e2a97f3b4c16' })],
    ['cityPay', cityPay({ orderToken: () => null })],
  ] as const)('fits `on` of %s', (_, provider) => {
    expect(() =>
      paymentWebhook(provider as typeof invoices, { store: memoryStore(), on: orderUpdates(nothing) }),
    ).not.toThrow()
  })

  test('a misspelt type beside it is still found', () => {
    const on = { ...orderUpdates(nothing), 'payment.confirmd': () => {} }
    expect(() => paymentWebhook(invoices, { store: memoryStore(), on })).toThrow(
      expect.objectContaining({ code: 'CONFIG_EVENT_UNKNOWN' }),
    )
  })

  test("a handler of the shop's own takes the place of one of its handlers", async () => {
    const mine = jest.fn<Handler<WebhookEvent>>()
    const on = { ...orderUpdates(nothing), 'payment.confirmed': mine }
    const app = express().use('/', paymentWebhook(invoices, { store: memoryStore(), on }))
    expect(await send(app, '/', signedRequest(invoices, sample('coins-ph', 'payment.confirmed')))).toBe(200)
    expect(mine).toHaveBeenCalledTimes(1)
  })

  test('a save that fails is delivered again, and so is one that loses every race', async () => {
    let outcome: () => boolean = () => {
      throw new Error('disk full')
    }
    const on = orderUpdates({ find: () => coinOrder({ orderId: 'ORDER-1001' }), save: () => outcome() })
    const app = express().use('/', paymentWebhook(gateway, { store: memoryStore(), on, onError: () => {} }))
    const signed = transfer('ORDER-1001', 'tx1', '100')
    expect(await send(app, '/', signed)).toBe(500)
    outcome = () => false
    expect(await send(app, '/', signed)).toBe(503)
    outcome = () => true
    expect(await send(app, '/', signed)).toBe(200)
  })

  test('an event that changes nothing is not saved', async () => {
    const save = jest.fn(() => true)
    const on = orderUpdates({ find: () => coinOrder(), save })
    await on['transaction.failed'](transferEvent('failed', 'tx1', '100', { network: 'tron' }), {
      attempt: 1,
      idempotencyKey: 'k',
      signal: AbortSignal.timeout(1000),
      tx: undefined,
    })
    expect(save).not.toHaveBeenCalled()
  })

  test.each([
    [{ find: () => null }, 'CONFIG_OPTION_INVALID'],
    [{ ...nothing, overdew: () => [] }, 'CONFIG_OPTION_UNKNOWN'],
    [{ ...nothing, policy: { tolerance: 'much' } }, 'CONFIG_OPTION_INVALID'],
  ])('%p cannot work', (options, code) => {
    expect(() => orderUpdates(options as Parameters<typeof orderUpdates>[0])).toThrow(expect.objectContaining({ code }))
  })
})

describe('F12, D10: an event that comes back when the store has forgotten it', () => {
  const WEEK = 7 * 24 * 60 * 60 * 1000
  const database = sqliteOrders()
  afterAll(() => database.drop())

  test.each([
    { what: 'paid', amount: '100', state: { status: 'confirmed', received: '100' }, shipments: 1 },
    { what: 'paid in part', amount: '50', state: { status: 'payment_insufficient', received: '50' }, shipments: 0 },
  ])('is handled again and has no second effect: $what', async ({ what, amount, state, shipments }) => {
    const table = await database.open()
    const clock = fakeClock()
    const outcomes: string[] = []
    const updates = orderUpdates({
      find: ({ orderId }) => table.find(orderId),
      save: (order, update) => table.save(order, update, { tx: undefined }),
    })
    const app = express().use(
      '/',
      paymentWebhook(gateway, {
        store: memoryStore({ now: clock.now }),
        retainMs: WEEK,
        on: updates,
        onOutcome: ({ outcome }) => void outcomes.push(outcome),
      }),
    )
    await table.add(coinOrder({ orderId: what }))
    const signed = transfer(what, 'tx1', amount)
    expect(await send(app, '/', signed)).toBe(200)
    const stored = await table.find(what)
    expect(stored).toMatchObject({ ...state, version: 1 })
    expect(await send(app, '/', signed)).toBe(200)
    clock.advance(WEEK)
    expect(await send(app, '/', signed)).toBe(200)
    expect(outcomes).toEqual(['handled', 'duplicate', 'handled'])
    expect(await table.find(what)).toEqual(stored)
    expect(await table.shipments(what)).toBe(shipments)
    await table.close()
  })
})

describe('a find that never answers', () => {
  beforeEach(() => void jest.useFakeTimers())
  afterEach(() => void jest.useRealTimers())

  /** Two transfers for one order, the first of which is never found; the second waits behind it. */
  async function secondBehindHanging() {
    let finds = 0
    let order = coinOrder({ orderId: 'one' })
    const saved: string[] = []
    const on = orderUpdates({
      find: () => (++finds === 1 ? new Promise<never>(() => {}) : order),
      save(next) {
        order = next
        return Boolean(saved.push(next.received))
      },
    })
    const claims = [new AbortController(), new AbortController(), new AbortController()] as const
    const handle = (at: 0 | 1 | 2) => {
      const event = transferEvent('confirmed', `tx-${at}`, '10', { orderId: 'one' })
      const context = { attempt: 1, idempotencyKey: `${at}`, signal: claims[at].signal, tx: undefined }
      return on['transaction.confirmed'](event, context)
    }
    void handle(0)
    const second = handle(1)
    const third = handle(2)
    await jest.advanceTimersByTimeAsync(1900)
    expect(saved).toEqual([])
    return { claims, saved, rest: Promise.all([second, third]) }
  }

  test('keeps the next event of its order waiting for two seconds, and the ones behind that no longer', async () => {
    const { saved, rest } = await secondBehindHanging()
    await jest.advanceTimersByTimeAsync(100)
    await rest
    expect(saved).toEqual(['10', '20'])
  })

  test('lets the next event have its turn as soon as its own claim is lost', async () => {
    const { claims, saved, rest } = await secondBehindHanging()
    claims[0].abort()
    await rest
    expect(saved).toEqual(['10', '20'])
  })
})

describe('expireOverdue', () => {
  const now = new Date(minute(61))

  test('expires what is open and overdue, through find and save, and says how many', async () => {
    const overdue = coinOrder({ orderId: 'overdue' })
    const states = new Map(
      [overdue, coinOrder({ orderId: 'ahead', expiresAt: minute(90) })].map((one) => [one.orderId, one]),
    )
    const updates = orderUpdates({
      find: ({ orderId }) => states.get(orderId ?? ''),
      save: (order) => Boolean(states.set(order.orderId, order)),
      overdue: () => [...states.values()],
    })
    expect(await updates.expireOverdue({ now })).toBe(1)
    expect([...states.values()].map(({ status }) => status)).toEqual(['expired', 'awaiting_payment'])
    expect(await updates.expireOverdue({ now })).toBe(0)
  })

  test('an order that was paid in the meantime stays paid', async () => {
    const paid = { ...coinOrder(), status: 'confirmed' as const }
    const save = jest.fn(() => true)
    const updates = orderUpdates({ find: () => paid, save, overdue: () => [paid] })
    expect(await updates.expireOverdue({ now })).toBe(0)
    expect(save).not.toHaveBeenCalled()
  })

  test('one order that cannot be saved does not keep the others from expiring', async () => {
    const saved: string[] = []
    const updates = orderUpdates({
      find: ({ orderId }) => coinOrder({ orderId: orderId! }),
      save({ orderId }) {
        if (orderId === 'broken') throw new Error('disk full')
        return Boolean(saved.push(orderId))
      },
      overdue: () => ['broken', 'fine'].map((orderId) => coinOrder({ orderId })),
    })
    await expect(updates.expireOverdue({ now })).rejects.toThrow('1 overdue orders could not be settled')
    expect(saved).toEqual(['fine'])
  })

  test('it needs to be told which orders are overdue', async () => {
    const updates = orderUpdates({ find: () => null, save: () => true })
    await expect(updates.expireOverdue()).rejects.toMatchObject({ code: 'CONFIG_OPTION_INVALID' })
  })
})

async function until(condition: () => Promise<boolean>): Promise<void> {
  for (let attempt = 0; attempt < 100; attempt++) {
    if (await condition()) return
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw new Error('it did not come to be')
}
