/** Correctly signed bodies that are no event: kept or answered 400, never half understood. */
import { describe, expect, test } from '@jest/globals'
import { cityPay, cryptoGateway, defineProvider, hmacSignature } from 'express-payment-webhooks'
import { sample, sampleCityPayOrder, signedRequest, type CityPayOrderStatus } from 'express-payment-webhooks/testing'
import { bodyOf, hmacProvider, SECRET, VALID } from '../support/hmac-provider.js'
import type { Shop } from '../support/open-shop.js'
import { recordingStore } from '../support/recording-store.js'
import { responsively } from '../support/responsively.js'
import { expectHarmless, expectStillWelcome, throughEveryDoor } from '../support/shops.js'

const invalidUtf8 = (bytes: string) =>
  Buffer.from(
    Buffer.from(withField('order_id', '"<bytes>"'))
      .toString('hex')
      .replace(Buffer.from('<bytes>').toString('hex'), bytes),
    'hex',
  )
const withField = (field: string, json: string) =>
  bodyOf().replace(new RegExp(`"${field}":"[^"]*"`), `"${field}":${json}`)

/** Rows with the expectation "quarantine", by code: kept if the store can keep deliveries, otherwise 400. */
const rows: Record<string, [string, Buffer | string][]> = {
  BODY_EMPTY: [['H08 an empty body', '']],
  JSON_NOT_UTF8: [
    ['J02 a byte that is not UTF-8', invalidUtf8('ff')],
    ['J02 an overlong slash', invalidUtf8('c0af')],
    ['J02 an encoded surrogate', invalidUtf8('eda080')],
    ['J02 a code point beyond Unicode', invalidUtf8('f4908080')],
    ['J02 a sequence cut off by the end', Buffer.concat([Buffer.from(bodyOf()), Buffer.from('e2', 'hex')])],
    [
      'J02 UTF-16 with its byte order mark',
      Buffer.concat([Buffer.from('fffe', 'hex'), Buffer.from(bodyOf(), 'utf16le')]),
    ],
  ],
  JSON_TOO_DEEP: [
    [
      'J09 32 000 open brackets under an unknown key',
      bodyOf().replace('{', `{"x":${'['.repeat(32_000)}${']'.repeat(32_000)},`),
    ],
    ['J09 33 levels under an unknown key', bodyOf().replace('{', `{"x":${'['.repeat(32)}${']'.repeat(32)},`)],
    [
      'J09 10 000 objects in one another',
      bodyOf().replace('{', `{"x":${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)},`),
    ],
  ],
  JSON_DUPLICATE_KEY: [
    ['a key named twice', bodyOf().replace('{', '{"amount":"1.00",')],
    ['a key named twice, once escaped', bodyOf().replace('{', '{"\\u0061mount":"1.00",')],
  ],
  PAYLOAD_INVALID: [
    ['J04 an id with an escaped NUL', withField('id', '"a\\u0000b"')],
    ['J04 an order id with an escaped NUL', withField('order_id', '"a\\u0000b"')],
    ['J04 an unknown event type with an escaped NUL', withField('type', '"a\\u0000b"')],
    ['J04 an id with a lone surrogate', withField('id', '"a\\ud800b"')],
    ['J04 an order id with a lone surrogate', withField('order_id', '"a\\ud800b"')],
    ['J04 an unknown event type with a lone surrogate', withField('type', '"a\\ud800b"')],
    ['J05 an id of 10 000 characters', bodyOf({ id: 'x'.repeat(10_000) })],
    ['J05 an id of 256 characters', bodyOf({ id: 'x'.repeat(256) })],
    ['J05 an order id of 10 000 characters', bodyOf({ order_id: 'x'.repeat(10_000) })],
    ...['null', '[]', '"x"', '1', 'true', '{}', '[{}]', '""', '-0'].map((text): [string, string] => [
      `J10 a top level of ${text}`,
      text,
    ]),
    ...['{"$ne":null}', '["1001"]', '{"toString":"x"}', 'null', 'true', '""', '1.5', '{}'].map(
      (json): [string, string] => [`J16 an order id of ${json}`, withField('order_id', json)],
    ),
    ['J17 an order id with a line break and a header', bodyOf({ order_id: '1001\r\nX: y' })],
    ['J17 an order id with a terminal escape', bodyOf({ order_id: '\u001b[2J' })],
  ],
}
const unusable = Object.entries(rows).flatMap(([code, bodies]) =>
  bodies.map(([row, body]): [string, string, Buffer | string] => [row, code, body]),
)

