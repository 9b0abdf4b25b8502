/** Coinbase Business, with vectors verified by the library of the system behind it. */
import { describe, expect, test } from '@jest/globals'
import { coinbaseBusiness, type CoinbaseBusinessOptions } from 'express-payment-webhooks/providers/coinbase-business'
import { types } from '../../../src/testing/samples/coinbase-business.js'
import { eventOf, receiverOf, refusalOf } from '../../support/deliver.js'
import { describeExamples, describeVectors } from '../../support/provider-suite.js'
import { cases, checkout, fixture, genuine, refunds, shop, vector } from './support.js'

describeVectors(cases, ({ secrets, now }) => coinbaseBusiness({ secret: secrets, now: () => now * 1000 }))

describeExamples('coinbase-business', () => shop())

const become = (payload: object, rest: Partial<CoinbaseBusinessOptions> = {}) =>
  eventOf(shop(rest), JSON.stringify(payload))

describe('the signature', () => {
  const { raw_body: body, headers } = genuine
  const refusal = (change: object, rest: Partial<CoinbaseBusinessOptions> = {}) =>
    refusalOf(shop(rest), body, { ...headers, ...change })
  const signed = headers['x-hook0-signature']!
  const withNames = (names: string) => ({ 'x-hook0-signature': signed.replace(/,h=[^,]*/, names) })

  test.each([
    ['no names', ''],
    ['an empty list of names', ',h='],
    ['two lists of names', ',h=content-type,h=content-type x-event-id x-event-type'],
    ['one name twice', ',h=content-type content-type x-event-id x-event-type'],
    ['names in capitals', ',h=Content-Type X-Event-Id X-Event-Type'],
    ['a name with a full stop', ',h=content-type x-event-id.x-event-type'],
    ['seventeen names', `,h=${Array.from({ length: 17 }, (_, index) => `x-${index}`).join(' ')}`],
  ])('with %s is malformed', async (_what, names) => {
    expect(await refusal(withNames(names))).toBe('AUTH_HEADER_MALFORMED')
  })

  test('needs each header that it names, once', async () => {
    expect(await refusal({ 'x-event-id': undefined })).toBe('AUTH_HEADER_MISSING')
    expect(await refusal({ 'x-event-id': [headers['x-event-id'], headers['x-event-id']] })).toBe('AUTH_HEADER_REPEATED')
  })

  test('of the sender may not bring along what it is said to cover', async () => {
    const covered = { 'x-hook0-covered': `content-type.${headers['content-type']}` }
    expect(await refusal({ ...covered, ...withNames(',h=x-hook0-covered') })).toBe('AUTH_MISMATCH')
  })

  const rewritten = vector('content-type rewritten by a proxy, v1 present')

  test('by v0 alone withstands a proxy that rewrites content-type', async () => {
    const { deliver } = receiverOf(shop({ version: 'v0' }))
    expect(await deliver(body, rewritten.headers)).toMatchObject({ kind: 'unhandled' })
    const forged = signed.replace(/v0=../, 'v0=00')
    expect(await refusal({ 'x-hook0-signature': forged }, { version: 'v0' })).toBe('AUTH_MISMATCH')
    const { headers: only } = shop().sign(body)
    expect(await refusalOf(shop({ version: 'v0' }), body, only)).toBe('AUTH_HEADER_MALFORMED')
  })

  const explained = (sent: object, rest: Partial<CoinbaseBusinessOptions> = {}) =>
    shop(rest).authentication.explain?.({ body: Buffer.from(body), headers: sent } as never, undefined)

  test('that a proxy broke is told to the operator', () => {
    expect(explained(rewritten.headers)).toMatch(/v0 fits, and v1 does not: .* version: 'v0'/)
    expect(explained(genuine.headers, { secret: 'another-secret-4c1d', retired: genuine.secrets })).toMatch(
      /retired secret/,
    )
    const old = vector('genuine, v0 only')
    expect(explained(old.headers, { secret: 'another-secret-4c1d', retired: genuine.secrets })).toMatch(
      /retired secret/,
    )
  })

  test('as tests make it covers the id of the event', () => {
    const { headers: made } = shop().sign(body, { 'x-event-id': 'evt-7' })
    expect(made).toMatchObject({
      'x-event-id': 'evt-7',
      'x-hook0-signature': expect.stringMatching(/^t=1795766604,h=x-event-id,v1=[0-9a-f]{64}$/),
    })
  })
})

