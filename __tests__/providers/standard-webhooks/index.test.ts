/** Standard Webhooks, with vectors that the reference libraries signed and judged. */
import { describe, expect, test } from '@jest/globals'
import { generateKeyPairSync } from 'node:crypto'
import {
  DeliveryError,
  fromMinorUnits,
  identifier,
  memoryStore,
  readBack,
  type Provider,
} from 'express-payment-webhooks'
import { standardWebhooks } from 'express-payment-webhooks/providers/standard-webhooks'
import { Webhook } from 'standardwebhooks'
import { z } from 'zod'
import { samples, types } from '../../../src/testing/samples/standard-webhooks.js'
import { eventOf, receiverOf, refusalOf } from '../../support/deliver.js'
import { recordingStore } from '../../support/recording-store.js'
import { describeExamples, describeVectors, vectorsOf, type Vector } from '../../support/provider-suite.js'
import { clock, SECRET, sender, signedBy, TYPES } from '../../support/standard-sender.js'

interface StandardVector extends Vector {
  readonly secrets: readonly string[]
  /** Our clock, in seconds. */
  readonly now: number
}

const file = vectorsOf<{
  'standard-webhooks': {
    cases: StandardVector[]
    asymmetric: { public_key: string; cases: StandardVector[] }
  }
}>('standard-webhooks')
const { cases, asymmetric } = file['standard-webhooks']

const caseOf = (name: string) => cases.find((one) => one.name === name)!
const genuine = caseOf('genuine')

const NO_EVENT = ['published vector of the reference libraries', 'empty body']

describeVectors(cases, ({ secrets, now }) => sender({ secret: secrets, ...clock(now) }), {}, NO_EVENT)

describe('signed with a private key', () => {
  const create = ({ now }: StandardVector) =>
    standardWebhooks({ publicKey: asymmetric.public_key, types: TYPES, ...clock(now) })

  describeVectors(asymmetric.cases, create)
})

describe("Polar's secrets, whose text does not tell how they are read", () => {
  interface PolarVector extends Vector {
    readonly secrets: readonly string[]
    readonly now: number
  }
  const { polar } = vectorsOf<{ polar: { cases: PolarVector[] } }>('polar')

  describeVectors(polar.cases, ({ secrets, now }) =>
    standardWebhooks({
      name: 'polar',
      secret: secrets,
      key: ['whsec', 'text'],
      types: ['payment.confirmed'],
      toEvent: (native) => ({ type: 'payment.confirmed', native }),
      ...clock(now),
    }),
  )
})

describeExamples('standard-webhooks', () => sender())

test.each(Object.keys(samples) as (keyof typeof samples)[])(
  'the sample %s becomes what it is said to',
  async (name) => {
    expect((await eventOf(sender(), JSON.stringify(samples[name]))).type).toBe(types[name])
  },
)

describe('the names of the headers', () => {
  const named = caseOf('the same under the svix- header names')

  test.each([
    ['svix', named, 'unhandled'],
    ['webhook', named, 'not_authentic'],
    ['svix', genuine, 'not_authentic'],
  ])('%s, by configuration: %p', async (headers, { raw_body: body, headers: sent }, kind) => {
    expect(await receiverOf(sender({ headers })).deliver(body, sent)).toMatchObject({ kind })
  })

  test('of the two families, only the one that is configured is looked at', async () => {
    const spoiled = Object.fromEntries(
      Object.entries(named.headers).map(([name, value]) => [name, `${String(value)}x`]),
    )
    expect(await eventOfDelivery(sender(), genuine.raw_body, { ...genuine.headers, ...spoiled })).toMatchObject({
      id: `standard-webhooks:${String(genuine.headers['webhook-id'])}`,
    })
  })

  test('a delivery that is signed for a test has those names', () => {
    expect(Object.keys(sender({ headers: 'svix' }).sign({}).headers)).toEqual([
      'content-type',
      'svix-id',
      'svix-timestamp',
      'svix-signature',
    ])
  })
})

async function eventOfDelivery(provider: Provider, body: string, headers: Vector['headers']) {
  const receiver = receiverOf(provider)
  await receiver.deliver(body, headers)
  return receiver.events[0]
}

