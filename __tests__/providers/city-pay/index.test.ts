import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, jest, test } from '@jest/globals'
import { cityPay, cityPayReadBack, type CityPayStoredOrder } from '../../../src/index.js'
import { sample, sampleCityPayOrder, type CityPayOrderStatus } from '../../../src/testing/index.js'
import { eventOf, proofOf, receiverOf, refusalOf } from '../../support/deliver.js'
import { fixture, fixtureNames } from '../../support/fixtures.js'

const TOKEN = '730914458201'
const FIXTURE_TOKEN = '100187482913'
const LOOPBACK = { allowedIps: ['127.0.0.0/8'] }

/** A provider whose order reads back as given, and the tokens it asked for. */
function readingBack(answer: unknown, options: { token?: CityPayStoredOrder | null; allowedIps?: string[] } = {}) {
  const { token = TOKEN, ...rest } = options
  const asked: string[] = []
  const provider = cityPay({
    orderToken: () => token,
    readBack: async (asksFor) => {
      asked.push(asksFor)
      return answer
    },
    ...rest,
  })
  return { provider, asked }
}

const callback = (
  event: Parameters<typeof sample<'city-pay', 'CONFIRMED'>>[1] | string,
  overrides?: Record<string, unknown>,
) => JSON.stringify(sample('city-pay', event as 'CONFIRMED', overrides))

