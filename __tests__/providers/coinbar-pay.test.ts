import { describe, expect, test } from '@jest/globals'
import { coinbarGatewayUrl, coinbarPay } from '../../src/index.js'
import { providerConformance, sample } from '../../src/testing/index.js'
import { SAMPLES } from '../../src/testing/samples.js'
import { eventOf, receiverOf, refusalOf } from '../support/deliver.js'
import { fixture, fixtureNames } from '../support/fixtures.js'

const CLIENT = '7b0c2f3e-5a41-4d8e-9c67-1f2a3b4c5d6e'
const SECRET = 'cbpay-test-secret-0f1e2d3c4b5a6978'
const create = () => coinbarPay({ clientId: CLIENT, secretKey: SECRET })

const FIXTURES: Record<string, [type: string, occurredAt: string]> = {
  created: ['payment.pending', '2024-06-05T12:40:36.184Z'],
  pending: ['payment.detected', '2024-06-05T12:41:00.000Z'],
  success: ['payment.confirmed', '2024-06-05T12:41:24.123Z'],
  success_observed_shape: ['payment.confirmed', '2024-06-05T12:41:24.123Z'],
  success_second_attempt: ['payment.confirmed', '2024-06-05T13:00:00.777Z'],
  canceled: ['payment.canceled', '2024-06-05T12:41:40.000Z'],
  failed_timeout: ['payment.expired', '2024-06-05T12:55:36.184Z'],
  failed_partial_refunded: ['payment.refunded', '2024-06-05T12:43:04.123Z'],
  failed_refund_after_success: ['payment.refunded', '2024-06-06T12:41:24.123Z'],
  // Answers of read endpoints: callbacks may have what is in them.
  api_report_canceled: ['payment.canceled', '2024-06-05T12:41:40.000Z'],
  api_status_failed: ['payment.expired', '2024-06-05T12:55:36.184Z'],
}

/** Not a callback that is read: the envelope of the older protocol. */
const OTHERS = ['legacy_envelope_success']

const withFields = (overrides: Record<string, unknown>) => JSON.stringify(sample('coinbar-pay', 'SUCCESS', overrides))