describe('identity', () => {
  const retry = caseOf('retry: same id and body, later timestamp, signed anew')

  test('is the signed id: a retry with a time of its own is the same event', async () => {
    let seconds = genuine.now
    const receiver = receiverOf(sender({ now: () => seconds * 1000 }))
    expect(await receiver.deliver(genuine.raw_body, genuine.headers)).toMatchObject({ kind: 'unhandled' })
    seconds = retry.now
    expect(await receiver.deliver(retry.raw_body, retry.headers)).toMatchObject({ kind: 'duplicate' })
    expect(receiver.events).toMatchObject([{ id: 'standard-webhooks:msg_3FkT8wq2VnB61zHdYc0LsGaE' }])
  })

  test('begins with the name of the sender, so that two of them share a store', async () => {
    const store = memoryStore()
    for (const name of ['acme', 'other']) {
      const provider = sender({ name, types: [`${name}.invoice.paid`] })
      const outcome = await receiverOf(provider, { store: store }).deliver(genuine.raw_body, genuine.headers)
      expect(outcome).toMatchObject({ kind: 'unhandled', event: { id: `${name}:msg_3FkT8wq2VnB61zHdYc0LsGaE` } })
    }
  })

  test('is kept with a delivery that cannot be used, and neither time nor signature are', async () => {
    const store = recordingStore({ durable: true })
    const { raw_body: body, headers } = caseOf('published vector of the reference libraries')
    const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'
    const receiver = receiverOf(sender({ secret, ...clock(1614265330) }), { store })
    expect(await receiver.deliver(body, headers)).toMatchObject({ kind: 'quarantined' })
    expect(store.kept.map((one) => one.headers)).toEqual([{ 'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek' }])
  })

  test('an event with an id of two kinds of content is for a person', async () => {
    const receiver = receiverOf(sender({ types: ['payment.confirmed'], toEvent: confirmed }))
    const webhook = new Webhook(SECRET)
    const deliver = (amount: string) => {
      const body = JSON.stringify({ type: 'invoice.paid', data: { amount } })
      return receiver.deliver(body, signedBy(webhook, 'msg_1', body))
    }
    expect(await deliver('1')).toMatchObject({ kind: 'unhandled' })
    expect(await deliver('2')).toMatchObject({ error: { code: 'ID_CONFLICT' } })
  })
})

const confirmed = (native: { data: unknown }) => {
  const { amount } = native.data as { amount: string }
  return {
    type: 'payment.confirmed' as const,
    received: { amount, currency: 'EUR', basis: 'total' as const },
    native,
  }
}

describe('the recommended envelope', () => {
  test('gives an event its name and its date', async () => {
    expect(await eventOfDelivery(sender(), genuine.raw_body, genuine.headers)).toMatchObject({
      type: 'standard-webhooks.invoice.paid',
      occurredAt: '2026-11-27T08:09:58.412Z',
      orderId: null,
      received: null,
      native: { data: { order_id: 'ORDER-1001' } },
    })
  })

  test('one whose type is not listed reaches whoever takes what has no name here', async () => {
    const other = standardWebhooks({ secret: SECRET, types: ['standard-webhooks.other'], ...clock() })
    const receiver = receiverOf(other)
    await receiver.deliver(genuine.raw_body, genuine.headers)
    expect(receiver.events).toMatchObject([
      { id: 'standard-webhooks:invoice.paid:msg_3FkT8wq2VnB61zHdYc0LsGaE', type: 'standard-webhooks.invoice.paid' },
    ])
  })

  test.each([
    ['no date', {}, null],
    ['a date that nobody can read', { timestamp: 'yesterday' }, null],
    ['an offset', { timestamp: '2026-11-27T10:09:58+02:00' }, '2026-11-27T08:09:58.000Z'],
  ])('%s', async (_what, rest, occurredAt) => {
    const body = JSON.stringify({ type: 'invoice.paid', ...rest })
    expect((await eventOf(sender(), body)).occurredAt).toBe(occurredAt)
  })

  test.each(['{}', '{"type":""}', '{"type":1}', '[]', '"x"'])('%s is none, and is kept', async (body) => {
    expect(await refusalOf(sender(), body)).toBe('PAYLOAD_INVALID')
  })
})