describe('cityPay orders', () => {
  const FIXTURES: Record<string, [answer: object, type: string]> = {
    order_created: [sampleCityPayOrder('IN_PROGRESS'), 'payment.pending'],
    order_created_sparse: [sampleCityPayOrder('IN_PROGRESS'), 'payment.pending'],
    order_partial_payment_1: [sampleCityPayOrder('IN_PROGRESS', '30.00'), 'payment.partially_paid'],
    order_partial_payment_2_paid_unconfirmed: [sampleCityPayOrder('PAID_UNCONFIRMED'), 'payment.detected'],
    order_paid_unconfirmed: [sampleCityPayOrder('PAID_UNCONFIRMED'), 'payment.detected'],
    order_underpaid: [sampleCityPayOrder('UNDERPAID'), 'payment.partially_paid'],
    order_overpaid: [sampleCityPayOrder('OVERPAID'), 'payment.detected'],
    order_confirmed: [sampleCityPayOrder('CONFIRMED'), 'payment.confirmed'],
    order_confirmed_code_style: [sampleCityPayOrder('CONFIRMED'), 'payment.confirmed'],
    order_canceled: [sampleCityPayOrder('CANCELED'), 'payment.canceled'],
    order_expired_never_sent: [sampleCityPayOrder('EXPIRED'), 'payment.expired'],
  }

  test('every payload file is described here or below', () => {
    const others = ['api_order_confirmed', 'deposit_confirmed', 'deposit_confirmed_created_at', 'deposit_pending']
    expect(fixtureNames('city-pay').sort()).toEqual([...Object.keys(FIXTURES), ...others].sort())
  })

  for (const [name, [answer, type]] of Object.entries(FIXTURES)) {
    test(`${name} is ${type} once the order read back says so`, async () => {
      const { provider } = readingBack({ ...answer, data: { ...(answer as { data: object }).data, id: '28761' } })
      expect(await eventOf(provider, fixture('city-pay', name))).toMatchObject({
        type,
        orderId: '100187',
        paymentId: '28761',
      })
    })
  }

  test('the documented answer of the order read becomes the event', async () => {
    const { provider, asked } = readingBack(fixture('city-pay', 'api_order_confirmed'), { token: FIXTURE_TOKEN })
    expect(await eventOf(provider, fixture('city-pay', 'order_confirmed'))).toMatchObject({
      id: expect.stringMatching(/^city-pay:28761:CONFIRMED:/),
      type: 'payment.confirmed',
      orderId: '100187',
      paymentId: '28761',
      expected: { amount: '50', currency: 'USD' },
      received: { amount: '50', currency: 'USD', basis: 'total' },
      transaction: { id: '40117', hash: '4d9b07e1c85a3f62b1094e7dd6a2f8c37051be94ac6d2f8e1390b7c5d4e6f8a1' },
      occurredAt: '2024-06-05T12:44:00.000Z',
      native: { status: 'CONFIRMED', coin: 'btc' },
    })
    expect(asked).toEqual([FIXTURE_TOKEN])
  })

  test('the order is read with the stored token, never with the one in the callback', async () => {
    const { provider, asked } = readingBack(sampleCityPayOrder('CONFIRMED'))
    await eventOf(provider, callback('CONFIRMED', { order_token: 'chosen by the payer' }))
    expect(asked).toEqual([TOKEN])
  })

  test('the event says what the read-back says, whatever the callback claims', async () => {
    const { provider } = readingBack(sampleCityPayOrder('CONFIRMED'))
    const event = await eventOf(
      provider,
      callback('IN_PROGRESS', { received_amount_in_fiat: '9999.00', fiat_currency: 'VND' }),
    )
    expect(event).toMatchObject({ type: 'payment.confirmed', received: { amount: '50', currency: 'USD' } })
  })

  test('nothing a forger varies in a callback makes a second event of one state', async () => {
    const { provider } = readingBack(sampleCityPayOrder('CONFIRMED'))
    const receiver = receiverOf(provider)
    await receiver.deliver(callback('CONFIRMED'))
    for (const forged of [
      { action: 'x' },
      { transaction_id: 'abc' },
      { received_amount_in_coins: 7 },
      { status: 'In-progress' },
      { added: 1 },
    ]) {
      expect((await receiver.deliver(callback('CONFIRMED', forged))).kind).toBe('duplicate')
    }
    expect(receiver.events).toHaveLength(1)
  })

  test('a forger whose spelling finds the order cannot take the place of the genuine event', async () => {
    const found = { token: TOKEN, orderId: '100187' }
    const provider = cityPay({
      orderToken: (reference) => (Number(reference) === 100187 ? found : null),
      readBack: async () => sampleCityPayOrder('CONFIRMED'),
    })
    const receiver = receiverOf(provider)
    const kinds: string[] = []
    for (const client_order_id of [' 100187', '100187'])
      kinds.push((await receiver.deliver(callback('CONFIRMED', { client_order_id }))).kind)
    expect(kinds).toEqual(['unhandled', 'duplicate'])
    expect(receiver.events.map(({ orderId }) => orderId)).toEqual(['100187'])
  })

  test.each([
    ['a token', TOKEN, 'ORDER-1'],
    ['a token and an id', { token: TOKEN, orderId: 'order-1' }, 'order-1'],
    ['a token and the id of an integer column', { token: TOKEN, orderId: 1 }, '1'],
  ])('an orderToken() that answers %s', async (_, answer, orderId) => {
    const provider = cityPay({ orderToken: () => answer, readBack: async () => sampleCityPayOrder('CONFIRMED') })
    expect(await eventOf(provider, callback('CONFIRMED', { client_order_id: 'ORDER-1' }))).toMatchObject({ orderId })
  })

  test.each([
    { type: null },
    { type: 7 },
    { type: 'x'.repeat(101) },
    { action: 5 },
    { action: ['status_update'] },
    { transaction_id: { hash: 'abc' } },
    { received_amount_in_fiat: '$30.00' },
    { exchange_rate: 'none' },
    { order_expiration: null },
    { deposit_token: null },
    { deposit_token: '' },
    { type: ['deposit'] },
    { order_id: undefined, order_token: undefined },
  ])('a callback with %p is read: nothing decides on that', async (fields) => {
    const { provider } = readingBack(sampleCityPayOrder('CONFIRMED'))
    expect((await eventOf(provider, callback('CONFIRMED', fields))).type).toBe('payment.confirmed')
  })

  test.each([
    { status: undefined },
    { client_order_id: null },
    { received_amount_in_coins: '0,5' },
    { order_id: {} },
    { deposit_token: '501882740016' },
    { type: 'Deposit' },
  ])('a callback with %p is not', async (fields) => {
    const { provider } = readingBack(sampleCityPayOrder('CONFIRMED'))
    expect(await refusalOf(provider, callback('CONFIRMED', fields))).toBe('PAYLOAD_INVALID')
  })

  test('two part payments in the same status are two events, and their sum grows', async () => {
    let paid = '30.00'
    const provider = cityPay({ orderToken: () => TOKEN, readBack: async () => sampleCityPayOrder('IN_PROGRESS', paid) })
    const receiver = receiverOf(provider)
    await receiver.deliver(callback('IN_PROGRESS (part payment)'))
    paid = '45.50'
    await receiver.deliver(callback('IN_PROGRESS (part payment)'))
    expect(receiver.events.map(({ type, received }) => [type, received?.amount])).toEqual([
      ['payment.partially_paid', '30'],
      ['payment.partially_paid', '45.5'],
    ])
  })

  test('the same transactions listed in another order are the same event', async () => {
    const transactions = ['first', 'second'].map((hash, at) => ({
      hash,
      amountFiat: '25.00',
      createdAtMiliseconds: 1741082940000 + at * 1000,
    }))
    const list = [transactions, transactions.toReversed()]
    const receiver = receiverOf(
      cityPay({
        orderToken: () => TOKEN,
        readBack: async () => sampleCityPayOrder('CONFIRMED', undefined, { transactions: list.shift() }),
      }),
    )
    await receiver.deliver(callback('CONFIRMED'))
    expect((await receiver.deliver(callback('CONFIRMED'))).kind).toBe('duplicate')
    expect(receiver.events[0]?.transaction?.hash).toBe('second')
  })

  test('several transactions are added up exactly', async () => {
    const answer = sampleCityPayOrder('CONFIRMED', undefined, {
      transactions: ['0.1', '0.2', 49.7].map((total, id) => ({ id, hash: `hash${id}`, amountFiat: { total } })),
    })
    expect((await eventOf(readingBack(answer).provider, callback('CONFIRMED'))).received?.amount).toBe('50')
  })

  test("a transaction's own amount counts, not the order's running total beside it", async () => {
    const part = (hash: string, base: string) => ({ hash, amountFiat: { base, total: '50.00' } })
    const transactions = [part('first', '20.00'), part('second', '30.00')]
    const answer = sampleCityPayOrder('CONFIRMED', undefined, { transactions })
    expect((await eventOf(readingBack(answer).provider, callback('CONFIRMED'))).received?.amount).toBe('50')
  })

  test.each(['In-progress', 'IN_PROGRESS', 'in progress'])('%s is IN_PROGRESS', async (code) => {
    const answer = sampleCityPayOrder('IN_PROGRESS', undefined, { status: { code } })
    expect((await eventOf(readingBack(answer).provider, callback('IN_PROGRESS', { status: code }))).type).toBe(
      'payment.pending',
    )
  })

  test('a status nobody knows goes to onUnhandled under its own name', async () => {
    const answer = sampleCityPayOrder('IN_PROGRESS', undefined, { status: 'Frozen' })
    expect((await eventOf(readingBack(answer).provider, callback('IN_PROGRESS'))).type).toBe('city-pay.frozen')
  })

  test.each<[string, CityPayOrderStatus]>([
    ['CONFIRMED', 'IN_PROGRESS'],
    ['CONFIRMED', 'PAID_UNCONFIRMED'],
    ['CANCELED', 'IN_PROGRESS'],
    ['PAID_UNCONFIRMED', 'IN_PROGRESS'],
    ['IN_PROGRESS (part payment)', 'IN_PROGRESS'],
  ])(
    'a callback %s while the order still reads %s is asked for again, and nothing is recorded',
    async (claimed, actual) => {
      expect(await refusalOf(readingBack(sampleCityPayOrder(actual)).provider, callback(claimed))).toBe(
        'READ_BACK_BEHIND',
      )
    },
  )

  test('after a stale read-back the repeated callback is handled', async () => {
    let status: CityPayOrderStatus = 'PAID_UNCONFIRMED'
    const receiver = receiverOf(cityPay({ orderToken: () => TOKEN, readBack: async () => sampleCityPayOrder(status) }))
    expect((await receiver.deliver(callback('CONFIRMED'))).kind).toBe('retry_later')
    status = 'CONFIRMED'
    expect((await receiver.deliver(callback('CONFIRMED'))).kind).toBe('unhandled')
  })

  test('an order orderToken() does not know is asked for again, without a read-back', async () => {
    for (const token of [null, '', { token: null, orderId: '100187' }]) {
      const { provider, asked } = readingBack(sampleCityPayOrder('CONFIRMED'), { token })
      expect((await receiverOf(provider).deliver(callback('CONFIRMED'))).error).toMatchObject({
        code: 'ORDER_UNKNOWN',
        message: expect.stringMatching(
          /^orderToken\(\) returned no token for order \S+ \(yet\)\. If this continues, store the token/,
        ),
      })
      expect(asked).toEqual([])
    }
  })

  test.each([undefined, '', {}, 1.5])('an order whose id is %p is not called as the callback says', async (orderId) => {
    const { provider, asked } = readingBack(sampleCityPayOrder('CONFIRMED'), {
      token: { token: TOKEN, orderId } as never,
    })
    expect((await receiverOf(provider).deliver(callback('CONFIRMED'))).error).toMatchObject({
      code: 'READ_BACK_UNAVAILABLE',
      cause: { message: 'orderToken() answered a token with an orderId that is no identifier' },
    })
    expect(asked).toEqual([])
  })

  test('an orderToken() that throws is asked again later', async () => {
    const provider = cityPay({ orderToken: () => Promise.reject(new Error('database down')) })
    expect(await refusalOf(provider, callback('CONFIRMED'))).toBe('READ_BACK_UNAVAILABLE')
  })

  test.each([
    ['another token', sampleCityPayOrder('CONFIRMED', undefined, { token: '1' }), 'READ_BACK_MISMATCH'],
    ['another order id', sampleCityPayOrder('CONFIRMED', undefined, { id: 1 }), 'READ_BACK_MISMATCH'],
    ['HTML', '<!doctype html><title>maintenance</title>', 'READ_BACK_UNAVAILABLE'],
    ['nothing', undefined, 'READ_BACK_UNAVAILABLE'],
    ['an error object', { success: false, message: 'not found' }, 'READ_BACK_UNAVAILABLE'],
    ['no status', sampleCityPayOrder('CONFIRMED', undefined, { status: undefined }), 'READ_BACK_UNAVAILABLE'],
    ['an unreadable amount', sampleCityPayOrder('CONFIRMED', 'a lot'), 'READ_BACK_UNAVAILABLE'],
    ['no token', sampleCityPayOrder('CONFIRMED', undefined, { token: undefined }), 'READ_BACK_UNAVAILABLE'],
  ])('a read-back with %s changes nothing', async (_, answer, code) => {
    expect(await refusalOf(readingBack(answer).provider, callback('CONFIRMED'))).toBe(code)
  })

  test.each([
    ['data', (order: object) => ({ data: order })],
    ['data, beside a text', (order: object) => ({ data: order, message: 'ok' })],
    ['data, beside nothing', (order: object) => ({ data: order, message: null })],
    ['message', (order: object) => ({ status: 1, message: order })],
    ['message, beside an empty list', (order: object) => ({ data: [], message: order })],
    ['message, beside an empty object', (order: object) => ({ data: {}, message: order })],
  ])('the answer may be wrapped in %s', async (_, wrap) => {
    const { data } = sampleCityPayOrder('CONFIRMED') as { data: object }
    expect((await eventOf(readingBack(wrap(data)).provider, callback('CONFIRMED'))).type).toBe('payment.confirmed')
  })

  test('amounts in an answer given as bytes are read from their digits', async () => {
    const text = JSON.stringify(sampleCityPayOrder('CONFIRMED')).replace(
      '"50.00","currency"',
      '12345678901234567.89,"currency"',
    )
    expect((await eventOf(readingBack(Buffer.from(text)).provider, callback('CONFIRMED'))).expected?.amount).toBe(
      '12345678901234567.89',
    )
  })

  test('a sender outside allowedIps is refused before anything is read back', async () => {
    const { provider, asked } = readingBack(sampleCityPayOrder('CONFIRMED'), LOOPBACK)
    for (const [ip, named] of [
      ['203.0.113.9', '203.0.113.9'],
      [undefined, '(unknown)'],
    ] as const) {
      expect((await receiverOf(provider).deliver(callback('CONFIRMED'), {}, ip)).error).toMatchObject({
        code: 'AUTH_SOURCE_REFUSED',
        message: `the sender's address ${named} is not in allowedIps`,
      })
    }
    expect(asked).toEqual([])
    expect((await eventOf(provider, callback('CONFIRMED'), '127.0.0.1')).type).toBe('payment.confirmed')
  })

  test('an unusable callback is never kept: nobody vouches for it', async () => {
    const receiver = receiverOf(readingBack(sampleCityPayOrder('CONFIRMED')).provider)
    const outcome = await receiver.deliver('not json')
    expect(outcome).toMatchObject({ kind: 'unusable', error: { code: 'JSON_INVALID' } })
    expect(outcome).not.toHaveProperty('body')
  })
})