describe('a checkout', () => {
  test.each([
    ['checkout.payment.success', 'payment.confirmed'],
    ['checkout.payment.failed', 'payment.failed'],
    ['checkout.payment.expired', 'payment.expired'],
  ])('%s', async (eventType, type) => {
    expect(await become(checkout(eventType))).toMatchObject({
      ...{ type, orderId: 'A-1', paymentId: 'K-1', refund: null, occurredAt: '2026-11-27T08:03:21.455Z' },
      expected: { amount: '129', currency: 'USDC' },
    })
  })

  test('that is paid has received what was settled before the fee, in the transaction that it names', async () => {
    const settlement = { totalAmount: '128.50', feeAmount: '1.29', netAmount: '127.21', currency: 'USDC' }
    expect(await become(checkout('checkout.payment.success', { settlement, transactionHash: '0xab' }))).toMatchObject({
      received: { amount: '128.5', currency: 'USDC', basis: 'total' },
      transaction: { id: '0xab', hash: '0xab', network: 'base' },
    })
    expect(await become(checkout('checkout.payment.success'))).toMatchObject({
      received: { amount: '129', currency: 'USDC', basis: 'total' },
      transaction: null,
    })
  })

  test.each([
    [{ orderId: 1001 }, '1001'],
    [{ orderId: {} }, null],
    [{}, null],
    [[], null],
    [null, null],
    [undefined, null],
  ])('with metadata %j is for %j', async (metadata, orderId) => {
    expect(await become(checkout('checkout.payment.success', { metadata }))).toMatchObject({ orderId })
  })

  test('may name its order by another key', async () => {
    const payload = checkout('checkout.payment.success', { metadata: { order_id: 'A-2' } })
    expect(await become(payload, { orderKey: 'order_id' })).toMatchObject({ orderId: 'A-2' })
  })

  test.each([
    ['without an id', { id: '' }],
    ['without a price', { amount: undefined }],
    ['of a price with a sign', { amount: '-129.00' }],
    ['in no currency', { currency: 'US dollars' }],
    ['with a settlement that nobody can read', { settlement: { totalAmount: '1e9' } }],
  ])('%s is kept for the operator', async (_what, fields) => {
    expect(await refusalOf(shop(), JSON.stringify(checkout('checkout.payment.success', fields)))).toBe(
      'PAYLOAD_INVALID',
    )
  })
})

