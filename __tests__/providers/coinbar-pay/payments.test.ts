/** CoinbarPay's missed payments: handled once, whether callback or list is first, through a real door. */
import { afterEach, describe, expect, test } from '@jest/globals'
import express from 'express'
import { coinbarPay, memoryStore, paymentWebhook, type PaymentWebhook } from 'express-payment-webhooks'
import { openOrder, orderUpdates } from 'express-payment-webhooks/orders'
import { coinbarPayPayments } from 'express-payment-webhooks/providers/coinbar-pay'
import { reconcile, reconcileEvery } from 'express-payment-webhooks/reconcile'
import { sample, signedRequest } from 'express-payment-webhooks/testing'
import { setTimeout as pause } from 'node:timers/promises'
import request from 'supertest'
import { sqliteOrders } from '../../support/order-tables.js'

type Fields = Readonly<Record<string, unknown>>

const payload = (more: Fields = {}) => sample('coinbar-pay', 'SUCCESS', more)
const provider = coinbarPay({ clientId: payload().service_client_id, secretKey: 'csk_5d80e2a97f3b4c16' })

/** The answer about the status: without the transaction, and with the amount as a number. */
function status(more: object = {}) {
  const { payment_detail: _, ...rest } = payload()
  return { ...rest, payment_detail: { total_price: 49.9, destination_coin: 'BTC' }, ...more }
}

const closing: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

/** A shop with one order that awaits 49.90 EUR. */
async function shop() {
  const database = sqliteOrders()
  const table = await database.open()
  closing.push(
    () => database.drop(),
    () => table.close(),
  )
  const payments = [{ provider: 'coinbar-pay', paymentId: payload().payment_id_coinbar }]
  await table.add(openOrder({ orderId: 'ORDER-1001', expected: { amount: '49.90', currency: 'EUR' }, payments }))
  const webhook = paymentWebhook(provider, {
    store: table.store,
    on: orderUpdates({
      find: ({ orderId }) => table.find(orderId),
      save: (order, update) => table.save(order, update, { tx: undefined, account: undefined }),
    }),
    onError: () => {},
  })
  closing.push(() => webhook.close())
  const app = express().use('/hook', webhook)
  const comes = async (more: Fields = {}) => {
    const { headers, body } = signedRequest(provider, payload(more))
    return (await request(app).post('/hook').set(headers).send(body)).status
  }
  const answers: { status: unknown } = { status: status() }
  const list = coinbarPayPayments({ orders: () => ['ORDER-1001'], readStatus: () => Promise.resolve(answers.status) })
  // The first run notes the time, and a window must contain at least one instant.
  await reconcile(webhook, { list, graceMs: 0 })
  const lists = async () => {
    await pause(5)
    return reconcile(webhook, { list, graceMs: 0 })
  }
  const order = () => table.find('ORDER-1001')
  return { webhook, list, comes, lists, answers, order, shipments: () => table.shipments('ORDER-1001') }
}

const KNOWN = { listed: 1, known: 1, recovered: 0, failed: 0 }
const RECOVERED = { listed: 1, known: 0, recovered: 1, failed: 0 }

describe('one payment', () => {
  test('that was called about is known, and nothing runs', async () => {
    const { comes, lists, order, shipments } = await shop()
    expect(await comes()).toBe(200)
    const before = await order()
    expect(await lists()).toEqual(KNOWN)
    expect(before!.reasons).toEqual([])
    expect([await shipments(), await order()]).toEqual([1, before])
  })

  test('that was missed is recovered, known from then on, and its late callback ships nothing', async () => {
    const { comes, lists, answers, order, shipments } = await shop()
    expect(await lists()).toEqual(RECOVERED)
    expect([(await order())!.status, await shipments()]).toEqual(['confirmed', 1])
    expect(await lists()).toEqual(KNOWN)
    // Changed since then, for an unknown reason.
    answers.status = status({ update_time: '2025-03-04T11:00:00.000Z' })
    expect(await lists()).toEqual(KNOWN)
    expect(await comes()).toBe(200)
    expect([(await order())!.status, await shipments()]).toEqual(['confirmed', 1])
    expect(await lists()).toEqual(KNOWN)
  })

  test('with two transactions of the same amount ships once, whenever it is listed', async () => {
    const second = { payment_detail: { transaction_id: '1B2C', total_price: '49.90' }, update_time: 1741083399000 }
    for (const listedAt of [0, 1, 2]) {
      const { comes, lists, order, shipments } = await shop()
      const callbacks = [() => comes(), () => comes(second)]
      for (let at = 0; at <= 2; at++) {
        if (at === listedAt) await lists()
        expect((await callbacks[at]?.()) ?? 200).toBe(200)
      }
      const { status, payments } = (await order())!
      expect({ listedAt, status, shipments: await shipments() }).toEqual({
        listedAt,
        status: 'confirmed',
        shipments: 1,
      })
      expect(payments).toHaveLength(1)
    }
  })

  test('that failed after it was listed goes back once', async () => {
    const { comes, lists, order } = await shop()
    await lists()
    expect(await comes({ status: 'FAILED', status_descr: 'Refund completed', update_time: 1741169684123 })).toBe(200)
    expect((await order())!.status).toBe('refunded')
    expect(await comes()).toBe(200)
    expect((await order())!.status).not.toBe('confirmed')
  })
})