describe('cityPay deposits', () => {
  const { provider } = readingBack(undefined, LOOPBACK)

  test.each([
    ['deposit_pending', 'transaction.detected', '1'],
    ['deposit_confirmed', 'transaction.confirmed', '1'],
    ['deposit_confirmed_created_at', 'transaction.confirmed', 'BTC'],
  ])('%s from an allowed address is %s', async (name, type, currency) => {
    expect(await eventOf(provider, fixture('city-pay', name), '127.0.0.1')).toMatchObject({
      type,
      orderId: null,
      paymentId: '501882740016',
      received: { amount: '0.0025', currency, basis: 'transaction' },
      transaction: { id: '9a3ce5710bd84f26e7f1c09854ab6d32118e7fc45b90d6a3e2f4081c7b5d9e60' },
      occurredAt: '2024-06-05T13:02:00.000Z',
    })
  })

  test('without allowedIps nothing proves a deposit, so it is refused', async () => {
    expect(await refusalOf(readingBack(undefined).provider, fixture('city-pay', 'deposit_confirmed'))).toBe(
      'AUTH_UNPROVEN',
    )
  })

  test.each([
    ['10.0.0.0/8', '10.255.0.1', true],
    ['10.0.0.0/8', '::ffff:10.1.2.3', true],
    ['10.0.0.0/8', '11.0.0.1', false],
    ['2001:db8::/32', '2001:db8:1::5', true],
    ['2001:db8::/32', '2001:db9::1', false],
    ['203.0.113.7', '203.0.113.7', true],
    ['203.0.113.7', '203.0.113.8', false],
    ['203.0.113.7', 'garbage', false],
    ['203.0.113.7', undefined, false],
  ])('allowedIps %s with sender %s: allowed = %s', async (network, ip, allowed) => {
    const outcome = await receiverOf(readingBack(undefined, { allowedIps: [network] }).provider).deliver(
      fixture('city-pay', 'deposit_confirmed'),
      {},
      ip,
    )
    expect(outcome.kind).toBe(allowed ? 'unhandled' : 'not_authentic')
  })

  test('an empty allowedIps means nobody', async () => {
    const nobody = readingBack(undefined, { allowedIps: [] }).provider
    expect(await refusalOf(nobody, fixture('city-pay', 'deposit_confirmed'), {}, '127.0.0.1')).toBe(
      'AUTH_SOURCE_REFUSED',
    )
  })

  test.each(['10.0.0.0/33', '10.0.0.0/x', '10.0.0', 'localhost', '', '::/129', '10.0.0.0/8/8'])(
    'allowedIps of %p throws',
    (network) => {
      expect(() => readingBack(undefined, { allowedIps: [network] })).toThrow(
        expect.objectContaining({ code: 'CONFIG_OPTION_INVALID' }),
      )
    },
  )

  test.each([
    { type: null },
    { type: { kind: 'deposit' } },
    { action: 5 },
    { exchange_rate: 'none' },
    { order_id: null },
    { client_order_id: '', order_token: null },
    { crated_at: {} },
  ])('a deposit with %p is read: nothing decides on that', async (fields) => {
    const body = callback('deposit CONFIRMED', fields)
    expect(await eventOf(provider, body, '127.0.0.1')).toMatchObject({ type: 'transaction.confirmed' })
  })

  test('an exchange rate that cannot be read is none, and one that can stays exact', async () => {
    const rateOf = async (exchange_rate: unknown) => {
      const event = await eventOf(provider, callback('deposit CONFIRMED', { exchange_rate }), '127.0.0.1')
      return (event.native as { exchange_rate: unknown }).exchange_rate
    }
    expect(await rateOf('50,000')).toBeNull()
    expect(await rateOf('50000.50')).toBe('50000.5')
  })

  test.each([
    { received_amount: '0,0025' },
    { received_amount: null },
    { transaction_id: null },
    { crypto_currency: {} },
  ])('a deposit with %p is not', async (fields) => {
    expect(await refusalOf(provider, callback('deposit CONFIRMED', fields), {}, '127.0.0.1')).toBe('PAYLOAD_INVALID')
  })

  test('an unknown deposit status goes to onUnhandled', async () => {
    const body = JSON.stringify(sample('city-pay', 'deposit PENDING', { status: 'Frozen' }))
    expect((await eventOf(provider, body, '127.0.0.1')).type).toBe('city-pay.deposit.frozen')
  })

  test.each([
    '{"status":"Confirmed"}',
    '{"deposit_token":null,"order_id":null,"status":"Confirmed"}',
    '{"type":["deposit"],"status":"Confirmed"}',
    '{"deposit_token":"1","order_id":2,"status":"Confirmed"}',
    '{"deposit_token":"1","client_order_id":"2","status":"Confirmed"}',
    '{"deposit_token":"1","order_token":"2","status":"Confirmed"}',
  ])('%s is neither clearly an order nor clearly a deposit', async (body) => {
    expect((await receiverOf(provider).deliver(body, {}, '127.0.0.1')).error).toMatchObject({
      code: 'PAYLOAD_INVALID',
      message: 'the body is not clearly an order or a deposit',
    })
  })

  test('is asked for who sent it, and has nothing to sign with', () => {
    expect(provider.authentication.bySourceAddress).toBe(true)
    expect(proofOf(provider, '{}')).toEqual({})
  })
})