describe('a mapping of the shop', () => {
  const body = JSON.stringify({ type: 'invoice.paid', data: { amount: '129.00' } })
  const mapped = (toEvent: (native: any, delivery: { id: string }) => any, rest: object = {}) =>
    standardWebhooks({ secret: SECRET, types: ['payment.confirmed'], toEvent, ...clock(), ...rest })

  test('names no identity, and gets the id', async () => {
    const event = await eventOf(
      mapped((native, { id }) => ({ ...confirmed(native), orderId: id })),
      body,
    )
    expect(event).toMatchObject({ type: 'payment.confirmed', received: { amount: '129', basis: 'total' } })
    expect(event.id).toBe(`standard-webhooks:${String(event.orderId)}`)
    expect(event.orderId).toMatch(/^msg_/)
  })

  test('may name one, where a sender has two ids for one thing', async () => {
    const provider = mapped((native) => ({ ...confirmed(native), identity: ['inv_1'] }))
    expect((await eventOf(provider, body)).id).toBe('standard-webhooks:inv_1')
  })

  test('may take its time, and not know an event', async () => {
    const later = mapped(async (native) => confirmed(native))
    expect((await eventOf(later, body)).id).toMatch(/^standard-webhooks:msg_/)
    const unknown = await eventOf(
      mapped((native) => ({ unrecognised: 'invoice.paid', native })),
      body,
    )
    expect(unknown).toMatchObject({ type: 'standard-webhooks.invoice.paid', id: expect.stringMatching(/:msg_/) })
  })

  test('may ignore one', async () => {
    const receiver = receiverOf(mapped(() => ({ ignored: 'a ping' })))
    expect(await receiver.deliver(body)).toMatchObject({ kind: 'ignored' })
  })

  test('may have a thin body read back, once', async () => {
    let reads = 0
    const provider = mapped((_native, { id }) =>
      readBack({
        key: 'inv_1',
        known: { type: 'payment.confirmed', identity: [id] },
        read: async () => ({ data: { amount: String(++reads) } }),
        toEvent: (state) => ({ ...confirmed(state), identity: [id] }),
      }),
    )
    const receiver = receiverOf(provider)
    await receiver.deliver(body)
    expect(await receiver.deliver(body)).toMatchObject({ kind: 'duplicate' })
    expect([reads, receiver.events]).toMatchObject([1, [{ received: { amount: '1' } }]])
  })

  test('validates by a schema of its own, which need not be an envelope', async () => {
    const schema = z.object({ test: z.number() })
    const { raw_body: published, headers } = caseOf('published vector of the reference libraries')
    const provider = standardWebhooks({
      secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
      types: ['payment.confirmed'],
      schema,
      toEvent: (native) => ({ type: 'payment.confirmed', paymentId: String(native.test), native }),
      ...clock(1614265330),
    })
    expect(await eventOfDelivery(provider, published, headers)).toMatchObject({ paymentId: '2432232314' })
    expect(await refusalOf(provider, '{"test":"x"}')).toBe('PAYLOAD_INVALID')
  })

  test('that fails is a fault of the shop', async () => {
    const invalid = () => {
      throw new DeliveryError('PAYLOAD_INVALID', 'no amount')
    }
    expect(await refusalOf(mapped(invalid), body)).toBe('PAYLOAD_INVALID')
    expect(
      await refusalOf(
        mapped(() => ({ type: 'payment.failed', native: null })),
        body,
      ),
    ).toBe('EVENT_INVALID')
  })

  test('of a sender of its own takes a few lines', async () => {
    const acme = (secret: string) =>
      standardWebhooks({
        name: 'acme',
        secret,
        headers: 'svix',
        types: ['payment.confirmed'],
        schema: z.looseObject({
          type: z.string(),
          data: z.looseObject({ id: identifier, total: z.int(), currency: z.string(), order: identifier }),
        }),
        toEvent(native) {
          const { id, total, currency, order } = native.data
          if (native.type !== 'order.paid') return { unrecognised: native.type, native }
          const received = { amount: fromMinorUnits(total, currency), currency, basis: 'total' as const }
          return { type: 'payment.confirmed', orderId: order, paymentId: id, received, native }
        },
      })
    const paid = { type: 'order.paid', data: { id: 'ord_1', total: 12900, currency: 'eur', order: 'ORDER-1001' } }
    expect(await eventOf(acme(SECRET), JSON.stringify(paid))).toMatchObject({
      provider: 'acme',
      orderId: 'ORDER-1001',
      received: { amount: '129', currency: 'EUR' },
    })
    expect((await eventOf(acme(SECRET), JSON.stringify({ ...paid, type: 'order.made' }))).type).toBe('acme.order.made')
  })
})

describe('what a mismatch is told to the operator', () => {
  test.each([
    ['a retired secret', { secret: 'whsec_Zx8Wv7Ut6Sr5Qp4On3Ml2Kj1Ih0GfEdC', retired: SECRET }, /retired secret/],
    ['a secret that is not decoded', {}, /the secret read as text/],
  ])('%s', (_what, rest, told) => {
    const { raw_body: body, headers } =
      _what === 'a retired secret' ? genuine : caseOf('key is the text of the secret, not its decoded bytes')
    const { authentication } = sender(rest)
    const why = authentication.explain?.({ body: Buffer.from(body), headers }, undefined)
    expect(why).toMatch(told)
    expect(why).not.toContain('kYQm0s7d')
  })
})

