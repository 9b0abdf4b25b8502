import { beforeEach, describe, expect, test } from '@jest/globals'
import { cryptoGateway } from 'express-payment-webhooks'
import { sample, signedRequest } from 'express-payment-webhooks/testing'
import request from 'supertest'
import { openShop, secret } from './shop.js'

const PATH = '/webhooks/gateway'
const ADDRESS = 'addr_4d8e21f06b9a'

/** A transfer of 100.50 USDT to the order's address. The gateway does not promise to repeat our metadata. */
const transfer = (event: 'transaction.detected' | 'transaction.confirmed' | 'transaction.failed', data: object = {}) =>
  sample('crypto-gateway', event, { data: { metadata: undefined, ...data } })

describe('an order paid over the crypto gateway', () => {
  let shop: ReturnType<typeof openShop>
  beforeEach(() => void (shop = openShop({ paymentId: ADDRESS })))

  test('is paid by a confirmed transfer to its address', async () => {
    const id = await shop.place('tea-chest')
    await shop.deliver(PATH, shop.providers.cryptoGateway, transfer('transaction.confirmed')).expect(200)
    expect(await shop.order(id)).toMatchObject({ status: 'paid', received: '100.5', review: null })
  })

  test('is paid once by a transfer that is delivered twice', async () => {
    const id = await shop.place('tea-chest')
    await shop.deliver(PATH, shop.providers.cryptoGateway, transfer('transaction.confirmed')).expect(200)
    await shop.deliver(PATH, shop.providers.cryptoGateway, transfer('transaction.confirmed')).expect(200)
    expect(await shop.order(id)).toMatchObject({ status: 'paid', received: '100.5', review: null })
  })

  test('is detected, not paid, before the transfer is confirmed', async () => {
    const id = await shop.place('tea-chest')
    await shop.deliver(PATH, shop.providers.cryptoGateway, transfer('transaction.detected')).expect(200)
    expect(await shop.order(id)).toMatchObject({ status: 'payment_detected', received: '0' })
  })

  test('is part-paid by one small transfer, and paid by the second that completes it', async () => {
    const id = await shop.place('tea-chest')
    await shop
      .deliver(PATH, shop.providers.cryptoGateway, transfer('transaction.confirmed', { id: 'tx_a', amount: '60.25' }))
      .expect(200)
    expect(await shop.order(id)).toMatchObject({ status: 'part_paid', received: '60.25' })
    await shop
      .deliver(PATH, shop.providers.cryptoGateway, transfer('transaction.confirmed', { id: 'tx_b', amount: '40.25' }))
      .expect(200)
    expect(await shop.order(id)).toMatchObject({ status: 'paid', received: '100.5', review: null })
  })

  test('is paid, and looked at, when more than its price arrives', async () => {
    const id = await shop.place('tea-chest')
    await shop
      .deliver(PATH, shop.providers.cryptoGateway, transfer('transaction.confirmed', { amount: '120' }))
      .expect(200)
    expect(await shop.order(id)).toMatchObject({ status: 'paid', review: 'overpaid: 120 USDT' })
  })

  test('stays open when a transfer fails, and is looked at when that transfer had been confirmed', async () => {
    const id = await shop.place('tea-chest')
    await shop.deliver(PATH, shop.providers.cryptoGateway, transfer('transaction.failed', { id: 'tx_a' })).expect(200)
    expect(await shop.order(id)).toMatchObject({ status: 'awaiting_payment', review: null })
    await shop
      .deliver(PATH, shop.providers.cryptoGateway, transfer('transaction.confirmed', { id: 'tx_b' }))
      .expect(200)
    await shop.deliver(PATH, shop.providers.cryptoGateway, transfer('transaction.failed', { id: 'tx_b' })).expect(200)
    expect(await shop.order(id)).toMatchObject({
      status: 'paid',
      review: expect.stringContaining('after it was confirmed'),
    })
  })

  test('is not paid by a forged callback, nor by an altered one', async () => {
    const id = await shop.place('tea-chest')
    await shop.deliver(PATH, cryptoGateway({ secret: secret() }), transfer('transaction.confirmed')).expect(401)
    const { headers, body } = signedRequest(shop.providers.cryptoGateway, transfer('transaction.detected'))
    await request(shop.app).post(PATH).set(headers).send(body.replace('detected', 'confirmed')).expect(401)
    expect(await shop.order(id)).toMatchObject({ status: 'awaiting_payment', received: '0' })
  })

  test('is paid by a later delivery when the first came before the order was stored', async () => {
    await shop
      .deliver(PATH, shop.providers.cryptoGateway, transfer('transaction.confirmed'))
      .expect(503)
      .expect('retry-after', '5')
    const id = await shop.place('tea-chest')
    await shop.deliver(PATH, shop.providers.cryptoGateway, transfer('transaction.confirmed')).expect(200)
    expect(await shop.order(id)).toMatchObject({ status: 'paid', received: '100.5' })
  })
})
