/** What `orderUpdates` does for two processes of a shop that keep their orders in one database, whichever that is. */
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import express, { type Express } from 'express'
import { paymentWebhook } from 'express-payment-webhooks'
import { orderUpdates, type OrderPayment, type OrderUpdates } from 'express-payment-webhooks/orders'
import { sample, signedRequest } from 'express-payment-webhooks/testing'
import { deliver, gateway, history, invoices, send, transfer, type Told } from './order-deliveries.js'
import { coinOrder, invoiceOrder, transfersOf } from './order-events.js'
import type { OrderDatabase, OrderTable } from './order-tables.js'
import { withSeed } from './with-seed.js'

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

/** What may depend on the order of arrival is left out: when it was first confirmed, and how many changes it took. */
function comparable(order: OrderPayment | null, name: string): unknown {
  expect(order).not.toBeNull()
  const { authorizedAt: _reserved, confirmedAt: _at, version: _version, ...facts } = order!
  return JSON.parse(JSON.stringify(facts).replaceAll(name, 'order'))
}

/** Registers the tests, against a database of their own. */
export function orderUpdatesSuite<Tx>(create: () => OrderDatabase<Tx>): void {
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
    const [kept] = await table.store.listEvents({ state: 'failed' })
    expect(kept).toMatchObject({
      keptAs: 'delivery',
      lastError: expect.stringContaining('find() returned no order'),
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

async function until(condition: () => Promise<boolean>): Promise<void> {
  for (let attempt = 0; attempt < 100; attempt++) {
    if (await condition()) return
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw new Error('it did not come to be')
}
