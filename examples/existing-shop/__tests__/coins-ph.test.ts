import { beforeEach, describe, expect, test } from '@jest/globals'
import { coinsPh } from 'express-payment-webhooks'
import { sample } from 'express-payment-webhooks/testing'
import { openShop, secret } from './shop.js'

const PATH = '/webhooks/coins-ph'

/** An invoice over 1500 PHP. */
const invoice = (
  event: 'payment.partially_paid' | 'payment.detected' | 'payment.confirmed',
  orderId: string,
  data: object = {},
) => sample('coins-ph', event, { event: { data: { external_transaction_id: orderId, ...data } } })

describe('an order paid over Coins.ph', () => {
  let shop: ReturnType<typeof openShop>
  beforeEach(() => void (shop = openShop({ paymentId: '6b1f0c4e9a7d4d2c8e35a0f9b7c61d24' })))

  test('is paid by a fully paid invoice', async () => {
    const id = await shop.place('kettle')
    await shop.deliver(PATH, shop.providers.coinsPh, invoice('payment.confirmed', id)).expect(200, 'OK')
    expect(await shop.order(id)).toMatchObject({ status: 'paid', received: '1500', review: null })
  })

  test('is paid once by an invoice that is delivered twice', async () => {
    const id = await shop.place('kettle')
    await shop.deliver(PATH, shop.providers.coinsPh, invoice('payment.confirmed', id)).expect(200)
    await shop.deliver(PATH, shop.providers.coinsPh, invoice('payment.confirmed', id)).expect(200)
    expect(await shop.order(id)).toMatchObject({ status: 'paid', received: '1500', review: null })
  })

  test('is part-paid by less than its price, whatever arrives last', async () => {
    const id = await shop.place('kettle')
    for (const amount_received of ['900', '500']) {
      await shop
        .deliver(PATH, shop.providers.coinsPh, invoice('payment.partially_paid', id, { amount_received }))
        .expect(200)
    }
    expect(await shop.order(id)).toMatchObject({ status: 'part_paid', received: '900' })
  })

  test('is not paid by an invoice that calls less than its price fully paid', async () => {
    const id = await shop.place('kettle')
    await shop
      .deliver(PATH, shop.providers.coinsPh, invoice('payment.confirmed', id, { amount: '15', amount_received: '15' }))
      .expect(200)
    expect(await shop.order(id)).toMatchObject({ status: 'part_paid', review: 'confirmed with 15 only' })
  })

  test('is not paid by a small invoice after a large one was announced', async () => {
    await shop.store({ id: 'two', sku: 'kettle', total: { amount: '1500', currency: 'PHP' } })
    await shop.deliver(PATH, shop.providers.coinsPh, invoice('payment.detected', 'two')).expect(200)
    const small = { id: 'another', amount: '15', amount_received: '15' }
    await shop.deliver(PATH, shop.providers.coinsPh, invoice('payment.confirmed', 'two', small)).expect(200)
    expect(await shop.order('two')).toMatchObject({ status: 'payment_detected', review: 'confirmed with 15 only' })
  })

  test('is not paid in another currency, or by an invoice of another order', async () => {
    const id = await shop.place('kettle')
    await shop.deliver(PATH, shop.providers.coinsPh, invoice('payment.confirmed', id, { currency: 'USD' })).expect(200)
    expect(await shop.order(id)).toMatchObject({
      status: 'awaiting_payment',
      review: expect.stringContaining('is in USD'),
    })
    await shop.deliver(PATH, shop.providers.coinsPh, invoice('payment.confirmed', id, { id: 'another' })).expect(200)
    expect(await shop.order(id)).toMatchObject({
      status: 'awaiting_payment',
      review: expect.stringContaining('another payment'),
    })
  })

  test('is not paid by a forged callback', async () => {
    const id = await shop.place('kettle')
    await shop.deliver(PATH, coinsPh({ token: secret() }), invoice('payment.confirmed', id)).expect(401)
    expect(await shop.order(id)).toMatchObject({ status: 'awaiting_payment', received: '0' })
    expect(shop.logged).toEqual(['AUTH_MISMATCH'])
  })

  test('is paid by a later delivery when the first came before the order was stored', async () => {
    await shop
      .deliver(PATH, shop.providers.coinsPh, invoice('payment.confirmed', 'late'))
      .expect(503)
      .expect('retry-after', '5')
    await shop.store({ id: 'late', sku: 'kettle', total: { amount: '1500', currency: 'PHP' } })
    await shop.deliver(PATH, shop.providers.coinsPh, invoice('payment.confirmed', 'late')).expect(200)
    expect(await shop.order('late')).toMatchObject({ status: 'paid', received: '1500' })
  })
})