describe('what goes back', () => {
  const asOf = '2026-11-27T08:03:21.455Z'

  test.each([
    ['checkout.refund.success', { status: 'PARTIALLY_REFUNDED', refundedAmount: '29.00' }, 'refund.confirmed', '29'],
    ['checkout.refund.success', { status: 'REFUNDED', refundedAmount: '129.00' }, 'payment.refunded', '129'],
    ['checkout.refund.success', { status: 'REFUNDED' }, 'payment.refunded', '129'],
    ['checkout.refund.failed', { status: 'COMPLETED' }, 'refund.failed', '0'],
    ['checkout.refund.failed', { status: 'PARTIALLY_REFUNDED', refundedAmount: '29.00' }, 'refund.failed', '29'],
  ])('%s, %j', async (eventType, fields, type, amount) => {
    expect(await become(checkout(eventType, fields))).toMatchObject({
      ...{ type, received: null, paymentId: 'K-1' },
      refund: { id: null, amount, currency: 'USDC', basis: 'total', asOf },
    })
  })

  test.each(['PARTIALLY_REFUNDED', 'SOMEDAY', undefined])(
    'of a checkout that is %s has to say how much',
    async (status) => {
      for (const eventType of ['checkout.refund.success', 'checkout.refund.failed']) {
        expect(await refusalOf(shop(), JSON.stringify(checkout(eventType, { status })))).toBe('PAYLOAD_INVALID')
      }
    },
  )

  test('two refunds are two events of one name, and a repeat of either is none', async () => {
    const { deliver, events } = receiverOf(shop())
    const [first, second] = ['first', 'second'].map((which) => fixture(`checkout_refund_success_${which}`))
    const reordered = { ...second, refunds: (second!['refunds'] as object[]).toReversed() }
    for (const one of [first, second, first, reordered]) await deliver(JSON.stringify(one))
    expect(events.map(({ type, refund }) => [type, refund?.amount])).toEqual([
      ['refund.confirmed', '29'],
      ['payment.refunded', '129'],
    ])
  })

  test('a refund that fails is none of those that were made', async () => {
    const { deliver, events } = receiverOf(shop())
    const made = { status: 'PARTIALLY_REFUNDED', refundedAmount: '29.00' }
    for (const list of [refunds('COMPLETED'), refunds('COMPLETED', 'FAILED'), refunds('COMPLETED', 'PENDING')]) {
      await deliver(JSON.stringify(checkout('checkout.refund.success', { ...made, refunds: list })))
    }
    await deliver(
      JSON.stringify(checkout('checkout.refund.failed', { ...made, refunds: refunds('COMPLETED', 'FAILED') })),
    )
    expect(events.map(({ type }) => type)).toEqual(['refund.confirmed', 'refund.failed'])
  })

  test('refunds without a list are told apart by their total and time', async () => {
    const { deliver, events } = receiverOf(shop())
    for (const refundedAmount of ['29.00', '30.00', '29.00']) {
      const fields = { status: 'PARTIALLY_REFUNDED', refundedAmount }
      await deliver(JSON.stringify(checkout('checkout.refund.success', fields)))
    }
    expect(events).toHaveLength(2)
  })
})

describe('who an event is', () => {
  test('no header names it, not even a signed one', async () => {
    const provider = shop()
    const { deliver, events } = receiverOf(provider)
    const body = Buffer.from(JSON.stringify(checkout('checkout.payment.success')))
    for (const id of ['evt-1', 'evt-2']) await deliver(body, provider.sign(body, { 'x-event-id': id }).headers)
    expect(events.map(({ id }) => id)).toEqual(['coinbase-business:checkout.payment.success:K-1'])
  })

  test('a checkout that failed and is paid later is two events', async () => {
    const { deliver, events } = receiverOf(shop())
    for (const name of ['failed', 'success']) await deliver(JSON.stringify(checkout(`checkout.payment.${name}`)))
    expect(events).toHaveLength(2)
  })
})

test.each(['payment_link.payment.success', 'onramp.transaction.success', 'toString'])(
  '%s is no money',
  async (name) => {
    const event = await become({ eventType: name, id: 'X', amount: '1' })
    expect(event).toMatchObject({ type: `coinbase-business.${name}`, received: null, refund: null })
  },
)

describe('options', () => {
  test.each([
    [{ secret: undefined }, /secret is missing or empty/],
    [{ secret: 'short' }, /secret has 5 bytes/],
    [{ version: 'v2' }, /version must be 'v1' or 'v0'/],
    [{ orderKey: '' }, /orderKey must be/],
    [{ secert: 'x' }, /Did you mean "secret"/],
  ])('%j', (options, message) => {
    expect(() => shop(options as never)).toThrow(message)
  })

  test('it answers as the documented samples do', () => {
    expect(shop()).toMatchObject({
      patienceMs: null,
      unknownOrder: 'later',
      blocksQueue: false,
      answers: { accepted: { status: 200, body: 'OK' }, notAuthentic: 401, later: 503 },
    })
  })
})

test('every type has a sample', () => {
  expect(Object.values(types)).toEqual(expect.arrayContaining([...shop().types]))
})