throughEveryDoor((open) => {
  describe('with a store that keeps nothing', () => {
    test.each(unusable)('%s is answered 400, and onError gets %s and the whole body', async (_row, code, body) => {
      const shop = await open()
      const answer = await responsively(() => shop.deliver(body))
      expect(shop.errors).toMatchObject([{ error: { code }, details: { outcome: 'unusable', event: null } }])
      expect(shop.errors[0]!.details.body?.equals(Buffer.from(body))).toBe(true)
      await expectHarmless(shop, answer, 400)
    })
  })

  describe('with a durable store', () => {
    test.each(unusable)('%s is kept once as %s, byte for byte, and answered 200', async (_row, code, body) => {
      const shop = await open({ store: recordingStore({ durable: true }) })
      const answer = await shop.deliver(body)
      expect(answer.status).toBe(200)
      expect(shop.handled).toEqual([])
      expect(shop.store.calls.map(({ method }) => method)).toEqual(['quarantine'])
      expect(shop.store.kept).toMatchObject([{ provider: 'hmac', eventId: null, code }])
      expect(shop.store.kept[0]!.body.equals(Buffer.from(body))).toBe(true)
      await expectStillWelcome(shop)
    })

    test('J02 two different invalid bodies are kept under two keys', async () => {
      const shop = await open({ store: recordingStore({ durable: true }) })
      await shop.deliver(invalidUtf8('ff'))
      await shop.deliver(invalidUtf8('fe'))
      expect(new Set(shop.store.kept.map(({ key }) => key)).size).toBe(2)
    })

    test('unsigned, the same bodies are answered 401 and never kept', async () => {
      const shop = await open({ store: recordingStore({ durable: true }) })
      for (const [, , body] of unusable) expect((await shop.post(body)).status).toBe(401)
      expect(shop.store.kept).toEqual([])
      await expectHarmless(shop, await shop.post('{'), 401)
    })
  })

  describe('accepted', () => {
    const accepted: [string, Buffer | string, object][] = [
      ['J01 a byte order mark before the JSON', `\ufeff${bodyOf()}`, { id: 'hmac:evt_1' }],
      [
        'J07 a status under __proto__',
        bodyOf().replace('{', '{"__proto__":{"status":"paid","orderId":"9"},'),
        { id: 'hmac:evt_1', orderId: '1001' },
      ],
      [
        'J07 a polluting constructor',
        bodyOf().replace('{', '{"constructor":{"prototype":{"status":"paid"}},'),
        { orderId: '1001' },
      ],
      [
        'J09 31 levels under an unknown key',
        bodyOf().replace('{', `{"x":${'['.repeat(31)}${']'.repeat(31)},`),
        { orderId: '1001' },
      ],
      ['J12 unknown extra fields', bodyOf({ added: { later: [1, 2] }, tags: null }), { orderId: '1001' }],
      ['J15 an order id as a number', withField('order_id', '1001'), { orderId: '1001' }],
      ['J15 an order id as a number with a fraction of zero', withField('order_id', '1001.0'), { orderId: '1001' }],
      ['J15 an order id with leading zeros, which is another one', bodyOf({ order_id: '01001' }), { orderId: '01001' }],
      ['J15 an order id with a blank, which is another one', bodyOf({ order_id: ' 1001' }), { orderId: ' 1001' }],
      [
        'J15 an order id larger than a float holds, ending in zeros',
        withField('order_id', '100000000000000000000'),
        { orderId: '100000000000000000000' },
      ],
      [
        'J15 an order id larger than a float holds',
        withField('order_id', '9007199254740993'),
        { orderId: '9007199254740993' },
      ],
      [
        'J15 an order id that no float holds, as the text it was sent as',
        withField('order_id', '1e400'),
        { orderId: '1e400' },
      ],
      ...["1001' OR 1=1--", '../../etc', '%00', '🧨', '\u202e1001', '10\u200b01', 'cafe\u0301', 'café', 'ＯＲＤ'].map(
        (order_id): [string, string, object] => [
          `J17 the order id ${JSON.stringify(order_id)}, as it is`,
          bodyOf({ order_id }),
          { orderId: order_id },
        ],
      ),
      ['J18 a body of 63 KB', bodyOf({ pad: 'x'.repeat(63 * 1024) }), { orderId: '1001' }],
      [
        'J18 a body of 63 KB of short members',
        bodyOf({ pad: Array.from({ length: 9000 }, (_, at) => at) }),
        { orderId: '1001' },
      ],
    ]
    test.each(accepted)('%s: handled once', async (_row, body, event) => {
      const shop = await open()
      expect((await responsively(() => shop.deliver(body))).status).toBe(200)
      expect(shop.handled).toMatchObject([event])
      expect(shop.handled[0]!.native).not.toHaveProperty('status')
      expect(({} as { status?: unknown }).status).toBeUndefined()
    })

    test('J07 a loose object of a real provider drops __proto__ too', async () => {
      const provider = cryptoGateway({ secret: SECRET })
      const shop = await open({ provider: provider })
      const { body } = signedRequest(provider, sample('crypto-gateway', 'transaction.confirmed'))
      const polluted = body.replace('"metadata":{', '"metadata":{"__proto__":{"status":"paid"},')
      const { headers } = signedRequest(provider, polluted)
      expect((await shop.post(polluted, `x-gateway-signature: ${headers['x-gateway-signature']}`)).status).toBe(200)
      expect((shop.handled[0]!.native as { metadata: { status?: unknown } }).metadata.status).toBeUndefined()
    })

    test('J17 composed and decomposed letters, and 1001 and 01001, are different event ids', async () => {
      const shop = await open()
      for (const id of ['cafe\u0301', 'café', '1001', '01001', '1001 ', 'a:b', 'a%3Ab'])
        expect((await shop.deliver(bodyOf({ id }))).status).toBe(200)
      expect(new Set(shop.handled.map(({ id }) => id)).size).toBe(7)
    })

    test('J15 the event id 1001 as number and as text is one event', async () => {
      const shop = await open()
      await shop.deliver(withField('id', '1001'))
      await shop.deliver(bodyOf({ id: '1001' }))
      expect(shop.handled).toHaveLength(1)
    })

    test.each(['Partially_Paid', 'payment.Confirmed', 'payment', '__proto__', 'constructor', 'toString'])(
      'J13 the unknown event type %s is answered 200 and remembered, and no handler runs',
      async (type) => {
        const shop = await open()
        expect((await shop.deliver(bodyOf({ type }))).status).toBe(200)
        expect((await shop.deliver(bodyOf({ type }))).status).toBe(200)
        expect(shop.handled).toEqual([])
        expect(shop.errors).toEqual([])
        expect(shop.outcomes).toMatchObject([
          { outcome: 'unhandled', eventType: `hmac.${type}` },
          { outcome: 'duplicate' },
        ])
      },
    )
  })

  describe('J14 spellings of a CityPay status', () => {
    const spellings: [string, CityPayOrderStatus, string][] = [
      ['In-progress', 'IN_PROGRESS', 'payment.pending'],
      ['IN_PROGRESS', 'IN_PROGRESS', 'payment.pending'],
      ['Paid/Unconfirmed', 'PAID_UNCONFIRMED', 'payment.detected'],
      ['PAID_UNCONFIRMED', 'PAID_UNCONFIRMED', 'payment.detected'],
      ['confirmed', 'CONFIRMED', 'payment.confirmed'],
    ]
    const cityPayShop = (answer: object): Promise<Shop> =>
      open({ provider: cityPay({ orderToken: () => '730914458201', readBack: async () => answer }) })

    test.each(spellings)('%s is read as %s', async (spelling, status, type) => {
      const answer = sampleCityPayOrder(status, undefined, { status: { code: spelling } })
      const shop = await cityPayShop(answer)
      await shop.post(JSON.stringify(sample('city-pay', 'IN_PROGRESS', { status: spelling })))
      expect(shop.handled).toMatchObject([{ type }])
    })

    test('a status nobody knows is answered 200, and no handler runs', async () => {
      const shop = await cityPayShop(sampleCityPayOrder('CONFIRMED', undefined, { status: { code: 'ON_THE_MOON' } }))
      expect((await shop.post(JSON.stringify(sample('city-pay', 'CONFIRMED')))).status).toBe(200)
      expect(shop.handled).toEqual([])
      expect(shop.outcomes).toMatchObject([{ outcome: 'unhandled', eventType: 'city-pay.on_the_moon' }])
    })
  })

  describe('J05 what a provider without a schema of its own calls an id', () => {
    const shopOf = (identity: (id: string) => string[]) => {
      const toEvent = ({ id }: typeof VALID) => ({
        type: 'payment.confirmed' as const,
        identity: identity(id),
        native: {},
      })
      const schema = { safeParse: (data: unknown) => ({ success: true as const, data: data as typeof VALID }) }
      const provider = defineProvider({
        name: 'hmac',
        types: ['payment.confirmed'],
        authentication: hmacSignature({ header: 'x-signature', secret: SECRET }),
        schema,
        toEvent,
      })
      return open({ provider })
    }

    test('of 10 000 characters is answered 400', async () => {
      const shop = await shopOf((id) => [id])
      await expectHarmless(shop, await shop.deliver(bodyOf({ id: 'x'.repeat(10_000) })), 400)
    })

    test('of a thousand letters that take nine characters each to write is an event, and no other', async () => {
      const shop = await shopOf((id) => [id])
      const ids = ['\u4ed8', '\u6b3e'].map((last) => '\u652f'.repeat(999) + last)
      for (const id of [...ids, ...ids]) expect((await shop.deliver(bodyOf({ id }))).status).toBe(200)
      expect(shop.handled.map(({ id }) => id)).toEqual([
        expect.stringMatching(/^hmac:sha256=[\w-]{43}$/),
        expect.stringMatching(/^hmac:sha256=[\w-]{43}$/),
      ])
    })

    test('cannot be written so that it is the shortened id of another', async () => {
      const shop = await shopOf((id) => id.split(' '))
      await shop.deliver(bodyOf({ id: Array.from({ length: 50 }, () => 'x'.repeat(50)).join(' ') }))
      const shortened = shop.handled[0]!.id
      await shop.deliver(bodyOf({ id: shortened.replace('hmac:', '').replaceAll(':', ' ') }))
      expect(shop.handled.map(({ id }) => id)).toEqual([shortened, shortened.replace('sha256=', 'sha256%3D')])
    })
  })

  test('a field the schema does not know never reaches the event', async () => {
    const shop = await open({ provider: hmacProvider() })
    await shop.deliver(bodyOf({ admin: true }))
    expect(shop.handled[0]!.native).toEqual({ ...VALID, amount: '100' })
  })
})
