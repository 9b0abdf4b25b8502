/** src/providers/opennode: a callback proves that a charge exists, and the charge that was read decides. */
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { anyCharacter } from '../../support/any-character.js'
import { toDecimal, type Provider } from 'express-payment-webhooks'
import { openNode } from 'express-payment-webhooks/providers/opennode'
import { samples, types } from '../../../src/testing/samples/opennode.js'
import { receiverOf } from '../../support/deliver.js'
import { deliveriesTo, oneByteOf } from '../../support/generated.js'
import { anything, pathsOf, replaced } from '../../support/mutations.js'
import {
  apiServer,
  describeExamples,
  describeVectors,
  payloadOf,
  vectorsOf,
  type Vector,
} from '../../support/provider-suite.js'
import { recordingStore } from '../../support/recording-store.js'

const { opennode: vectors } = vectorsOf<{ opennode: { cases: (Vector & { secrets: string[] })[] } }>('opennode')

const KEY = vectors.cases[0]!.secrets[0]!
const ID = '4d91c6e2-7b35-4f08-8a1c-d2e5f7906b3a'
const FORM = { 'content-type': 'application/x-www-form-urlencoded' }

type Json = Record<string, unknown>

const charge = (rest: object = {}): { data: Json } => ({
  data: { ...(JSON.parse(payloadOf('opennode', 'api_charge_paid.json').toString()) as { data: Json }).data, ...rest },
})

const reading = (answer: unknown, rest: object = {}) =>
  openNode({ apiKey: KEY, readBack: async () => answer, ...rest }) as Provider

const body = (file = 'charge_paid.txt') => payloadOf('opennode', file)

async function become(answer: unknown, sent = body()) {
  const receiver = receiverOf(reading(answer))
  const outcome = await receiver.deliver(sent, FORM)
  return { outcome, event: receiver.events[0] }
}

describeVectors(vectors.cases, ({ secrets, raw_body }) => {
  const id = /(?<=^id=)[^&]*/.exec(raw_body)?.[0]
  return openNode({ apiKey: secrets, readBack: async () => charge({ id }) })
})

/** Each callback with an answer of OpenNode that matches it. */
describeExamples('opennode', (file) => {
  const said = new URLSearchParams(body(file).toString())
  const amounts = { missing_amt: said.get('missing_amt'), overpaid_by: said.get('overpaid_by') }
  return openNode({ apiKey: KEY, readBack: async () => charge({ status: said.get('status'), ...amounts }) })
})

test.each(Object.entries(samples))('the sample %s is what it stands for', async (name, payload) => {
  const provider = reading(charge({ status: payload.status }))
  const receiver = receiverOf(provider)
  expect(await receiver.deliver(provider.sign(payload).body, FORM)).toMatchObject({ kind: 'unhandled' })
  expect(receiver.events[0]!.type).toBe(types[name as keyof typeof types])
})

