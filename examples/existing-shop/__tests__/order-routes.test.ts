import { beforeEach, describe, expect, test } from '@jest/globals'
import request from 'supertest'
import { openShop } from './shop.js'

describe("the shop's own routes, beside the webhooks", () => {
  let shop: ReturnType<typeof openShop>
  beforeEach(() => void (shop = openShop({ cityPayToken: '730914458201' })))

  test('POST /orders makes an order at the price of the catalogue', async () => {
    const { body } = await request(shop.app)
      .post('/orders')
      .send({ sku: 'cups', total: { amount: '0.01', currency: 'USD' } })
      .expect(201)
    expect(body).toEqual({
      id: expect.any(String),
      sku: 'cups',
      total: { amount: '50', currency: 'USD' },
      status: 'awaiting_payment',
      received: '0',
    })
  })

  test.each([[{ sku: 'spoon' }], [{ sku: ['cups'] }], [{}]])('POST /orders refuses %j', async (order) => {
    await request(shop.app).post('/orders').send(order).expect(422, { error: 'no such product' })
  })

  test('POST /orders refuses what is not JSON without saying more', async () => {
    await request(shop.app).post('/orders').type('json').send('{').expect(400, { error: 'bad request' })
  })

  test('GET /orders/:id shows the customer neither token nor notes', async () => {
    const { body } = await request(shop.app)
      .get(`/orders/${await shop.place('cups')}`)
      .expect(200)
    expect(Object.keys(body)).toEqual(['id', 'sku', 'total', 'status', 'received'])
  })

  test.each(['/orders/unknown', '/nowhere', '/orders/%zz'])('GET %s is refused without a page', async (path) => {
    const { status, headers } = await request(shop.app).get(path)
    expect([400, 404]).toContain(status)
    expect(headers['content-type']).toMatch(/^application\/json/)
  })
})