describe('coinbarPay', () => {
  test('every payload file is described below', () => {
    expect(fixtureNames('coinbar-pay').sort()).toEqual([...Object.keys(FIXTURES), ...OTHERS].sort())
  })

  for (const [name, [type, occurredAt]] of Object.entries(FIXTURES)) {
    test(`${name} is ${type} at ${occurredAt}`, async () => {
      const paid = { amount: '49.9', currency: 'EUR' }
      expect(await eventOf(create(), fixture('coinbar-pay', name))).toMatchObject({
        type,
        provider: 'coinbar-pay',
        orderId: 'ORD-2024-000187',
        occurredAt,
        expected: paid,
        received: type === 'payment.confirmed' ? { ...paid, basis: 'total' } : null,
      })
    })
  }

  test('both shapes of one success, with times and amounts written differently, are one event', async () => {
    const receiver = receiverOf(create())
    await receiver.deliver(fixture('coinbar-pay', 'success'))
    expect((await receiver.deliver(fixture('coinbar-pay', 'success_observed_shape'))).kind).toBe('duplicate')
  })

  test('two attempts at one order, and a refund after a success, are three events', async () => {
    const receiver = receiverOf(create())
    for (const name of ['success', 'success_second_attempt', 'failed_refund_after_success'])
      await receiver.deliver(fixture('coinbar-pay', name))
    expect(receiver.events.map(({ type }) => type)).toEqual([
      'payment.confirmed',
      'payment.confirmed',
      'payment.refunded',
    ])
  })

  test.each(['api_report_canceled', 'api_status_failed'])('%s names no transaction, and its reason', async (name) => {
    const { status_descr } = JSON.parse(fixture('coinbar-pay', name).toString()) as { status_descr: string }
    expect(await eventOf(create(), fixture('coinbar-pay', name))).toMatchObject({
      paymentId: 'c4b1f6a2-93d5-4e0f-8a77-2d6e5b1c9f30',
      transaction: null,
      reason: status_descr,
    })
  })

  test('the empty transaction id of an unpaid payment is no transaction', async () => {
    expect((await eventOf(create(), fixture('coinbar-pay', 'canceled'))).transaction).toBeNull()
    expect((await eventOf(create(), fixture('coinbar-pay', 'success'))).transaction).toMatchObject({
      id: '5C7A1E90-2B4D-4F86-9A13-7E0D8C6B5F42',
    })
  })

  test.each([
    ['success', 'payment.confirmed'],
    ['Canceled', 'payment.canceled'],
    ['CANCELLED', 'payment.canceled'],
    ['REVERSED', 'coinbar-pay.reversed'],
  ])('a status of %s is %s', async (status, type) => {
    expect((await eventOf(create(), withFields({ status }))).type).toBe(type)
  })

  test.each([
    ['Payment timeout', 'payment.expired'],
    ['Timeout', 'payment.expired'],
    ['Payment timed out', 'payment.expired'],
    ['TIME-OUT', 'payment.expired'],
    ['Refund', 'payment.refunded'],
    ['Payment refunded after timeout', 'payment.refunded'],
    ['Not enough funds', 'payment.failed'],
    ['', 'payment.failed'],
    [undefined, 'payment.failed'],
  ])('FAILED with the text %p is %s', async (status_descr, type) => {
    expect((await eventOf(create(), withFields({ status: 'FAILED', status_descr }))).type).toBe(type)
  })

  test.each([
    1717591284123,
    '1717591284123',
    1717591284,
    '2024-06-05T12:41:24.123Z',
    { $date: '2024-06-05T12:41:24.123Z' },
  ])('an update time of %p is read', async (update_time) => {
    expect((await eventOf(create(), withFields({ update_time }))).occurredAt).toMatch(/^2024-06-05T12:41:24/)
  })

  test.each([11111111111, 'soon', null, undefined, true])(
    'an update time of %p loses nothing: equal bodies are one event, others are not',
    async (update_time) => {
      const receiver = receiverOf(create())
      await receiver.deliver(withFields({ update_time }))
      expect((await receiver.deliver(withFields({ update_time }))).kind).toBe('duplicate')
      await receiver.deliver(withFields({ update_time, creation_time: 1741083236999 }))
      expect(receiver.events).toHaveLength(2)
    },
  )

  test.each([
    ['SUCCESS', '2024-06-05T12:41:24.001Z'],
    ['PENDING', null],
    ['FAILED', null],
    ['CANCELED', null],
  ])('without an update time %s happened at %p: the detail tells when the payment was made', async (status, at) => {
    const payment_detail = { timestamp: '2024-06-05T12:41:24.001Z' }
    const body = withFields({ status, update_time: undefined, payment_detail })
    expect((await eventOf(create(), body)).occurredAt).toBe(at)
  })

  test.each([
    { customer: '' },
    { customer: [] },
    { customer: 'buyer@example.com' },
    { customer: { email: 7 } },
    { products: null },
    { products: 'Order' },
    { result: 1 },
    { status_descr: { text: 'Payment Executed' } },
    { creation_time: {} },
  ])('a callback with %p is read: nothing decides on that', async (fields) => {
    expect(await eventOf(create(), withFields(fields))).toMatchObject({
      type: 'payment.confirmed',
      received: { amount: '49.9' },
    })
  })

  test.each([null, undefined, '', []])('without any detail (%p) no money is told of', async (payment_detail) => {
    expect(await eventOf(create(), withFields({ status: 'PENDING', payment_detail }))).toMatchObject({
      type: 'payment.detected',
      transaction: null,
      expected: null,
    })
  })

  test.each(['49.90', ['49.90'], 49.9])('a detail of %p is not accepted', async (payment_detail) => {
    expect(await refusalOf(create(), withFields({ payment_detail }))).toBe('PAYLOAD_INVALID')
  })

  test.each(['49.9', 49.9, '49.90', '49.900'])('a total price of %p is 49.9', async (total_price) => {
    expect((await eventOf(create(), withFields({ payment_detail: { total_price } }))).received?.amount).toBe('49.9')
  })

  test.each(['4.99e1', '-49.90', 'total_price', ' 49.90', true])(
    'a total price of %p is not accepted',
    async (total_price) => {
      expect(await refusalOf(create(), withFields({ payment_detail: { total_price } }))).toBe('PAYLOAD_INVALID')
    },
  )

  test('a genuine signature over the body of another client is refused', async () => {
    expect(await refusalOf(create(), withFields({ service_client_id: '00000000-0000-4000-8000-000000000000' }))).toBe(
      'AUTH_CLIENT_MISMATCH',
    )
  })

  test('the encrypted envelope of the older plugins is refused by name, signed or not', async () => {
    const body = fixture('coinbar-pay', 'legacy_envelope_success')
    expect(await refusalOf(create(), body)).toBe('PAYLOAD_LEGACY')
    expect(await refusalOf(create(), body, { 'service-client-id': CLIENT })).toBe('PAYLOAD_LEGACY')
  })

  test('header names can be configured, and the default ones are then ignored', async () => {
    const provider = coinbarPay({
      clientId: CLIENT,
      secretKey: SECRET,
      headers: { clientId: 'Service-Id', signature: 'X-Sign' },
    })
    const body = fixture('coinbar-pay', 'success')
    expect(Object.keys(provider.authentication.sign(body))).toEqual(['service-id', 'x-sign'])
    expect((await receiverOf(provider).deliver(body)).kind).toBe('unhandled')
    expect(await refusalOf(provider, body, create().authentication.sign(body))).toBe('AUTH_HEADER_MISSING')
  })

  for (const [name, payload] of Object.entries(SAMPLES['coinbar-pay'])) {
    test(`the sample ${name} gives a known event`, async () => {
      expect(create().types).toContain((await eventOf(create(), JSON.stringify(payload))).type)
    })
  }

  providerConformance({
    test,
    create,
    payloads: { SUCCESS: sample('coinbar-pay', 'SUCCESS'), CANCELED: sample('coinbar-pay', 'CANCELED') },
  })
})

