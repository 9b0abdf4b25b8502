import { afterAll, afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals'
import express from 'express'
import {
  cityPay,
  coinbarPay,
  memoryStore,
  paymentWebhook,
  type Handler,
  type WebhookEvent,
} from 'express-payment-webhooks'
import { orderUpdates } from 'express-payment-webhooks/orders'
import { fakeClock, sample, signedRequest } from 'express-payment-webhooks/testing'
import { handlerContext } from '../support/handler-context.js'
import { sqliteOrders } from '../support/order-tables.js'
import { coinOrder, minute, transfer as transferEvent } from '../support/order-events.js'
import { gateway, invoices, send, transfer } from '../support/order-deliveries.js'
import { orderUpdatesSuite } from '../support/order-updates-suite.js'

describe('orderUpdates on SQLite', () => orderUpdatesSuite(sqliteOrders))

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
    await on['transaction.failed'](transferEvent('failed', 'tx1', '100', { network: 'tron' }), handlerContext())
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
      save: (order, update) => table.save(order, update, { tx: undefined, account: undefined }),
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

  /** Two transfers for one order. The first is never found; the second waits behind it. */
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
      const context = {
        attempt: 1,
        idempotencyKey: `${at}`,
        account: '',
        requestId: `${at}`,
        signal: claims[at].signal,
        tx: undefined,
      }
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
