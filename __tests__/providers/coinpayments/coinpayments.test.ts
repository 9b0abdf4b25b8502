/** src/providers/coinpayments: a form, signed as a whole, from one account. */
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { anyCharacter } from '../../support/any-character.js'
import { toDecimal, type Provider } from 'express-payment-webhooks'
import { coinPayments } from 'express-payment-webhooks/providers/coinpayments'
import { samples, types } from '../../../src/testing/samples/coinpayments.js'
import { eventOf, receiverOf, refusalOf } from '../../support/deliver.js'
import { deliveriesTo, oneByteOf } from '../../support/generated.js'
import { describeExamples, describeVectors, payloadOf, vectorsOf, type Vector } from '../../support/provider-suite.js'

const { coinpayments: vectors } = vectorsOf<{
  coinpayments: { cases: (Vector & { secrets: string[]; merchant: string })[] }
}>('coinpayments')

const SECRET = vectors.cases[0]!.secrets[0]!
const MERCHANT = 'f3a1c7e85b2d4906'
const provider = coinPayments({ ipnSecret: SECRET, merchantId: MERCHANT }) as Provider

const form = (fields: object) => provider.sign(fields).body
const become = (name: keyof typeof samples, rest: object = {}) => eventOf(provider, form({ ...samples[name], ...rest }))

describeVectors(vectors.cases, ({ secrets, merchant }) => coinPayments({ ipnSecret: secrets, merchantId: merchant }))

describeExamples('coinpayments', () => coinPayments({ ipnSecret: SECRET, merchantId: MERCHANT }))

test.each(Object.keys(samples) as (keyof typeof samples)[])('the sample %s is what it stands for', async (name) => {
  expect((await become(name)).type).toBe(types[name])
})

test('every type has a sample', () => {
  expect(Object.values(types)).toEqual(expect.arrayContaining([...provider.types]))
})

describe('money is in the currency of the price', () => {
  test.each([
    ['0.00142', '129', 'EUR', '129'],
    ['0.00200', '129', 'EUR', '129'],
    ['0.00100', '129', 'EUR', '90.84'],
    ['0.00141999', '129', 'EUR', '128.99'],
    ['0.00100', '20000', 'JPY', '14084'],
    ['0', '129', 'EUR', '0'],
  ])('%s BTC of 0.00142 for %s %s are %s', async (received_amount, amount1, currency1, amount) => {
    const event = await become('api 100 (complete)', { received_amount, amount1, currency1 })
    expect(event).toMatchObject({
      expected: { amount: amount1, currency: currency1 },
      received: { amount, currency: currency1, basis: 'total' },
    })
  })

  test('what came stands in its coin beside it', async () => {
    expect((await become('api 100 (complete)')).original).toEqual({ amount: '0.00142', currency: 'BTC' })
    expect((await become('api 0 (waiting)')).original).toBeNull()
  })

  test('nothing is made up where nothing says what a coin is worth', async () => {
    for (const rest of [
      { amount2: '' },
      { amount2: '0' },
      { received_amount: '' },
      { amount1: '' },
      { currency1: '' },
    ]) {
      expect((await become('api 100 (complete)', rest)).received).toBeNull()
    }
  })
})

test.each([
  ['invoice', 'ORDER-1'],
  ['custom', 'ORDER-2'],
  ['item_number', 'ORDER-3'],
] as const)('the order is named by %s', async (orderFrom, orderId) => {
  const other = coinPayments({ ipnSecret: SECRET, merchantId: MERCHANT, orderFrom })
  const names = { invoice: 'ORDER-1', custom: 'ORDER-2', item_number: 'ORDER-3' }
  const { body } = other.sign({ ...samples['api 100 (complete)'], ...names })
  expect((await eventOf(other, body)).orderId).toBe(orderId)
})