describe('what was read', () => {
  test.each<[object, string, string | undefined, string | undefined]>([
    [{ status: 'paid' }, 'payment.confirmed', '129', '0.00142'],
    [{ status: 'paid', overpaid_by: 8000 }, 'payment.confirmed', '129', '0.0015'],
    [{ status: 'processing' }, 'payment.detected', '129', '0.00142'],
    [{ status: 'underpaid', missing_amt: 42000 }, 'payment.partially_paid', '90.84', '0.001'],
    [{ status: 'underpaid', missing_amt: 1 }, 'payment.partially_paid', '128.99', '0.00141999'],
    [{ status: 'underpaid' }, 'payment.partially_paid', undefined, undefined],
    [{ status: 'expired' }, 'payment.expired', undefined, undefined],
    [{ status: 'refunded' }, 'payment.refunded', undefined, undefined],
    [{ status: 'frozen' }, 'opennode.frozen', undefined, undefined],
  ])('%j is %s', async (rest, type, received, original) => {
    const { event } = await become(charge(rest))
    expect([event!.type, event!.received?.amount, event!.original?.amount]).toEqual([type, received, original])
  })

  test.each([
    [{ currency: 'BTC', source_fiat_value: null, fiat_value: 0 }, { amount: '0.00142', currency: 'BTC' }, null],
    [{ currency: 'JPY', source_fiat_value: 20000 }, { amount: '20000', currency: 'JPY' }, '0.00142'],
    [{ source_fiat_value: undefined }, { amount: '129', currency: 'EUR' }, '0.00142'],
    [{ currency: null, source_fiat_value: null, fiat_value: null }, { amount: '0.00142', currency: 'BTC' }, null],
  ])('is in the currency that the charge was made in: %j', async (rest, price, original) => {
    const { event } = await become(charge(rest))
    expect(event).toMatchObject({ expected: price, received: { ...price, basis: 'total' } })
    expect(event!.original?.amount ?? null).toBe(original)
  })

  test.each([
    ['ORDER-1001', 'ORDER-1001'],
    ['N/A', null],
    ['', null],
  ])('order_id %j names %j', async (order_id, orderId) => {
    expect((await become(charge({ order_id }))).event!.orderId).toBe(orderId)
  })

  test('decides, and not the callback: paid is said, and underpaid is read', async () => {
    const { event } = await become(charge({ status: 'underpaid', missing_amt: 42000 }))
    expect(event).toMatchObject({ type: 'payment.partially_paid', received: { amount: '90.84' } })
  })

  test.each<[unknown, string]>([
    [charge({ status: 'unpaid' }), 'READ_BACK_BEHIND'],
    [null, 'READ_BACK_BEHIND'],
    [charge({ id: 'another' }), 'READ_BACK_MISMATCH'],
    [charge().data, 'READ_BACK_UNAVAILABLE'],
    ['Bad Gateway', 'READ_BACK_UNAVAILABLE'],
  ])('%j has the callback come again', async (answer, code) => {
    expect((await become(answer)).outcome).toMatchObject({ kind: 'retry_later', error: { code } })
  })

  test('is one event as long as it is the same, and the next part of a payment is another', async () => {
    const answers = [42000, 42000, 20000].map((missing_amt) => charge({ status: 'underpaid', missing_amt }))
    const receiver = receiverOf(openNode({ apiKey: KEY, readBack: async () => answers.shift() }))
    const kinds: string[] = []
    for (let at = 0; at < 3; at++) kinds.push((await receiver.deliver(body(), FORM)).kind)
    expect(kinds).toEqual(['unhandled', 'duplicate', 'unhandled'])
  })
})

describe('by the API', () => {
  const api = apiServer({ [`/v1/charge/${ID}`]: { body: JSON.stringify(charge()) } })

  test('the charge is asked for with the key, which nobody is told', async () => {
    const receiver = receiverOf(openNode({ apiKey: KEY, apiUrl: api.url() }) as Provider)
    expect(await receiver.deliver(body(), FORM)).toMatchObject({ kind: 'unhandled' })
    expect(api.requests).toMatchObject([{ path: `/v1/charge/${ID}`, headers: { authorization: KEY } }])
    expect(JSON.stringify(receiver.events)).not.toContain(KEY)
  })
})

test('the digest is blanked before anything is kept, handled or told (P7)', async () => {
  const store = recordingStore({ durable: true })
  const receiver = receiverOf(reading(charge()), { store })
  await receiver.deliver(body(), FORM)
  const digest = new URLSearchParams(body().toString()).get('hashed_order')!
  expect(JSON.stringify([store.calls, receiver.events, receiver.errors])).not.toContain(digest)
})

test('a body that proves an id, and names no charge, is not kept: whoever saw one callback could write many', async () => {
  const store = recordingStore({ durable: true })
  const provider = reading(charge())
  const { body: sent } = provider.sign({ id: '../..', status: 'paid' })
  expect(await receiverOf(provider, { store }).deliver(sent, FORM)).toMatchObject({ kind: 'unusable' })
  expect([store.calls, store.kept]).toEqual([[], []])
})

