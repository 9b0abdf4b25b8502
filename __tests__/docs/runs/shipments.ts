/** The statements of docs/orders.md and docs/migrate.md about orders to ship: orders to pack, and orders on hold. */
import { expect } from '@jest/globals'
import { decide, importPayment, markPaid, openOrder, type OrderPayment } from 'express-payment-webhooks/orders'
import { ordersInMemory } from './orders-in-memory.js'
import { codeOf, ranBy, type Runs } from './run.js'

const POSTGRES = '__tests__/docs/migrate.postgres.test.ts'
const by = { by: 'maria', note: 'a test' }

/** The statements for orders to pack, to ship, and to decide, in this order. */
export function shipmentStatements(): [string, string, string] {
  return codeOf('docs/orders.md > What may be shipped').split(';').slice(0, 3) as [string, string, string]
}

const opened = (orderId: string) =>
  openOrder({
    orderId,
    expected: { amount: '50', currency: 'EUR' },
    payments: [{ provider: 'stripe', paymentId: null }],
  })
const paid = (order: OrderPayment, back?: string) =>
  importPayment(order, {
    provider: 'stripe',
    paymentIds: [`pi_${order.orderId}`],
    ...(back === undefined ? {} : { refunds: [{ id: `re_${order.orderId}`, amount: back }] }),
    ...by,
  }).order

export const SHIPMENT_RUNS: Runs = {
  async 'docs/orders.md > What may be shipped'() {
    const { orders, db } = await ordersInMemory(codeOf('docs/orders.md > Orders in SQLite'))
    const after = {
      'ORDER-1001': paid,
      REFUNDED: (order: OrderPayment) => paid(paid(order), '50'),
      PARTLY: (order: OrderPayment) => paid(paid(order), '20'),
      CANCELED: (order: OrderPayment) => decide(paid(order), 'rejected', by).order,
      ACCEPTED: (order: OrderPayment) => decide(order, 'accepted', by).order,
    }
    for (const [orderId, act] of Object.entries(after)) {
      const order = opened(orderId)
      await orders.open(order)
      expect(await orders.saveIfVersion(act(order), order.version, { ship: true })).toBe(true)
    }
    const [toPack, ship, toDecide] = shipmentStatements()
    const namesOf = (query: string) =>
      db
        .prepare(query)
        .all()
        .map((row) => (row as { order_id: string }).order_id)
    expect(namesOf(toPack).sort()).toEqual(['ACCEPTED', 'ORDER-1001'])
    for (const changes of [1, 0]) expect(db.prepare(ship).run()).toMatchObject({ changes })
    for (const held of ['REFUNDED', 'PARTLY', 'CANCELED']) {
      expect(db.prepare(ship.replace('ORDER-1001', held)).run()).toMatchObject({ changes: 0 })
    }
    expect(namesOf(toPack)).toEqual(['ACCEPTED'])
    expect(Object.fromEntries(db.prepare(toDecide).raw().all() as [string, string][])).toEqual({
      REFUNDED: 'refunded',
      PARTLY: 'partially_refunded',
      CANCELED: 'canceled',
    })
    // A row without the payment, as a button of the old shop would leave it.
    const cash = opened('CASH')
    await orders.open(cash)
    db.exec("INSERT INTO shipments (order_id) VALUES ('CASH')")
    expect(namesOf(toPack)).toEqual(['ACCEPTED'])
    expect(db.prepare(toDecide).raw().all()).toContainEqual(['CASH', 'awaiting_payment'])
    const { order, update } = markPaid(cash, by)
    expect(await orders.saveIfVersion(order, cash.version, { ship: update.firstConfirmed })).toBe(true)
    expect(namesOf(toPack).sort()).toEqual(['ACCEPTED', 'CASH'])
  },
  'docs/migrate.md > If packers ship later': ranBy(POSTGRES, "codeOf('docs/migrate.md > If packers ship later')"),
  'docs/migrate.md > Pack in the meantime': ranBy(POSTGRES, "codeOf('docs/migrate.md > Pack in the meantime')"),
  'docs/migrate.md > Orders that were paid before (2)': ranBy(
    POSTGRES,
    "codeOf('docs/migrate.md > Orders that were paid before (2)')",
  ),
}
