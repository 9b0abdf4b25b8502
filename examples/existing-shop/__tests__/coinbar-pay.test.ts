import { beforeEach, describe, expect, test } from '@jest/globals'
import { coinbarPay } from 'express-payment-webhooks'
import { sample } from 'express-payment-webhooks/testing'
import { openShop, secret } from './shop.js'

const PATH = '/webhooks/coinbar'

/** A payment of 49.90 EUR. */
const payment = (
  status: 'SUCCESS' | 'FAILED (timeout)' | 'FAILED (refund)' | 'CANCELED',
  orderId: string,
  fields: object = {},
) => sample('coinbar-pay', status, { payment_request_id_client: orderId, ...fields })

const FIRST_TRY = { payment_id_coinbar: 'the first try' }

describe('an order paid over CoinbarPay', () => {
  let shop: ReturnType<typeof openShop>
  beforeEach(() => void (shop = openShop()))

  test('is paid by a successful payment', async () => {
    const id = await shop.place('teapot')
    await shop.deliver(PATH, shop.providers.coinbarPay, payment('SUCCESS', id)).expect(200, { code: 'OK' })
    expect(await shop.order(id)).toMatchObject({ status: 'paid', received: '49.9', review: null })
  })

  test('is paid once by a payment that is delivered twice', async () => {
    const id = await shop.place('teapot')
    await shop.deliver(PATH, shop.providers.coinbarPay, payment('SUCCESS', id)).expect(200)
    await shop.deliver(PATH, shop.providers.coinbarPay, payment('SUCCESS', id)).expect(200)
    expect(await shop.order(id)).toMatchObject({ status: 'paid', received: '49.9', review: null })
  })

  test('is not paid by a success over less than its price', async () => {
    const id = await shop.place('teapot')
    await shop
      .deliver(PATH, shop.providers.coinbarPay, payment('SUCCESS', id, { payment_detail: { total_price: '49.89' } }))
      .expect(200)
    expect(await shop.order(id)).toMatchObject({ status: 'part_paid', review: 'confirmed with 49.89 only' })
  })

  test('is paid by a second try, and the end of the first changes nothing', async () => {
    const id = await shop.place('teapot')
    await shop.deliver(PATH, shop.providers.coinbarPay, payment('SUCCESS', id)).expect(200)
    await shop.deliver(PATH, shop.providers.coinbarPay, payment('FAILED (timeout)', id, FIRST_TRY)).expect(200)
    expect(await shop.order(id)).toMatchObject({ status: 'paid', review: null })
  })

  test('is paid by a second try after the first was sent back', async () => {
    const id = await shop.place('teapot')
    await shop.deliver(PATH, shop.providers.coinbarPay, payment('FAILED (refund)', id, FIRST_TRY)).expect(200)
    expect(await shop.order(id)).toMatchObject({ status: 'payment_failed' })
    await shop.deliver(PATH, shop.providers.coinbarPay, payment('SUCCESS', id)).expect(200)
    expect(await shop.order(id)).toMatchObject({ status: 'paid', received: '49.9' })
  })

  test('stays paid, and is looked at, when its own payment is canceled afterwards', async () => {
    const id = await shop.place('teapot')
    await shop.deliver(PATH, shop.providers.coinbarPay, payment('SUCCESS', id)).expect(200)
    await shop.deliver(PATH, shop.providers.coinbarPay, payment('CANCELED', id)).expect(200)
    expect(await shop.order(id)).toMatchObject({
      status: 'paid',
      review: expect.stringContaining('payment.canceled after it was paid'),
    })
  })

  test('is refunded when its own payment is, and a late success does not pay it again', async () => {
    const id = await shop.place('teapot')
    await shop.deliver(PATH, shop.providers.coinbarPay, payment('SUCCESS', id)).expect(200)
    await shop.deliver(PATH, shop.providers.coinbarPay, payment('FAILED (refund)', id)).expect(200)
    await shop
      .deliver(PATH, shop.providers.coinbarPay, payment('SUCCESS', id, { update_time: 1741083324999 }))
      .expect(200)
    expect(await shop.order(id)).toMatchObject({ status: 'refunded', review: expect.stringContaining('was refunded') })
  })

  test('is not paid by a forged callback', async () => {
    const id = await shop.place('teapot')
    const forger = coinbarPay({ clientId: '7b0c2f3e-5a41-4d8e-9c67-1f2a3b4c5d6e', secretKey: secret() })
    await shop.deliver(PATH, forger, payment('SUCCESS', id)).expect(401)
    expect(await shop.order(id)).toMatchObject({ status: 'awaiting_payment', received: '0' })
  })

  test('is paid by a later delivery when the first came before the order was stored', async () => {
    await shop
      .deliver(PATH, shop.providers.coinbarPay, payment('SUCCESS', 'late'))
      .expect(503)
      .expect('retry-after', '5')
    await shop.store({ id: 'late', sku: 'teapot', total: { amount: '49.9', currency: 'EUR' } })
    await shop.deliver(PATH, shop.providers.coinbarPay, payment('SUCCESS', 'late')).expect(200)
    expect(await shop.order('late')).toMatchObject({ status: 'paid', received: '49.9' })
  })
})