test.each(['CREATED', 'PENDING', 'FAILED', 'CANCELED', 'REVERSED'])('%s is not listed', async (name) => {
  const { lists, answers, order } = await shop()
  answers.status = status({ status: name })
  expect(await lists()).toMatchObject({ listed: 0 })
  expect((await order())!.status).toBe('awaiting_payment')
})

test('an order that CoinbarPay does not know is passed over', async () => {
  const { lists, answers } = await shop()
  answers.status = null
  expect(await lists()).toMatchObject({ listed: 0 })
})

test.each([
  ['of another order', status({ payment_request_id_client: 'ORDER-1002' }), 'about another order'],
  ['that is no status', { error: 'none' }, 'did not answer about ORDER-1001 as CoinbarPay does'],
])('an answer %s ends the run', async (_, answer, message) => {
  const { lists, answers } = await shop()
  answers.status = answer
  await expect(lists()).rejects.toMatchObject({ code: 'LIST_UNAVAILABLE', message: expect.stringContaining(message) })
})

test('the status of another service is not taken', async () => {
  const { lists, answers, order } = await shop()
  answers.status = status({ service_client_id: 'another-service' })
  expect(await lists()).toMatchObject({ failed: 1 })
  expect((await order())!.status).toBe('awaiting_payment')
})

describe('a receiver on which a late callback would act again', () => {
  const list = coinbarPayPayments({ orders: () => [], readStatus: () => Promise.resolve(null) })
  const updates = orderUpdates({ find: () => null, save: () => true })
  const refusal = { code: 'CONFIG_OPTION_INVALID', message: expect.stringContaining('Handle it with orderUpdates()') }
  const receiver = (on: Parameters<typeof paymentWebhook<never>>[1]['on']): PaymentWebhook => {
    const webhook = paymentWebhook(provider as never, { store: memoryStore(), on })
    closing.push(() => webhook.close())
    return webhook
  }

  test.each([
    ['a handler of its own', { 'payment.confirmed': () => {} }],
    ['a handler of its own in place of that of orderUpdates', { ...updates, 'payment.confirmed': () => {} }],
    ['no handler', {}],
  ])('is refused at start with %s', async (_, on) => {
    await expect(reconcile(receiver(on as never), { list })).rejects.toMatchObject(refusal)
    expect(() => reconcileEvery(receiver(on as never), { list })).toThrow(expect.objectContaining(refusal))
  })

  test('is taken with those of orderUpdates, and others beside it', async () => {
    const on = { ...updates, 'payment.failed': () => {} }
    expect(await reconcile(receiver(on as never), { list })).toMatchObject({ listed: 0 })
  })
})

test('is not made known by adopt, since a callback that comes late would still ship', async () => {
  const { webhook, list } = await shop()
  await expect(reconcile(webhook, { list, adopt: true })).rejects.toMatchObject({
    code: 'CONFIG_OPTION_INVALID',
    message: expect.stringContaining('Record the payments instead, with importPayment()'),
  })
})

test('its options are checked', () => {
  const options = { orders: () => [], readStatus: () => Promise.resolve(null) }
  for (const wrong of [
    { ...options, orders: [] },
    { ...options, readStatus: undefined },
    { ...options, apiKey: 'x' },
  ]) {
    expect(() => coinbarPayPayments(wrong as never)).toThrow(/coinbarPayPayments: /)
  }
})
