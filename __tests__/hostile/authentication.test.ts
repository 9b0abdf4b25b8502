/** Forged, replayed and moved signatures: each is answered 401, and nothing is written. */
import { afterEach, describe, expect, jest, test } from '@jest/globals'
import crypto, { createHmac } from 'node:crypto'
import { coinbarPay, coinsPh, cryptoGateway, type Provider } from 'express-payment-webhooks'
import { sample, signedRequest } from 'express-payment-webhooks/testing'
import { bodyOf, hmacProvider, SECRET, signatureOf, VALID } from '../support/hmac-provider.js'
import type { RawAnswer } from '../support/raw-request.js'
import { responsively } from '../support/responsively.js'
import { expectHarmless, throughEveryDoor } from '../support/shops.js'

const BODY = bodyOf()
const RIGHT = signatureOf(BODY)
const CLIENT = '7b0c2f3e-5a41-4d8e-9c67-1f2a3b4c5d6e'

afterEach(() => void jest.restoreAllMocks())

const lines = (headers: Readonly<Record<string, string>>) =>
  Object.entries(headers).map(([name, value]) => `${name}: ${value}`)

/** The provider without `explain`: its further comparisons serve the message to the operator, not the decision. */
function unexplained(provider: Provider): Provider {
  const { explain: _, ...authentication } = provider.authentication
  return { ...provider, authentication: authentication }
}

/** Each delivery is refused after the same comparisons in constant time, because each contains a value to compare. */
async function expectSameComparisons(refused: readonly (() => Promise<RawAnswer>)[]): Promise<void> {
  const compare = jest.spyOn(crypto, 'timingSafeEqual')
  const comparisons: string[][] = []
  for (const send of refused) {
    expect((await send()).status).toBe(401)
    comparisons.push(compare.mock.calls.splice(0).map(([a, b]) => `${a.byteLength} with ${b.byteLength}`))
  }
  expect(new Set(comparisons.flat())).toEqual(new Set(['32 with 32']))
  for (const one of comparisons) expect(one).toEqual(comparisons[0])
}