describe('answers', () => {
  test('no delivery is answered 410, which has the endpoint switched off', () => {
    for (const provider of [sender(), sender({ answers: { notAuthentic: 403, later: 429 } })]) {
      const { accepted, notAuthentic, later } = provider.answers
      expect([accepted.status, notAuthentic, later]).not.toContain(410)
    }
    expect(() => sender({ answers: { notAuthentic: 410 } })).toThrow(/410/)
    expect(() => sender({ answers: { later: 410 } })).toThrow(/410/)
  })

  test('patience and orders are those of the sender', () => {
    const rest = { patienceMs: 10_000, unknownOrder: 'keep', blocksQueue: true, account: 'b' }
    expect(sender()).toMatchObject({ patienceMs: null, unknownOrder: 'later', blocksQueue: false, account: '' })
    expect(sender(rest)).toMatchObject(rest)
  })
})

describe('options', () => {
  const { privateKey } = generateKeyPairSync('ed25519')
  const only = (options: object) => () => standardWebhooks({ types: TYPES, ...options } as never)

  test.each([
    ['no secret', {}, /secret is missing or empty/],
    ['an empty one', { secret: '' }, /secret is missing or empty/],
    ['a version in front of it', { secret: `v1,${SECRET}` }, /remove the version before it/],
    ['the URL-safe alphabet', { secret: `whsec_${'ab-_'.repeat(8)}` }, /base64 in its standard alphabet/],
    ['a short one', { secret: 'whsec_YWJjZGVmZ2hpams=' }, /decodes to 11 bytes/],
    ['the public key as a secret', { secret: asymmetric.public_key }, /as publicKey/],
    [
      'the private key as a secret',
      { secret: [SECRET, asymmetric.public_key.replace('whpk', 'whsk')] },
      /as publicKey/,
    ],
    ['a secret as the public key', { publicKey: SECRET }, /whpk_ and 32 bytes/],
    ['an unset variable', { publicKey: undefined }, /whpk_ and 32 bytes in base64; is its environment variable set/],
    ['no keys', { publicKey: [] }, /at least one key/],
    ['both', { secret: SECRET, publicKey: asymmetric.public_key }, /either secret.*or publicKey/],
    ['a retired secret beside a key', { publicKey: asymmetric.public_key, retired: SECRET }, /either secret/],
    ['a private key beside a secret', { secret: SECRET, privateKey }, /privateKey belongs to publicKey/],
    ['another family', { secret: SECRET, headers: 'x' }, /'webhook' or 'svix'/],
    ['a schema alone', { secret: SECRET, schema: z.unknown() }, /schema needs toEvent/],
    ['no types', { secret: SECRET, types: [] }, /at least one event type/],
    ['types of another sender', { secret: SECRET, name: 'acme' }, /starts with "acme\."/],
    ['a misspelt option', { secret: SECRET, toevent: () => {} }, /Did you mean "toEvent"/],
  ])('%s', (_what, options, message) => {
    expect(only(options)).toThrow(message)
    expect(only(options)).not.toThrow(/kYQm0s7d|zZkVGjHV/)
  })

  test.each([
    ['without its prefix', SECRET.slice('whsec_'.length)],
    ['without padding', `whsec_${Buffer.alloc(25, 7).toString('base64').replaceAll('=', '')}`],
  ])('a secret %s', async (_how, secret) => {
    expect(await eventOf(sender({ secret }), genuine.raw_body)).toMatchObject({ type: TYPES[0] })
  })

  test('an unset variable beside a secret is no second proof', async () => {
    expect(await eventOf(sender({ publicKey: undefined }), genuine.raw_body)).toMatchObject({ type: TYPES[0] })
  })

  test('a private key signs in tests, and in production stops the start', async () => {
    const { privateKey: own, publicKey } = generateKeyPairSync('ed25519')
    const { x } = publicKey.export({ format: 'jwk' })
    const whpk = `whpk_${Buffer.from(x!, 'base64url').toString('base64')}`
    const options = { publicKey: [asymmetric.public_key, whpk], privateKey: own, types: TYPES }
    expect(await eventOf(standardWebhooks(options), genuine.raw_body)).toMatchObject({ type: TYPES[0] })
    const { NODE_ENV } = process.env
    process.env['NODE_ENV'] = 'production'
    try {
      expect(() => standardWebhooks(options)).toThrow(/privateKey is for tests/)
    } finally {
      process.env['NODE_ENV'] = NODE_ENV
    }
  })
})