test.each([
  [{ apiKey: undefined }, /apiKey is missing/],
  [{ apiKey: 'short' }, /apiKey has 5 bytes/],
  [{ mode: 'test' }, /mode must be 'live' or 'dev'/],
  [{ readBack: 'x' }, /readBack must be a function/],
  [{ apikey: KEY }, /Did you mean "apiKey"/],
])('option %j is refused', (options, message) => {
  expect(() => openNode({ apiKey: KEY, ...options } as never)).toThrow(message)
})

describe('generated', () => {
  const provider = reading(charge())
  const proven = Buffer.from(`id=${ID}`)
  const digest = new URLSearchParams(body().toString()).get('hashed_order')!

  test('another byte of the id is refused: 401 (3,500 cases)', async () => {
    const deliver = deliveriesTo(provider)
    await fc.assert(
      fc.asyncProperty(oneByteOf(proven), async (id) => {
        const sent = Buffer.concat([id, Buffer.from(`&status=paid&hashed_order=${digest}`)])
        expect(await deliver(sent, FORM)).toEqual({ status: 401, events: [] })
      }),
      { numRuns: 3500 },
    )
  })

  test('another letter of the digest is refused: 401 (2,500 cases)', async () => {
    const deliver = deliveriesTo(provider)
    const changed = oneByteOf(Buffer.from(digest)).map((bytes) => bytes.toString('latin1'))
    await fc.assert(
      fc.asyncProperty(
        changed.filter((text) => text.toLowerCase() !== digest),
        async (text) => {
          const sent = Buffer.from(new URLSearchParams({ id: ID, status: 'paid', hashed_order: text }).toString())
          expect(await deliver(sent, FORM)).toEqual({ status: 401, events: [] })
        },
      ),
      { numRuns: 2500 },
    )
  })

  test('what is not covered decides nothing: the event is what was read, or the form is none (2,000 cases)', async () => {
    const known = ['status', 'order_id', 'price', 'missing_amt', 'overpaid_by', 'fee', 'description'] as const
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...known), fc.string({ unit: anyCharacter }), async (name, value) => {
        const fields = Object.fromEntries(new URLSearchParams(body().toString()))
        const sent = new URLSearchParams({ ...fields, [name]: value.toWellFormed() }).toString()
        const { status, events } = await deliveriesTo(provider)(Buffer.from(sent), FORM)
        expect(status).toBe(200)
        expect(events).toMatchObject([
          { id: `opennode:${ID}:paid:`, orderId: 'ORDER-1001', received: { amount: '129' } },
        ])
      }),
      { numRuns: 2000 },
    )
  })

  test('a charge that says anything in one place becomes only what it says: 200 or 503 (2,500 cases)', async () => {
    const statuses = ['unpaid', 'processing', 'underpaid', 'paid', 'refunded', 'expired']
    const states = statuses.map((status) => charge({ status, missing_amt: 42000, overpaid_by: 8000 }))
    const places = states.flatMap((state) => pathsOf(state).map((path) => ({ state, path })))
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...places), anything, async ({ state, path }, value) => {
        const read = replaced(state, path, value) as { data: Json }
        const { status, events } = await deliveriesTo(reading(read))(body(), FORM)
        expect([200, 503]).toContain(status)
        expect(events).toHaveLength(status === 200 ? 1 : 0)
        for (const { received, expected } of events) {
          if (received === null || received.currency === 'BTC') continue
          expect(expected!.amount).toBe(toDecimal(read.data['source_fiat_value']) ?? toDecimal(read.data['fiat_value']))
          expect(Number(received.amount)).toBeLessThanOrEqual(Number(expected!.amount))
        }
      }),
      { numRuns: 2500 },
    )
  })
})
