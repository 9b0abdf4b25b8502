import { describe, expect, test } from '@jest/globals'
import { coinbarGatewayUrl, coinbarPay } from '../../../src/index.js'
import { sample } from '../../../src/testing/index.js'
import { eventOf, proofOf, receiverOf, refusalOf } from '../../support/deliver.js'
import { fixture, fixtureNames } from '../../support/fixtures.js'

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
  // Answers of read endpoints: callbacks may contain the same data.
  api_report_canceled: ['payment.canceled', '2024-06-05T12:41:40.000Z'],
  api_status_failed: ['payment.expired', '2024-06-05T12:55:36.184Z'],
}

/** Not a callback that is read, but the envelope of the older protocol. */
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
    ['Refund completed', 'payment.refunded'],
    ['Refund rejected', 'payment.failed'],
    ['Refund denied', 'payment.failed'],
    ['Refund request not accepted', 'payment.failed'],
    ['Partial refund', 'payment.failed'],
    ['Refund pending', 'payment.failed'],
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
    const body = withFields({ service_client_id: '00000000-0000-4000-8000-000000000000' })
    expect((await receiverOf(create()).deliver(body)).error).toMatchObject({
      code: 'AUTH_CLIENT_MISMATCH',
      message: 'service_client_id in the body is not the configured clientId',
    })
  })

  test.each([
    { what: 'signed', headers: undefined, names: 'the body is the encrypted envelope' },
    { what: 'unsigned', headers: { 'service-client-id': CLIENT }, names: 'the service-client-id header announces' },
  ])('the encrypted envelope of the older plugins is refused by name, $what', async ({ headers, names }) => {
    const { error } = await receiverOf(create()).deliver(fixture('coinbar-pay', 'legacy_envelope_success'), headers)
    expect(error).toMatchObject({
      code: 'PAYLOAD_LEGACY',
      message: expect.stringMatching(new RegExp(`^${names}.*moved to signed callbacks$`)),
    })
  })

  test('what only looks like the older protocol is read', async () => {
    const body = Buffer.from(withFields({ responseToken: 'rt' }))
    const headers = { ...proofOf(create(), body), 'service-client-id': CLIENT }
    expect((await receiverOf(create()).deliver(body, headers)).kind).toBe('unhandled')
  })

  test('the client id of another service is refused', async () => {
    const body = fixture('coinbar-pay', 'success')
    const headers = { ...proofOf(create(), body), 'cbpay-api-key': 'another' }
    expect((await receiverOf(create()).deliver(body, headers)).error).toMatchObject({
      code: 'AUTH_CLIENT_MISMATCH',
      message: 'the cbpay-api-key header is not the configured clientId',
    })
  })

  test('the id of an event is made of payment, status, time and transaction', async () => {
    const [canceled, success] = await Promise.all(
      ['canceled', 'success'].map((name) => eventOf(create(), fixture('coinbar-pay', name))),
    )
    const payment = 'coinbar-pay:c4b1f6a2-93d5-4e0f-8a77-2d6e5b1c9f30'
    expect(canceled!.id).toBe(`${payment}:CANCELED:2024-06-05T12%3A41%3A40.000Z:`)
    expect(success!.id).toBe(`${payment}:SUCCESS:2024-06-05T12%3A41%3A24.123Z:5C7A1E90-2B4D-4F86-9A13-7E0D8C6B5F42`)
  })

  test('a success that names no amount tells of no money', async () => {
    expect(await eventOf(create(), withFields({ payment_detail: { total_price: null } }))).toMatchObject({
      type: 'payment.confirmed',
      expected: null,
      received: null,
    })
  })

  test.each([
    [{ customer: { email: 'a@example.com', name: 'A' } }, { customer: { email: 'a@example.com', name: 'A' } }],
    [{ customer: { email: 7 } }, { customer: { email: null } }],
    [{ customer: undefined }, { customer: null }],
    [{ products: [{ sku: 1 }] }, { products: [{ sku: 1 }] }],
    [{ products: 'Order' }, { products: [] }],
  ])('of %p the handler is told %p', async (fields, native) => {
    expect((await eventOf(create(), withFields(fields))).native).toMatchObject(native)
  })

  test('header names can be configured, and the default ones are then ignored', async () => {
    const provider = coinbarPay({
      clientId: CLIENT,
      secretKey: SECRET,
      headers: { clientId: 'Service-Id', signature: 'X-Sign' },
    })
    const body = fixture('coinbar-pay', 'success')
    expect(Object.keys(proofOf(provider, body))).toEqual(['service-id', 'x-sign'])
    expect((await receiverOf(provider).deliver(body)).kind).toBe('unhandled')
    expect(await refusalOf(provider, body, proofOf(create(), body))).toBe('AUTH_HEADER_MISSING')
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
    [{ requestToken: '' }, 'requestToken and clientId must not be empty'],
    [{ clientId: '' }, 'requestToken and clientId must not be empty'],
    [{ timestamp: 1.5 }, 'timestamp must be whole milliseconds since 1970'],
    [{ timestamp: -1 }, 'timestamp must be whole milliseconds since 1970'],
    [{ baseUrl: 'javascript:alert(1)' }, 'baseUrl must be an http(s) URL'],
    [{ baseUrl: 'xhttps://pay.coinbar.io' }, 'baseUrl must be an http(s) URL'],
    [{ baseUrl: 'sandbox.coinbar.io' }, 'baseUrl must be an http(s) URL'],
  ])('%p: %s', (options, why) => {
    const message: unknown = expect.stringContaining(`coinbarGatewayUrl: ${why}`)
    expect(() => coinbarGatewayUrl({ requestToken: 'rt', clientId: CLIENT, ...options })).toThrow(
      expect.objectContaining({ code: 'CONFIG_OPTION_INVALID', message }),
    )
  })

  test.each([{ timestamp: 0 }, { baseUrl: 'http://127.0.0.1:8080' }])('%p is possible', (options) => {
    expect(coinbarGatewayUrl({ requestToken: 'rt', clientId: CLIENT, ...options })).toContain('/paymentgateway/pay?')
  })
})