throughEveryDoor((open) => {
  describe('the signature header', () => {
    const base64 = createHmac('sha256', SECRET).update(BODY).digest('base64')
    const moved = (digits: string) => digits.slice(0, -1) + (digits.endsWith('0') ? '1' : '0')
    const sha1 = createHmac('sha1', SECRET).update(BODY).digest('hex')
    const sha512 = createHmac('sha512', SECRET).update(BODY).digest('hex')

    const refused: [string, string[]][] = [
      ['A01 no signature', []],
      ['A02 an empty signature', ['X-Signature:']],
      ['A02 a signature of blanks', ['X-Signature:    ']],
      ['A03 a version and no signature', ['X-Signature: v1,']],
      ['A03 an algorithm and no signature', ['X-Signature: sha256=']],
      ['A03 the first 8 digits of the right one', [`X-Signature: ${RIGHT.slice(0, 8)}`]],
      ['A03 all but the last digit of the right one', [`X-Signature: ${RIGHT.slice(0, -1)}`]],
      ['A04 the right one and two letters that are not hex', [`X-Signature: ${RIGHT}zz`]],
      ['A04 the right one and one more digit', [`X-Signature: ${RIGHT}0`]],
      ['A04 the right one with its last digit moved', [`X-Signature: ${moved(RIGHT)}`]],
      ['A06 10 000 digits', [`X-Signature: ${'a'.repeat(10_000)}`]],
      ['A06 one digit', ['X-Signature: a']],
      ['A07 a wrong one before the right one', ['X-Signature: a', `X-Signature: ${RIGHT}`]],
      ['A07 the right one before a wrong one', [`X-Signature: ${RIGHT}`, 'X-Signature: a']],
      ['A07 the right one twice', [`X-Signature: ${RIGHT}`, `x-signature: ${RIGHT}`]],
      // No provider here signs in base64; a base64 digest must not pass for hex either.
      ['A12 the right digest in base64', [`X-Signature: ${base64}`]],
      [
        'A12 the right digest in base64url',
        [`X-Signature: ${base64.replaceAll('+', '-').replaceAll('/', '_').replace('=', '')}`],
      ],
      ['A12 a blank among the digits', [`X-Signature: ${RIGHT.slice(0, 32)} ${RIGHT.slice(32)}`]],
      ['A13 a SHA-1 digest', [`X-Signature: sha1=${sha1}`]],
      ['A13 a bare SHA-1 digest', [`X-Signature: ${sha1}`]],
      ['A13 a SHA-512 digest', [`X-Signature: sha512=${sha512}`]],
      ['A13 the first half of a SHA-512 digest', [`X-Signature: ${sha512.slice(0, 64)}`]],
      ['A13 an algorithm called none', ['X-Signature: none=']],
      ['A13 an undeclared version', [`X-Signature: v0=${RIGHT}`]],
      ['A13 an undeclared prefix', [`X-Signature: sha256=${RIGHT}`]],
      [
        'A15 a list of 200 signatures, the right one among them',
        [`X-Signature: ${Array.from({ length: 200 }, (_, at) => (at === 99 ? RIGHT : moved(RIGHT))).join(',')}`],
      ],
      ['A16 the right one under X_Signature', [`X_Signature: ${RIGHT}`]],
      ['A16 the right one under X-Signature-', [`X-Signature-: ${RIGHT}`]],
      ['A16 the right one in Authorization', [`Authorization: ${RIGHT}`]],
      [
        'A19 a signature by a key the sender points to',
        [`X-Signature: ${signatureOf(BODY, 'k')}`, 'Cert-URL: http://169.254.169.254/', 'X-Key-Id: k', 'X-Secret: k'],
      ],
    ]
    test.each(refused)('%s is answered 401', async (_row, headers) => {
      const shop = await open()
      await expectHarmless(shop, await responsively(() => shop.post(BODY, ...headers)), 401)
    })

    test('A15 5 000 signatures do not fit into the headers: 431', async () => {
      const shop = await open()
      const list = `X-Signature: ${Array(5000).fill(RIGHT).join(',')}`
      await expectHarmless(shop, await responsively(() => shop.post(BODY, list)), 431)
    })

    test('A11 upper-case hex is accepted', async () => {
      const shop = await open()
      expect((await shop.post(BODY, `X-Signature: ${RIGHT.toUpperCase()}`)).status).toBe(200)
    })

    test.each([
      ['a NUL', `X-Signature: ${RIGHT}\0`],
      ['a bare CR', `X-Signature: ${RIGHT}\rX-Other: 1`],
      ['a folded line', `X-Signature: ${RIGHT.slice(0, 32)}\r\n ${RIGHT.slice(32)}`],
    ])('A17 %s in the header is answered 400', async (_what, header) => {
      const shop = await open()
      await expectHarmless(shop, await shop.post(BODY, header), 400)
    })

    test('B18 wrong signatures get one answer, whether the order they name is known or not', async () => {
      const shop = await open()
      const numbers = Array.from({ length: 300 }, (_, at) => String(1001 + at))
      const known = numbers.filter((_, at) => at % 2 === 0)
      const named = (order_id: string) => bodyOf({ id: `evt_${order_id}`, order_id })
      for (const answer of await Promise.all(known.map((order_id) => shop.deliver(named(order_id)))))
        expect(answer.status).toBe(200)
      const guessed = await Promise.all(
        [...numbers, ''].map((order_id) => shop.post(named(order_id), `X-Signature: ${signatureOf(BODY, 'guessed')}`)),
      )
      // Status, headers and body, byte for byte.
      expect(new Set(guessed.map(({ raw }) => raw.replace(/^date: .*$/im, ''))).size).toBe(1)
      expect(guessed[0]!.status).toBe(401)
      expect(shop.handled).toHaveLength(known.length)
    })

    test('S12 every well-formed signature is compared as 32 bytes by timingSafeEqual, wherever it differs', async () => {
      const shop = await open({ provider: unexplained(hmacProvider()) })
      const flip = (at: number) => RIGHT.slice(0, at) + (RIGHT[at] === '0' ? '1' : '0') + RIGHT.slice(at + 1)
      await expectSameComparisons([0, 31, 63].map((at) => () => shop.post(BODY, `X-Signature: ${flip(at)}`)))
    })

    test('S12 all secrets of a rotation are compared, whichever fits', async () => {
      const shop = await open({ provider: hmacProvider({ secret: [SECRET, 'Zx81bQ0wEr5tYu7iOp3aSd9f'] }) })
      const compare = jest.spyOn(crypto, 'timingSafeEqual')
      expect((await shop.deliver()).status).toBe(200)
      expect(compare).toHaveBeenCalledTimes(2)
    })
  })

  describe('the Authorization header (coinsPh)', () => {
    const TOKEN = 'Tk4mXc8LpB3sYdk7Jw2nVq9T'
    const provider = coinsPh({ token: TOKEN }) as Provider
    const body = JSON.stringify(sample('coins-ph', 'payment.confirmed'))

    const refused: [string, string[]][] = [
      ['A01 no token', []],
      ['A08 a wrong token before the right one', ['Authorization: Token wrong', `Authorization: Token ${TOKEN}`]],
      ['A08 the right token before a wrong one', [`Authorization: Token ${TOKEN}`, 'Authorization: Token wrong']],
      ['A09 two spaces', [`Authorization: Token  ${TOKEN}`]],
      ['A09 a tab', [`Authorization: Token\t${TOKEN}`]],
      ['A09 another scheme', [`Authorization: Bearer ${TOKEN}`]],
      ['A09 no scheme', [`Authorization: ${TOKEN}`]],
      ['A09 a scheme and something after the token', [`Authorization: Token ${TOKEN} x`]],
      ['A10 undefined', ['Authorization: Token undefined']],
      ['A10 null', ['Authorization: Token null']],
      ['A10 an empty token', ['Authorization: Token ']],
      ['A10 an empty header', ['Authorization:']],
      ['A10 half of the token', [`Authorization: Token ${TOKEN.slice(0, 12)}`]],
      ['A10 the token in another case', [`Authorization: Token ${TOKEN.toLowerCase()}`]],
    ]
    test.each(refused)('%s is answered 401', async (_row, headers) => {
      const shop = await open({ provider })
      expect((await shop.post(body, ...headers)).status).toBe(401)
      expect(shop.store.calls).toEqual([])
      expect((await shop.post(body, `Authorization: Token ${TOKEN}`)).status).toBe(200)
      expect(shop.handled).toHaveLength(1)
    })

    test('S12 a token is compared as 32 bytes by timingSafeEqual, wherever it differs and however long it is', async () => {
      const shop = await open({ provider: unexplained(provider) })
      const wrong = [`x${TOKEN.slice(1)}`, `${TOKEN.slice(0, -1)}x`, TOKEN.slice(0, 1), `${TOKEN}x`, 'x'.repeat(5000)]
      await expectSameComparisons(wrong.map((token) => () => shop.post(body, `Authorization: Token ${token}`)))
    })

    test.each(['token', 'TOKEN', 'tOkEn'])('A09 the scheme is accepted in any case: %s', async (scheme) => {
      const shop = await open({ provider })
      expect((await shop.post(body, `Authorization: ${scheme} ${TOKEN}`)).status).toBe(200)
    })
  })

  describe('the client id (coinbarPay)', () => {
    const provider = coinbarPay({ clientId: CLIENT, secretKey: SECRET }) as Provider
    const payload = sample('coinbar-pay', 'payment.confirmed')
    const body = JSON.stringify(payload)
    const signature = `signature: ${signatureOf(body)}`

    const refused: [string, string[]][] = [
      ['of another merchant', ['cbpay-api-key: 00000000-5a41-4d8e-9c67-1f2a3b4c5d6e']],
      ['missing', []],
      ['twice', [`cbpay-api-key: ${CLIENT}`, `cbpay-api-key: ${CLIENT}`]],
      ['in another case', [`cbpay-api-key: ${CLIENT.toUpperCase()}`]],
      ['empty', ['cbpay-api-key:']],
    ]
    test.each(refused)('A18 a right signature with the client id %s is answered 401', async (_what, headers) => {
      const shop = await open({ provider })
      expect((await shop.post(body, signature, ...headers)).status).toBe(401)
      expect(shop.store.calls).toEqual([])
      expect((await shop.post(body, signature, `cbpay-api-key: ${CLIENT}`)).status).toBe(200)
      expect(shop.handled).toHaveLength(1)
    })

    test('A18 a client id is compared as 32 bytes by timingSafeEqual, wherever it differs and however long it is', async () => {
      const shop = await open({ provider: unexplained(provider) })
      const wrong = [
        `x${CLIENT.slice(1)}`,
        `${CLIENT.slice(0, -1)}x`,
        CLIENT.slice(0, 1),
        `${CLIENT}x`,
        'x'.repeat(5000),
      ]
      await expectSameComparisons(wrong.map((id) => () => shop.post(body, signature, `cbpay-api-key: ${id}`)))
    })

    test('S12 a signature beside the right client id is compared as 32 bytes, wherever it differs', async () => {
      const shop = await open({ provider: unexplained(provider) })
      const right = signatureOf(body)
      const flip = (at: number) => right.slice(0, at) + (right[at] === '0' ? '1' : '0') + right.slice(at + 1)
      await expectSameComparisons(
        [0, 31, 63].map((at) => () => shop.post(body, `signature: ${flip(at)}`, `cbpay-api-key: ${CLIENT}`)),
      )
    })

    test('A18 a signed body that names another merchant is answered 401', async () => {
      const shop = await open({ provider })
      const foreign = JSON.stringify({ ...payload, service_client_id: '00000000-5a41-4d8e-9c67-1f2a3b4c5d6e' })
      expect((await shop.post(foreign, `signature: ${signatureOf(foreign)}`, `cbpay-api-key: ${CLIENT}`)).status).toBe(
        401,
      )
      expect(shop.store.calls).toEqual([])
    })
  })

  describe('what a signature covers', () => {
    test.each([
      ['a space was added', BODY.replace(',', ', ')],
      ['the keys were reordered', JSON.stringify(Object.fromEntries(Object.entries(VALID).reverse()))],
      ['a character was escaped', BODY.replace('1001', '\\u0031001')],
      ['a line end was added', `${BODY}\n`],
    ])('S01 a body that means the same, but where %s, is answered 401', async (_what, body) => {
      const shop = await open()
      await expectHarmless(shop, await shop.post(body, `X-Signature: ${RIGHT}`), 401)
    })

    test('S03 a nested field is covered like any other', async () => {
      const shop = await open()
      const genuine = JSON.stringify({ ...VALID, detail: { paid: { amount: '1.00' } } })
      await expectHarmless(
        shop,
        await shop.post(genuine.replace('1.00', '9.00'), `X-Signature: ${signatureOf(genuine)}`),
        401,
      )
    })

    test('S13 an event signed with the sandbox secret is answered 401', async () => {
      const shop = await open()
      await expectHarmless(shop, await shop.post(BODY, `X-Signature: ${signatureOf(BODY, `sandbox-${SECRET}`)}`), 401)
    })

    test("S13 another provider's event, signed with the same secret, is no event of this one", async () => {
      const shop = await open()
      const gateway = signedRequest(
        cryptoGateway({ secret: SECRET }),
        sample('crypto-gateway', 'transaction.confirmed'),
      )
      await expectHarmless(shop, await shop.post(gateway.body, ...lines(gateway.headers)), 401)
    })

    test("S13 another provider's body under this one's signature is answered 400", async () => {
      const shop = await open()
      await expectHarmless(
        shop,
        await shop.deliver(JSON.stringify(sample('crypto-gateway', 'transaction.confirmed'))),
        400,
      )
    })
  })

  test('F24 of a flood of forged requests with valid ones inside, the store sees the valid ones alone', async () => {
    const shop = await open()
    const answers = await Promise.all(
      Array.from({ length: 300 }, (_, at) => {
        const body = bodyOf({ id: `flood_${at}` })
        return at % 30 === 0 ? shop.deliver(body) : shop.post(body, `X-Signature: ${RIGHT}`)
      }),
    )
    expect(answers.map(({ status }) => status)).toEqual(
      Array.from({ length: 300 }, (_, at) => (at % 30 === 0 ? 200 : 401)),
    )
    expect(shop.store.calls.filter(({ method }) => method === 'claim')).toHaveLength(10)
    expect(shop.store.calls).toHaveLength(20)
  })

  describe('replays', () => {
    test('S04 a captured request sent again 1 000 times has one effect and 1 000 times 200', async () => {
      const shop = await open()
      for (let sent = 0; sent < 1000; sent += 50) {
        const answers = await Promise.all(Array.from({ length: 50 }, () => shop.deliver()))
        expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]))
      }
      expect(shop.handled).toHaveLength(1)
      expect(shop.outcomes.filter(({ outcome }) => outcome === 'duplicate')).toHaveLength(999)
    })

    test('S05 another delivery id in an unsigned header does not make another event', async () => {
      const shop = await open()
      for (const id of ['a', 'b', 'c']) {
        expect(
          (await shop.deliver(BODY, `X-Delivery-Id: ${id}`, `webhook-id: ${id}`, `Idempotency-Key: ${id}`)).status,
        ).toBe(200)
      }
      expect(shop.handled).toHaveLength(1)
    })

    test('S11 a body-only signature does not age: the same request is accepted three days later', async () => {
      const shop = await open()
      const threeDays = 3 * 24 * 60 * 60 * 1000
      jest.spyOn(Date, 'now').mockReturnValue(Date.now() + threeDays)
      expect((await shop.deliver()).status).toBe(200)
      expect(shop.handled).toHaveLength(1)
    })

    test.each<[string, Provider, object]>([
      ['cryptoGateway', cryptoGateway({ secret: SECRET }), sample('crypto-gateway', 'transaction.confirmed')],
      ['coinbarPay', coinbarPay({ clientId: CLIENT, secretKey: SECRET }), sample('coinbar-pay', 'SUCCESS')],
    ])(
      'S11 %s: what was handled is a duplicate three days later, and not refused',
      async (_name, provider, payload) => {
        const shop = await open({ provider })
        const { body, headers } = signedRequest(provider, payload)
        expect((await shop.post(body, ...lines(headers))).status).toBe(200)
        const threeDays = 3 * 24 * 60 * 60 * 1000
        jest.spyOn(Date, 'now').mockReturnValue(Date.now() + threeDays)
        expect((await shop.post(body, ...lines(headers))).status).toBe(200)
        expect(shop.outcomes.map(({ outcome }) => outcome)).toEqual(['handled', 'duplicate'])
        expect(shop.handled).toHaveLength(1)
      },
    )
  })

  describe('timestamps (cryptoGateway timestamped)', () => {
    const NOW = 1_750_000_000
    const provider = cryptoGateway({ secret: SECRET, mode: 'timestamped', now: () => NOW * 1000 }) as Provider
    const body = JSON.stringify(sample('crypto-gateway', 'transaction.confirmed'))
    const at = (timestamp: string, signed = timestamp + body) => [
      `x-gateway-timestamp: ${timestamp}`,
      `x-gateway-signature: sha256=${signatureOf(signed)}`,
    ]

    test.each([-300, 0, 300])('S06 a timestamp off by %i s is accepted', async (off) => {
      const shop = await open({ provider })
      expect((await shop.post(body, ...at(String(NOW + off)))).status).toBe(200)
    })

    const refused: [string, string[]][] = [
      ['S06 301 s old', at(String(NOW - 301))],
      ['S06 301 s ahead', at(String(NOW + 301))],
      ...[
        'hello',
        '',
        '1750000000abc',
        '1e9',
        '0x63',
        'NaN',
        '-1',
        '1750000000000',
        '17500000001750000000',
        '+1750000000',
        '1750000000.0',
        '175000000',
        '１７５０００００００',
      ].map((timestamp): [string, string[]] => [
        `S07 ${JSON.stringify(timestamp)}`,
        at(Buffer.from(timestamp).toString('latin1'), timestamp + body),
      ]),
      ['S07 missing', at(String(NOW)).slice(1)],
      ['S07 twice', [...at(String(NOW)), `x-gateway-timestamp: ${NOW}`]],
      ['S09 with a digit moved from the timestamp to the body', at(String(NOW).slice(0, 9), String(NOW) + body)],
      ['S09 with the first byte of the body moved to the timestamp', at(`${NOW}${body[0]}`, String(NOW) + body)],
      ['S09 with a dot between timestamp and body', at(String(NOW), `${NOW}.${body}`)],
      ['S09 other than the one that was signed', [`x-gateway-timestamp: ${NOW + 1}`, at(String(NOW))[1]!]],
    ]
    test.each(refused)('%s is answered 401', async (_row, headers) => {
      const shop = await open({ provider })
      expect((await shop.post(body, ...headers)).status).toBe(401)
      expect(shop.store.calls).toEqual([])
      expect((await shop.post(body, ...at(String(NOW)))).status).toBe(200)
      expect(shop.handled).toHaveLength(1)
    })

    test('S09 a body that starts with digits cannot lend them to a shorter timestamp', async () => {
      const shop = await open({ provider })
      const signed = `${NOW}${body}`
      const answer = await shop.post(
        signed.slice(9),
        `x-gateway-timestamp: ${signed.slice(0, 9)}`,
        `x-gateway-signature: sha256=${signatureOf(signed)}`,
      )
      expect(answer.status).toBe(401)
    })

    // Node trims whitespace around a header value, so the verifier sees the ten signed digits.
    test('S07 a blank before the digits is no part of the header value', async () => {
      const shop = await open({ provider })
      const [, signature] = at(String(NOW))
      expect((await shop.post(body, `x-gateway-timestamp:   ${NOW}`, signature!)).status).toBe(200)
    })

    test('A13 a body-only signature is answered 401 in timestamped mode: the request cannot choose the scheme', async () => {
      const shop = await open({ provider })
      const bodyOnly = `x-gateway-signature: sha256=${signatureOf(body)}`
      expect((await shop.post(body, bodyOnly)).status).toBe(401)
      expect((await shop.post(body, bodyOnly, `x-gateway-timestamp: ${NOW}`)).status).toBe(401)
      expect(shop.store.calls).toEqual([])
    })
  })
})
