import { describe, expect, jest, test } from '@jest/globals'
import { cryptoGateway, type WebhookEvent } from 'express-payment-webhooks'
import { sample, signedRequest } from 'express-payment-webhooks/testing'
import { randomBytes } from 'node:crypto'
import request from 'supertest'
import { createApp, WEBHOOK_PATH } from '../app.js'

const secret = randomBytes(32).toString('hex')
const gateway = cryptoGateway({ secret })
const confirmed = sample('crypto-gateway', 'transaction.confirmed')

function open() {
  const onPaid = jest.fn<(event: WebhookEvent) => void>()
  const onReview = jest.fn<(event: WebhookEvent) => void>()
  return { app: createApp({ secret, onPaid, onReview }), onPaid, onReview }
}

describe('the minimal server', () => {
  test('prints the order as paid once, however often the payment is delivered', async () => {
    const { app, onPaid } = open()
    const { headers, body } = signedRequest(gateway, confirmed)
    await request(app).post(WEBHOOK_PATH).set(headers).send(body).expect(200, { success: true })
    await request(app).post(WEBHOOK_PATH).set(headers).send(body).expect(200, { success: true })
    expect(onPaid.mock.calls.map(([{ orderId, received }]) => [orderId, received?.amount])).toEqual([
      ['ORDER-1001', '100.5'],
    ])
  })

  test.each([
    ['too little money', { data: { amount: '100.49' } }],
    ['another coin', { data: { coin: 'usdc' } }],
    ['an unknown order', { data: { metadata: { order_id: 'ORDER-1002' } } }],
  ])('does not print the order as paid for %s', async (_what, change) => {
    const { app, onPaid, onReview } = open()
    const { headers, body } = signedRequest(gateway, sample('crypto-gateway', 'transaction.confirmed', change))
    await request(app).post(WEBHOOK_PATH).set(headers).send(body).expect(200)
    expect([onPaid.mock.calls.length, onReview.mock.calls.length]).toEqual([0, 1])
  })

  test('refuses a body that was altered after it was signed, and tells the operator why', async () => {
    const { app, onPaid } = open()
    const log = jest.spyOn(console, 'error').mockImplementation(() => {})
    const { headers, body } = signedRequest(gateway, confirmed)
    await request(app).post(WEBHOOK_PATH).set(headers).send(`${body} `).expect(401)
    expect(onPaid).not.toHaveBeenCalled()
    expect(log.mock.calls.flat().join()).toContain('AUTH_MISMATCH')
    log.mockRestore()
  })

  test.each(['/', '/webhooks', `${WEBHOOK_PATH}/more`, '/<script>', '/%zz', '/%00'])(
    'answers %s with a terse 404',
    async (path) => {
      const { headers, text } = await request(open().app).get(path).expect(404)
      expect(text).toBe('not found\n')
      expect(headers['content-type']).toMatch(/^text\/plain/)
      expect(headers).not.toHaveProperty('x-powered-by')
    },
  )
})