describe('identity', () => {
  const idOf = async (name: keyof typeof samples, rest: object = {}) => (await become(name, rest)).id

  test('the two states that are the end are one event, whatever ipn_id', async () => {
    expect(await idOf('api 2 (queued)')).toBe(await idOf('api 100 (complete)', { ipn_id: 'another' }))
  })

  test('another part is another event, and another payment too', async () => {
    const ids = [
      await idOf('api 0 (a part)'),
      await idOf('api 0 (a part)', { received_amount: '0.0012' }),
      await idOf('api 0 (a part)', { txn_id: 'CPOTHER' }),
      await idOf('api 1 (received)'),
    ]
    expect(new Set(ids).size).toBe(4)
  })

  test('a chain transaction that pays two addresses is two deposits', async () => {
    const without = { deposit_id: '' }
    const ids = [
      await idOf('deposit 100 (complete)', without),
      await idOf('deposit 100 (complete)', { ...without, address: 'bc1qother' }),
    ]
    expect(new Set(ids).size).toBe(2)
  })

  test('a repeat is none, also as a replay of an older state', async () => {
    const receiver = receiverOf(provider)
    const kinds: string[] = []
    for (const name of ['api 1 (received)', 'api 100 (complete)', 'api 1 (received)', 'api 100 (complete)'] as const) {
      kinds.push((await receiver.deliver(form(samples[name]))).kind)
    }
    expect(kinds).toEqual(['unhandled', 'unhandled', 'duplicate', 'duplicate'])
  })
})

test.each(['3', '5', '50', '99'])('the state %s between is for onUnhandled alone', async (status) => {
  expect((await become('api 1 (received)', { status })).type).toBe(`coinpayments.api.${status}`)
})

test('another account is refused although the secret is right', async () => {
  expect(await refusalOf(provider, form({ ...samples['api 100 (complete)'], merchant: 'other' }))).toBe(
    'AUTH_CLIENT_MISMATCH',
  )
})

test('the sender is answered as its sample answers', () => {
  expect(provider.answers).toEqual({
    accepted: { status: 200, contentType: 'text/plain', body: 'IPN OK' },
    notAuthentic: 401,
    later: 503,
  })
})

test.each([
  [{ ipnSecret: undefined }, /ipnSecret is missing/],
  [{ ipnSecret: 'short' }, /ipnSecret has 5 bytes/],
  [{ merchantId: undefined }, /merchantId must be/],
  [{ merchantId: '' }, /merchantId must be/],
  [{ orderFrom: 'order' }, /orderFrom must be/],
  [{ merchant: MERCHANT }, /unknown option "merchant"/],
])('option %j is refused', (options, message) => {
  expect(() => coinPayments({ ipnSecret: SECRET, merchantId: MERCHANT, ...options } as never)).toThrow(message)
})

describe('generated', () => {
  const body = payloadOf('coinpayments', 'ipn_api_complete.txt')
  const { headers } = provider.sign(body)

  test('another byte of the body is refused: 401 (5,000 cases)', async () => {
    const deliver = deliveriesTo(provider)
    await fc.assert(
      fc.asyncProperty(oneByteOf(body), async (changed) => {
        expect(await deliver(changed, headers)).toEqual({ status: 401, events: [] })
      }),
      { numRuns: 5000 },
    )
  })

  test('another letter of the signature is refused: 401 (2,500 cases)', async () => {
    const deliver = deliveriesTo(provider)
    const own = headers['hmac']!
    const changed = oneByteOf(Buffer.from(own)).map((bytes) => bytes.toString('latin1'))
    await fc.assert(
      fc.asyncProperty(
        changed.filter((text) => text.toLowerCase() !== own),
        async (hmac) => {
          expect(await deliver(body, { ...headers, hmac })).toEqual({ status: 401, events: [] })
        },
      ),
      { numRuns: 2500 },
    )
  })

  test('a signed form that says anything in one field is an event, is not for this account, or is none: 200, 400, 401 (3,000 cases)', async () => {
    const places = Object.values(samples).flatMap((fields) => Object.keys(fields).map((name) => ({ fields, name })))
    const value = fc.oneof(
      fc.string({ unit: anyCharacter }).map((text) => text.toWellFormed()),
      fc.constantFrom('', '-1', '-2', '0', '1', '2', '99', '100', '101', '1e3', '0.1', 'NaN', '__proto__', ' 5'),
    )
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...places), value, async ({ fields, name }, text) => {
        const said: Record<string, unknown> = { ...fields, [name]: text }
        const sent = provider.sign(said)
        const { status, events } = await deliveriesTo(provider)(sent.body, sent.headers)
        expect(name === 'merchant' ? [200, 401] : [200, 400]).toContain(status)
        expect(events).toHaveLength(status === 200 ? 1 : 0)
        for (const { received, expected, type } of events) {
          if (received?.basis === 'total') expect(expected?.amount).toBe(toDecimal(said['amount1']))
          if (type === 'payment.confirmed') expect(said['status'] === '2' || Number(said['status']) >= 100).toBe(true)
        }
      }),
      { numRuns: 3000 },
    )
  })
})