describe('cityPayReadBack', () => {
  let server: Server | undefined
  afterEach(() => void server?.close())

  async function serve(listener: RequestListener): Promise<string> {
    server = createServer(listener)
    await new Promise<void>((resolve) => server!.listen(0, '127.0.0.1', resolve))
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
  }

  const reading = (baseUrl: string) => cityPay({ orderToken: () => 'token/1', readBack: cityPayReadBack(baseUrl) })

  const genuine = JSON.stringify(sampleCityPayOrder('CONFIRMED', undefined, { token: 'token/1' }))

  test('reads GET /order/<token> and takes the answer', async () => {
    const asked: unknown[] = []
    const baseUrl = await serve((req, res) => {
      asked.push([req.method, req.url, req.headers.accept])
      res.end(genuine)
    })
    for (const url of [baseUrl, baseUrl.slice(0, -1), `${baseUrl}//`])
      expect((await eventOf(reading(url), callback('CONFIRMED'))).type).toBe('payment.confirmed')
    expect(asked).toEqual(Array(3).fill(['GET', '/order/token%2F1', 'application/json']))
  })

  test('asks the live API where it is told of no other', async () => {
    const asked = jest.spyOn(globalThis, 'fetch').mockRejectedValue(new Error('no network'))
    await expect(cityPayReadBack()('1', { signal: AbortSignal.abort() })).rejects.toThrow('no network')
    expect(asked.mock.calls[0]![0]).toBe('https://v2-order-api.citypay.io/order/1')
    asked.mockRestore()
  })

  test('stops when it is told to', async () => {
    const stop = new AbortController()
    const baseUrl = await serve(() => stop.abort(new Error('too late')))
    await expect(cityPayReadBack(baseUrl)('1', { signal: stop.signal })).rejects.toThrow('too late')
  })

  test.each([
    { what: 'as large as an order may be', more: 0 },
    { what: 'larger', more: 1, error: 'the order read answered with more than an order' },
  ])('an answer $what', async ({ more, error }) => {
    const baseUrl = await serve((_req, res) => res.end('x'.repeat(512 * 1024 + more)))
    const read = cityPayReadBack(baseUrl)('1', { signal: new AbortController().signal })
    if (error === undefined) expect(await read).toHaveLength(512 * 1024)
    else await expect(read).rejects.toThrow(error)
  })

  test('says with what status it was answered', async () => {
    const read = cityPayReadBack(await serve((_req, res) => res.writeHead(404).end(genuine)))
    await expect(read('1', { signal: new AbortController().signal })).rejects.toThrow(
      'the order read answered with status 404',
    )
  })

  test.each<[string, RequestListener]>([
    [
      'a redirect',
      (req, res) =>
        req.url === '/elsewhere' ? res.end(genuine) : res.writeHead(302, { location: '/elsewhere' }).end(),
    ],
    ['a 404', (_req, res) => res.writeHead(404).end(genuine)],
    ['a closed connection', (req) => req.destroy()],
    [
      'an endless answer',
      (_req, res) => {
        const timer = setInterval(() => res.write('x'.repeat(65_536)), 1)
        res.on('close', () => clearInterval(timer))
      },
    ],
  ])('%s makes the order unreadable for now', async (_, listener) => {
    expect(await refusalOf(reading(await serve(listener)), callback('CONFIRMED'))).toBe('READ_BACK_UNAVAILABLE')
  })

  test('a server that hangs is given up at the deadline', async () => {
    const provider = reading(await serve(() => {}))
    const receiver = receiverOf(provider, { timeoutMs: 300 })
    const outcome = await receiver.deliver(callback('CONFIRMED'))
    expect(outcome).toMatchObject({ kind: 'retry_later', event: null })
    expect(receiver.events).toEqual([])
  })
})

describe('cityPay options', () => {
  test.each([
    {},
    { orderToken: 'token' },
    { orderToken: () => 't', readBack: 'url' },
    { orderToken: () => 't', allowedIps: '10.0.0.0/8' },
  ])('%p throws CONFIG_OPTION_INVALID', (options) => {
    expect(() => cityPay(options as never)).toThrow(expect.objectContaining({ code: 'CONFIG_OPTION_INVALID' }))
  })

  test('an unknown option throws and names the one meant', () => {
    expect(() => cityPay({ orderToken: () => 't', allowedIPs: [] } as never)).toThrow(/Did you mean "allowedIps"/)
  })
})
