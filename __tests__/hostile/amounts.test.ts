/** Amounts are exact or refused: a value that a float would change, or that a number parser would have to guess, is refused. */
import { describe, expect, test } from '@jest/globals'
import { coinsPh, cryptoGateway, toDecimal } from 'express-payment-webhooks'
import { sample, signedRequest } from 'express-payment-webhooks/testing'
import { bodyOf, SECRET } from '../support/hmac-provider.js'
import { recordingStore } from '../support/recording-store.js'
import { expectHarmless, throughEveryDoor } from '../support/shops.js'

const withAmount = (json: string) => bodyOf().replace('"100.00"', json)

const refused: [string, string][] = [
  ...[
    '1e400',
    '1E-400',
    '-0',
    '-0.0',
    '-0e5',
    '"Infinity"',
    '"-Infinity"',
    '"NaN"',
    '1e201',
    '1e20',
    '1e-19',
    '0e999',
    '1.00000000000000001e-7',
    '1.0000000000000001e-19',
    '1e-99',
  ].map((json): [string, string] => ['N04', json]),
  ...[
    '""',
    '" "',
    'null',
    '[]',
    '{}',
    'true',
    'false',
    '["5"]',
    '"0x10"',
    '"1e3"',
    '" 12 "',
    '"+5"',
    '"5."',
    '".5"',
    '"1,5"',
    '"1,000.00"',
    '"1_000"',
    '"5\\n"',
    '"12n"',
    '"$5"',
    '"٣"',
    '"５"',
    '"1.2.3"',
    '"1e+3"',
    '"1e0"',
    '"1e-0"',
    '"1e-19"',
    '"1e-007"',
    '"1e-999999999"',
    '"0.1e-18"',
    '"12e-7"',
    '"1.e-7"',
    '".5e-7"',
    '"-1e-7"',
    '" 1e-7"',
    '"1e-7.0"',
    '"1.00000000000000001e-7"',
  ].map((json): [string, string] => ['N05', json]),
  ['N05', '"123456789012345678901"'],
  ['N05', '"1.0000000000000000001"'],
  ['N05', '123456789012345678901'],
  ['N05', '1.0000000000000000001'],
  ['N05', `"${'9'.repeat(10_000)}"`],
  ['N05', '9'.repeat(10_000)],
  ['N05', `0.${'0'.repeat(10_000)}1`],
  ['N05', '"0.0000000000000000001"'],
  ['N05', '"0.100000000000000000000000000000000001"'],
  ['N07', '"-100.00"'],
  ['N07', '-100'],
  ['N07', '-1e-7'],
]

test.each([
  9007199254740992,
  0.1 + 0.2,
  1.0000000000000002,
  1e15 + 1,
  1e16,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  -0,
  -1,
])('N01 toDecimal(%p) is null: a float with more than 15 digits may have been another amount', (float) => {
  expect(toDecimal(float)).toBeNull()
})

