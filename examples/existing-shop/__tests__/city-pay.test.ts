import { beforeEach, describe, expect, test } from '@jest/globals'
import { sample } from 'express-payment-webhooks/testing'
import { openShop } from './shop.js'

const PATH = '/webhooks/city-pay'
const TOKEN = '730914458201'

/** A hint about an order of 50 USD. CityPay's answer to the read-back decides, not the hint. */
const hint = (status: 'UNDERPAID' | 'PAID_UNCONFIRMED' | 'CONFIRMED' | 'OVERPAID', orderId: string) =>
  sample('city-pay', status, { client_order_id: orderId })

describe('an order paid over CityPay', () => {
  let shop: ReturnType<typeof openShop>
  beforeEach(() => void (shop = openShop({ cityPayToken: TOKEN })))

  test('is paid once CityPay itself says that it is confirmed', async () => {
    const id = await shop.place('cups')
    shop.cityPayAnswers('CONFIRMED')
    await shop.deliver(PATH, shop.providers.cityPay, hint('CONFIRMED', id)).expect(200)
    expect(await shop.order(id)).toMatchObject({ status: 'paid', received: '50', review: null })
  })

  test('is paid once by a callback that is delivered twice', async () => {
    const id = await shop.place('cups')
    shop.cityPayAnswers('CONFIRMED')
    await shop.deliver(PATH, shop.providers.cityPay, hint('CONFIRMED', id)).expect(200)
    await shop.deliver(PATH, shop.providers.cityPay, hint('CONFIRMED', id)).expect(200)
    expect(await shop.order(id)).toMatchObject({ status: 'paid', received: '50', review: null })
  })

  test('is part-paid by less than its price', async () => {
    const id = await shop.place('cups')
    shop.cityPayAnswers('UNDERPAID', '30.00')
    await shop.deliver(PATH, shop.providers.cityPay, hint('UNDERPAID', id)).expect(200)
    expect(await shop.order(id)).toMatchObject({ status: 'part_paid', received: '30' })
  })

  test('is detected, not paid, while it is overpaid but unconfirmed', async () => {
    const id = await shop.place('cups')
    shop.cityPayAnswers('OVERPAID', '60.00')
    await shop.deliver(PATH, shop.providers.cityPay, hint('OVERPAID', id)).expect(200)
    expect(await shop.order(id)).toMatchObject({ status: 'payment_detected', received: '60' })
  })

  test('is not paid by a forged callback, however right its fields are', async () => {
    const id = await shop.place('cups')
    await shop.deliver(PATH, shop.providers.cityPay, hint('CONFIRMED', id)).expect(503)
    expect(await shop.order(id)).toMatchObject({ status: 'awaiting_payment', received: '0' })
    expect(shop.logged).toEqual(['READ_BACK_BEHIND'])
  })

  test('is not paid by a read-back of another order', async () => {
    const id = await shop.place('cups')
    shop.cityPayAnswers('CONFIRMED', '50.00', { token: 'somebody else' })
    await shop.deliver(PATH, shop.providers.cityPay, hint('CONFIRMED', id)).expect(503)
    expect(await shop.order(id)).toMatchObject({ status: 'awaiting_payment', received: '0' })
  })

  test('is paid by a later delivery when the first came before the order was stored', async () => {
    shop.cityPayAnswers('CONFIRMED')
    await shop.deliver(PATH, shop.providers.cityPay, hint('CONFIRMED', 'late')).expect(503).expect('retry-after', '5')
    await shop.store({ id: 'late', sku: 'cups', total: { amount: '50', currency: 'USD' }, cityPayToken: TOKEN })
    await shop.deliver(PATH, shop.providers.cityPay, hint('CONFIRMED', 'late')).expect(200)
    expect(await shop.order('late')).toMatchObject({ status: 'paid', received: '50' })
  })
})
