/** The clock of the testing kit, in every function that takes one. */
import { describe, expect, test } from '@jest/globals'
import express from 'express'
import { coinsPh, cryptoGateway, memoryStore, paymentWebhook } from 'express-payment-webhooks'
import { openOrder, orderUpdates, type OrderPayment } from 'express-payment-webhooks/orders'
import { deliver, failingStore, fakeClock, sample } from 'express-payment-webhooks/testing'
import request from 'supertest'
import { signedRequest } from '../../src/testing/signed-request.js'
import { PATH, SECRET, smallShop, statuses } from '../support/small-shop.js'

const DAY_MS = 24 * 60 * 60_000
const coins = coinsPh({ token: SECRET })
const paid = sample('coins-ph', 'payment.confirmed')

describe('fakeClock', () => {
  test('stands still until it is moved', () => {
    const clock = fakeClock()
    expect(clock.date().toISOString()).toBe('2025-03-04T10:15:00.000Z')
    clock.advance(60_000)
    expect(clock.now()).toBe(Date.parse('2025-03-04T10:16:00Z'))
    clock.advance(-DAY_MS)
    expect(clock.date()).toEqual(new Date('2025-03-03T10:16:00Z'))
  })

  test('starts where it is told to', () => {
    expect(fakeClock('2026-01-01T00:00:00Z').now()).toBe(Date.UTC(2026))
    expect(() => fakeClock('soon')).toThrow('fakeClock: "soon" is not a time')
  })

  test.each([
    [300_000, 200],
    [301_000, 401],
  ])('lets a timestamped delivery arrive %d ms late: %d', async (late, status) => {
    const clock = fakeClock()
    const gateway = cryptoGateway({ secret: SECRET, mode: 'timestamped', now: clock.now })
    const { app } = smallShop(gateway)
    const { headers, body } = signedRequest(gateway, sample('crypto-gateway', 'transaction.confirmed'))
    clock.advance(late)
    await request(app).post(PATH).set(headers).send(body).expect(status)
  })

  test('lets a store forget', async () => {
    const clock = fakeClock()
    const { app, events } = smallShop(coins, { store: memoryStore({ now: clock.now }) })
    const delivery = deliver(app, coins, paid).to(PATH)
    await delivery.twice()
    expect(events).toHaveLength(1)
    clock.advance(30 * DAY_MS)
    await delivery
    expect(events).toHaveLength(2)
  })

  test('lets the lease pass of a claim that nobody gave back', async () => {
    const clock = fakeClock()
    const store = failingStore(memoryStore({ now: clock.now }))
    let failures = 1
    const { app, events } = smallShop(coins, {
      store,
      handle() {
        if (failures-- > 0) throw new Error('and the process cannot say so any more')
      },
    })
    store.failNext('release')
    const delivery = deliver(app, coins, paid).to(PATH)
    expect(await delivery).toMatchObject({ status: 500 })
    clock.advance(60_000)
    expect(statuses(await delivery.twice())).toEqual([200, 200])
    expect(events).toHaveLength(2)
  })

  test('lets the deadline of an order pass', async () => {
    const clock = fakeClock()
    let order: OrderPayment = openOrder({
      orderId: 'ORDER-1001',
      expected: { amount: '1500', currency: 'PHP' },
      expiresAt: new Date(clock.now() + 15 * 60_000),
    })
    const updates = orderUpdates({
      find: () => order,
      save(next) {
        order = next
        return true
      },
      overdue: () => [order],
    })
    const app = express().use(PATH, paymentWebhook(coins, { store: memoryStore(), on: updates }))
    expect(await updates.expireOverdue({ now: clock.date() })).toBe(0)
    clock.advance(15 * 60_000)
    expect(await updates.expireOverdue({ now: clock.date() })).toBe(1)
    expect(order.status).toBe('expired')
    expect(await deliver(app, coins, paid).to(PATH)).toMatchObject({ status: 200 })
    expect(order.status).toBe('needs_review')
  })
})