throughEveryDoor((open) => {
  describe('exact', () => {
    const exact: [string, string][] = [
      ['N01 9007199254740993', '9007199254740993'],
      ['N01 9007199254740992.5', '9007199254740992.5'],
      ['N02 1000000000000000001', '1000000000000000001'],
      ['N02 1000000000000000000', '1000000000000000000'],
      ['N02 1000000000000000000.0', '1000000000000000000'],
      ['N02 12345678901234567000', '12345678901234567000'],
      ['N02 1.50000000000000000', '1.5'],
      ['N02 1.000000000000000001', '1.000000000000000001'],
      ['N02 "1.000000000000000001"', '1.000000000000000001'],
      ['N02 0.1', '0.1'],
      ['N02 1e-7', '0.0000001'],
      ['N02 1.1000000000000001e-7', '0.00000011000000000000001'],
      ['N02 1.2345678901234567e-18', '0.0000000000000000012345678901234567'],
      ['N02 0.0006000000000000001', '0.0006000000000000001'],
      ['N02 "1e-7"', '0.0000001'],
      ['N02 "1.50E-07"', '0.00000015'],
      ['N02 "9e-18"', '0.000000000000000009'],
      ['N02 "0E-8"', '0'],
      ['N02 1.5E+3', '1500'],
      ['N02 123456789.123456', '123456789.123456'],
      ['N02 0.30000000000000004', '0.30000000000000004'],
      ['N02 "99999999999999999999.999999999999999999"', '99999999999999999999.999999999999999999'],
      ['N08 100', '100'],
      ['N08 100.0', '100'],
      ['N08 100.00', '100'],
      ['N08 "100"', '100'],
      ['N08 "00100.00"', '100'],
      ['N08 1e2', '100'],
      ['N09 100.004', '100.004'],
      ['N09 99.995', '99.995'],
    ]
    test.each(exact)('%s is read exactly', async (row, amount) => {
      const shop = await open()
      expect((await shop.deliver(withAmount(row.split(' ').at(-1)!))).status).toBe(200)
      expect(shop.handled[0]?.received).toEqual({ amount, currency: 'USD', basis: 'total' })
    })
  })

  describe('refused', () => {
    test.each(refused)('%s an amount of %.40s is answered 400', async (_row, json) => {
      const shop = await open()
      const answer = await shop.deliver(withAmount(json))
      expect(shop.errors).toMatchObject([
        { error: { code: 'PAYLOAD_INVALID', message: expect.stringMatching(/amount/) } },
      ])
      await expectHarmless(shop, answer, 400)
    })

    test.each(refused)('%s an amount of %.40s is kept by a durable store', async (_row, json) => {
      const shop = await open({ store: recordingStore({ durable: true }) })
      expect((await shop.deliver(withAmount(json))).status).toBe(200)
      expect(shop.handled).toEqual([])
      expect(shop.store.kept).toMatchObject([{ code: 'PAYLOAD_INVALID' }])
    })

    test('N05 a message names the field, and never its value', async () => {
      const shop = await open()
      await shop.deliver(withAmount('"4111111111111111111111"'))
      expect(shop.errors[0]?.error.message).not.toMatch(/4111/)
    })
  })

  describe('through the providers', () => {
    const TOKEN = 'Tk4mXc8LpB3sYdk7Jw2nVq9T'
    const gateway = cryptoGateway({ secret: SECRET })
    const coins = coinsPh({ token: TOKEN })

    test.each([
      ['1000000000000000001', '1000000000000000001'],
      ['0.1', '0.1'],
      ['100.500000000000000001', '100.500000000000000001'],
    ])('N02 the gateway amount %s, sent as a number, arrives digit for digit', async (json, amount) => {
      const shop = await open({ provider: gateway })
      const text = JSON.stringify(sample('crypto-gateway', 'transaction.confirmed')).replace(
        '"amount":"100.50","coin"',
        `"amount":${json},"coin"`,
      )
      const { body, headers } = signedRequest(gateway, text)
      expect((await shop.post(body, `x-gateway-signature: ${headers['x-gateway-signature']}`)).status).toBe(200)
      expect(shop.handled[0]?.received).toEqual({ amount, currency: 'USDT', basis: 'transaction' })
    })

    test.each([
      ['1499.999999999999999999', 'payment.partially_paid'],
      ['1500', 'payment.detected'],
      ['1500.00', 'payment.detected'],
      ['1500.000000000000000001', 'payment.detected'],
      ['0.00', 'payment.pending'],
      ['0', 'payment.pending'],
    ])('N09 an invoice of 1500 with %s received is %s: no rounding', async (received, type) => {
      const shop = await open({ provider: coins })
      const payload = sample('coins-ph', 'invoice.updated', { event: { data: { amount_received: received } } })
      expect((await shop.post(JSON.stringify(payload), `Authorization: Token ${TOKEN}`)).status).toBe(200)
      expect(shop.handled).toMatchObject([{ type }])
    })

    test.each(['1e3', '-1', ' 1500', '1,500'])('N05 an invoice with %j received is answered 400', async (received) => {
      const shop = await open({ provider: coins })
      const payload = sample('coins-ph', 'invoice.updated', { event: { data: { amount_received: received } } })
      expect((await shop.post(JSON.stringify(payload), `Authorization: Token ${TOKEN}`)).status).toBe(400)
      expect(shop.store.calls).toEqual([])
    })
  })
})