describe('coinbarGatewayUrl', () => {
  test('opens the sandbox page with the three documented parameters', () => {
    expect(coinbarGatewayUrl({ requestToken: 'rt_81c0', clientId: CLIENT, timestamp: 1717591236184 })).toBe(
      `https://sandbox.coinbar.io/paymentgateway/pay?requestToken=rt_81c0&serviceClientId=${CLIENT}&timestamp=1717591236184`,
    )
  })

  test('escapes what the token contains', () => {
    const url = new URL(
      coinbarGatewayUrl({ requestToken: 'a&b=c d', clientId: CLIENT, baseUrl: 'https://pay.coinbar.io/' }),
    )
    expect(url.origin).toBe('https://pay.coinbar.io')
    expect(url.searchParams.get('requestToken')).toBe('a&b=c d')
    expect(Number(url.searchParams.get('timestamp'))).toBeGreaterThan(1_700_000_000_000)
  })

  test.each([
    { requestToken: '', clientId: CLIENT },
    { requestToken: 'rt', clientId: '' },
    { requestToken: 'rt', clientId: CLIENT, timestamp: 1.5 },
    { requestToken: 'rt', clientId: CLIENT, baseUrl: 'javascript:alert(1)' },
    { requestToken: 'rt', clientId: CLIENT, baseUrl: 'sandbox.coinbar.io' },
  ])('%p throws CONFIG_OPTION_INVALID', (options) => {
    expect(() => coinbarGatewayUrl(options)).toThrow(expect.objectContaining({ code: 'CONFIG_OPTION_INVALID' }))
  })
})
