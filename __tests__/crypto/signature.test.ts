/** Signatures in a header, in every form that providers use: official libraries sign, and each option is spoiled once. */
import { describe, expect, test } from '@jest/globals'
import { createHmac, hash } from 'node:crypto'
import { Webhook } from 'standardwebhooks'
import Stripe from 'stripe'
import type { SignatureOptions } from 'express-payment-webhooks'
import { signature } from '../../src/crypto/signature.js'
import { BODY, codeOf, delivery, OLD, raw, SECRET } from '../support/scheme-deliveries.js'

const NOW = 1_750_000_000_000
const SECONDS = String(NOW / 1000)

interface Made {
  readonly key?: string | Buffer
  readonly algorithm?: string
  readonly as?: 'hex' | 'base64'
}

const mac = (text: string | Buffer, { key = SECRET, algorithm = 'sha256', as = 'hex' }: Made = {}): string =>
  createHmac(algorithm, key).update(text).digest(as)

/** One scheme of a header `x-sig`, and its verdict on header lines. */
function schemeWith(options: Partial<SignatureOptions> = {}) {
  const scheme = signature({ header: 'x-sig', secret: SECRET, now: () => NOW, ...options })
  return {
    ...scheme,
    saysOf: (headers: Readonly<Record<string, string | string[]>>, body: string | Buffer = BODY) =>
      codeOf(() => scheme.verify(delivery(headers, body))),
  }
}

describe('what others have signed is accepted', () => {
  test('by Square: the registered address, then the body, in base64 (published vectors)', () => {
    const published = [
      {
        url: 'https://webhook.site/679a4f3a-dcfa-49ee-bac5-9d0edad886b9',
        secret: 'Ibxx_5AKakO-3qeNVR61Dw',
        value: 'GF4YkrJgGBDZ9NIYbNXBnMzqb2HoL4RW/S6vkZ9/2N4=',
        body:
          '{"merchant_id":"MLEFBHHSJGVHD","type":"webhooks.test_notification","event_id":"ac3ac95b-f97d-458c-a6e6-18981597e05f",' +
          '"created_at":"2022-07-13T20:30:59.037339943Z","data":{"type":"webhooks","id":"bc368e64-01aa-407e-b46e-3231809b1129"}}',
      },
      {
        url: 'https://webhook.site/webhooks',
        secret: { value: 'signature-key', unchecked: true } as const,
        value: 'Cxt7+aTi4rKgcA0bC4g9EHdVtLSDWdqccmL5MvihU4U=',
        body: '{"data":{"type":"webhooks","id":">id<"}}',
      },
    ]
    for (const { url, secret, value, body } of published) {
      const square = schemeWith({ secret, url, encoding: 'base64', message: (parts) => [parts.url, parts.body] })
      expect(square.saysOf({ 'x-sig': value }, body)).toBe('accepted')
      expect(square.saysOf({ 'x-sig': value }, `${body} `)).toContain('AUTH_MISMATCH')
      const moved = schemeWith({
        secret,
        url: `${url}/`,
        encoding: 'base64',
        message: (parts) => [parts.url, parts.body],
      })
      expect(moved.saysOf({ 'x-sig': value }, body)).toContain('AUTH_MISMATCH')
    }
  })

  test('by Stripe’s library: time and signature as entries of one header', () => {
    const stripe = new Stripe('sk_test_4eC39HqLyjWDarjtT1zdp7dc')
    const value = stripe.webhooks.generateTestHeaderString({ payload: BODY, secret: SECRET, timestamp: NOW / 1000 })
    const scheme = schemeWith({
      separator: ',',
      prefix: 'v1=',
      timestamp: { entry: 't=', toleranceSeconds: 300 },
      message: ({ timestamp, body }) => [timestamp, '.', body],
    })
    expect(scheme.saysOf({ 'x-sig': value })).toBe('accepted')
    expect(scheme.saysOf({ 'x-sig': value }, `${BODY} `)).toContain('AUTH_MISMATCH')
  })

  test('by the library of Standard Webhooks: id and time in headers of their own, a key in base64 behind whsec_', () => {
    const secret = `whsec_${Buffer.from('a key of twenty-four byt').toString('base64')}`
    const value = new Webhook(secret).sign('msg_1', new Date(NOW), BODY)
    const scheme = schemeWith({
      secret,
      key: 'whsec',
      encoding: 'base64',
      separator: ' ',
      prefix: 'v1,',
      id: 'webhook-id',
      timestamp: { header: 'webhook-timestamp', toleranceSeconds: 300 },
      message: ({ id, timestamp, body }) => [id, '.', timestamp, '.', body],
    })
    const headers = { 'x-sig': `v2,x v1a,y ${value}`, 'webhook-id': 'msg_1', 'webhook-timestamp': SECONDS }
    expect(scheme.saysOf(headers)).toBe('accepted')
    expect(scheme.saysOf({ ...headers, 'webhook-id': 'msg_2' })).toContain('AUTH_MISMATCH')
    expect(scheme.saysOf({ ...headers, 'webhook-timestamp': String(NOW / 1000 + 1) })).toContain('AUTH_MISMATCH')
  })

  test('by GitHub: hex behind sha256= (published vector)', () => {
    const scheme = schemeWith({ prefix: 'sha256=', secret: "It's a Secret to Everybody" })
    const value = 'sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17'
    expect(scheme.saysOf({ 'x-sig': value }, 'Hello, World!')).toBe('accepted')
    expect(scheme.sign(Buffer.from('Hello, World!'))).toEqual({ 'x-sig': value })
  })

  test.each([
    ['sha1', 'effcdf6ae5eb2fa2d27416d5f184df9c259a7c79', 'Jefe', 'what do ya want for nothing?'],
    [
      'sha256',
      '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
      'Jefe',
      'what do ya want for nothing?',
    ],
    [
      'sha384',
      'af45d2e376484031617f78d2b58a6b1b9c7ef464f5a01b47e42ec3736322445e8e2240ca5e69e2c78b3239ecfab21649',
      'Jefe',
      'what do ya want for nothing?',
    ],
    [
      'sha512',
      '164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea2505549758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737',
      'Jefe',
      'what do ya want for nothing?',
    ],
  ] as const)('with %s (RFC 2202, RFC 4231, case 2)', (algorithm, digest, value, body) => {
    const scheme = schemeWith({ algorithm, secret: { value, unchecked: true } })
    expect(scheme.saysOf({ 'x-sig': digest }, body)).toBe('accepted')
    expect(scheme.saysOf({ 'x-sig': digest.toUpperCase() }, body)).toBe('accepted')
    expect(scheme.sign(Buffer.from(body))).toEqual({ 'x-sig': digest })
    const base64 = schemeWith({ algorithm, secret: { value, unchecked: true }, encoding: 'base64' })
    expect(base64.saysOf({ 'x-sig': Buffer.from(digest, 'hex').toString('base64') }, body)).toBe('accepted')
  })
})

describe('a digest is exactly one, as it is written', () => {
  const right = mac(BODY, { as: 'base64' })
  const base64 = schemeWith({ encoding: 'base64' })

  test('in base64, of the standard alphabet, with its padding', () => {
    expect(base64.saysOf({ 'x-sig': right })).toBe('accepted')
  })

  /** The last character of 43 carries four bits that mean nothing: four spellings decode to the same bytes. */
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
  const last = alphabet.indexOf(right.at(-2)!)
  const others = [1, 2, 3].map((bits) => right.slice(0, -2) + alphabet[(last & ~3) | ((last + bits) & 3)]! + '=')

  test.each([
    ...others.map((value) => ['A12 another spelling of the same bytes', value]),
    ['without padding', right.slice(0, -1)],
    ['with more padding', `${right}=`],
    ['with a line break', `${right.slice(0, 20)}\n${right.slice(20)}`],
    ['with something behind it', `${right}AAAA`],
    [
      'in the alphabet for addresses',
      mac('{"a":3}', { as: 'base64' }).replaceAll('+', '-').replaceAll('/', '_').replace(/^./, '-'),
    ],
    ['in hex', mac(BODY)],
    ['empty', ''],
  ])('%s is refused: %p', (_, value) => {
    expect(base64.saysOf({ 'x-sig': value })).toContain(
      'AUTH_HEADER_MALFORMED: the x-sig header is not 44 characters of base64',
    )
  })

  test('in hex, with as many digits as the algorithm makes', () => {
    for (const [algorithm, digits] of [
      ['sha1', 40],
      ['sha256', 64],
      ['sha384', 96],
      ['sha512', 128],
    ] as const) {
      const scheme = schemeWith({ algorithm })
      expect(scheme.saysOf({ 'x-sig': mac(BODY, { algorithm }) })).toBe('accepted')
      expect(scheme.saysOf({ 'x-sig': mac(BODY, { algorithm }).slice(1) })).toContain(`not ${digits} hex digits`)
      const other = algorithm === 'sha256' ? 'sha512' : 'sha256'
      expect(scheme.saysOf({ 'x-sig': mac(BODY, { algorithm: other }) })).toContain('AUTH_HEADER_MALFORMED')
    }
  })
})

describe('several signatures', () => {
  const entries = schemeWith({ separator: ',', prefix: 'v1=' })
  const right = `v1=${mac(BODY)}`
  const wrong = `v1=${mac('another body')}`

  test.each([
    ['one', right],
    ['the first of two', `${right},${wrong}`],
    ['the second of two', `${wrong},${right}`],
    ['among other versions', `v0=x,${right},v2=${mac(BODY)}`],
    ['with blanks around it', `v0=x, ${right} ,v2=y`],
    ['beside one that is none', `v1=zz,${right}`],
    ['the last of sixteen', [...Array<string>(15).fill(wrong), right].join(',')],
  ])('are accepted when one fits: %s', (_, value) => {
    expect(entries.saysOf({ 'x-sig': value })).toBe('accepted')
  })

  test.each([
    ['none of the version', `v0=${mac(BODY)}`, 'AUTH_HEADER_MALFORMED: the x-sig header is not v1= and 64 hex digits'],
    ['none that is one', 'v1=zz,v1=', 'AUTH_HEADER_MALFORMED'],
    ['none that fits', `${wrong},${wrong}`, 'AUTH_MISMATCH'],
    ['an empty header', '', 'AUTH_HEADER_MALFORMED'],
    [
      'seventeen',
      [...Array<string>(16).fill(wrong), right].join(','),
      'AUTH_HEADER_MALFORMED: the x-sig header has 17 signatures; no sender has more than 16',
    ],
    [
      'thousands',
      Array<string>(4000).fill('v1=').join(','),
      'AUTH_HEADER_MALFORMED: the x-sig header has 4000 signatures',
    ],
  ])('are refused: %s', (_, value, code) => {
    expect(entries.saysOf({ 'x-sig': value })).toContain(code)
  })

  test('come in one header, unless the sender is known to repeat it', () => {
    const both = [wrong, right]
    expect(entries.saysOf({ 'x-sig': both })).toContain('AUTH_HEADER_REPEATED: the x-sig header was sent 2 times')
    const repeatable = schemeWith({ prefix: 'v1=', repeatable: true })
    expect(repeatable.saysOf({ 'x-sig': both })).toBe('accepted')
    expect(repeatable.saysOf({ 'x-sig': right })).toBe('accepted')
    expect(codeOf(() => repeatable.verify(raw(['X-Sig', wrong, 'x-sig', right])))).toBe('accepted')
    expect(repeatable.saysOf({ 'x-sig': [wrong, wrong] })).toContain('AUTH_MISMATCH')
    expect(repeatable.saysOf({})).toContain('AUTH_HEADER_MISSING')
    // Without a separator each header is one signature, and every one must be well-formed.
    expect(repeatable.saysOf({ 'x-sig': [right, 'v1=zz'] })).toContain('AUTH_HEADER_MALFORMED')
  })
})

describe('what else is signed', () => {
  test('an id, which has to be there once, and is what toEvent gets', () => {
    const scheme = schemeWith({ id: 'X-Id', message: ({ id, body }) => [id, '.', body] })
    const headers = { 'x-sig': mac(`evt_1.${BODY}`), 'x-id': 'evt_1' }
    expect(scheme.signedHeaders).toEqual(['x-id'])
    expect(scheme.saysOf(headers)).toBe('accepted')
    expect(scheme.saysOf({ 'x-sig': headers['x-sig'] })).toContain('AUTH_HEADER_MISSING: the x-id header is missing')
    expect(scheme.saysOf({ ...headers, 'x-id': ['evt_1', 'evt_1'] })).toContain('AUTH_HEADER_REPEATED')
    expect(scheme.saysOf({ ...headers, 'x-id': 'evt_2' })).toContain('AUTH_MISMATCH')
  })

  test('further headers, each named before it is signed', () => {
    const scheme = schemeWith({ headers: ['X-Topic'], message: ({ header, body }) => [header('x-topic'), body] })
    const headers = { 'x-sig': mac(`paid${BODY}`), 'x-topic': 'paid' }
    expect(scheme.signedHeaders).toEqual(['x-topic'])
    expect(scheme.saysOf(headers)).toBe('accepted')
    expect(scheme.saysOf({ ...headers, 'x-topic': 'lost' })).toContain('AUTH_MISMATCH')
    expect(scheme.saysOf({ 'x-sig': headers['x-sig'] })).toContain('AUTH_HEADER_MISSING: the x-topic header is missing')
    const unnamed = schemeWith({ message: ({ header, body }) => [header('x-topic'), body] })
    expect(() => unnamed.verify(delivery(headers))).toThrow('signature: name "x-topic" in headers to sign it')
  })

  test('one of several addresses, while the endpoint moves; and what is signed in tests is the first', () => {
    const urls = ['https://shop.example/new', 'https://shop.example/old']
    const scheme = schemeWith({ url: urls, message: ({ url, body }) => [url, body] })
    for (const url of urls) expect(scheme.saysOf({ 'x-sig': mac(url + BODY) })).toBe('accepted')
    expect(scheme.saysOf({ 'x-sig': mac(`https://shop.example/${BODY}`) })).toContain('AUTH_MISMATCH')
    expect(scheme.sign(Buffer.from(BODY))).toEqual({ 'x-sig': mac(urls[0]! + BODY) })
  })

  test('one of several texts, of which the first is signed in tests', () => {
    const scheme = schemeWith({
      message: ({ body }) => [
        ['a', body],
        ['b', body],
      ],
    })
    for (const endpoint of ['a', 'b']) expect(scheme.saysOf({ 'x-sig': mac(endpoint + BODY) })).toBe('accepted')
    expect(scheme.saysOf({ 'x-sig': mac(`ab${BODY}`) })).toContain('AUTH_MISMATCH')
    expect(scheme.sign(Buffer.from(BODY))).toEqual({ 'x-sig': mac(`a${BODY}`) })
  })

  test.each([[[]], [[[]]], [[['a'], []]]])('never nothing, which would fit every body: %j', (answer) => {
    const scheme = schemeWith({ message: () => answer })
    expect(() => scheme.verify(delivery({ 'x-sig': mac('') }))).toThrow('message() returned nothing that can be signed')
  })

  test('bytes and texts alike, and the exact bytes received', () => {
    const bytes = Buffer.from([0, 255, 10, 13, 0xed, 0xa0])
    const scheme = schemeWith({ message: ({ body }) => ['é', Buffer.from([0]), body] })
    const signed = Buffer.concat([Buffer.from('é'), Buffer.from([0]), bytes])
    expect(scheme.saysOf({ 'x-sig': mac(signed) }, bytes)).toBe('accepted')
  })
})

describe('a message that does not fix the body', () => {
  test('proves nothing of what the delivery says', () => {
    const scheme = schemeWith({ provesBody: false, message: ({ body }) => [String(body.length)] })
    const headers = { 'x-sig': mac(String(Buffer.byteLength(BODY))) }
    expect(scheme.verify(delivery(headers))).toBe(false)
    expect(scheme.saysOf({ 'x-sig': mac('1') })).toContain('AUTH_MISMATCH')
    expect(schemeWith().verify(delivery({ 'x-sig': mac(BODY) }))).toBe(true)
  })
})

describe('what is written for tests', () => {
  test('is what is accepted, with headers made up where none are given', () => {
    const scheme = schemeWith({
      id: 'x-id',
      headers: ['x-topic'],
      separator: ',',
      prefix: 'v1=',
      timestamp: { entry: 't=', toleranceSeconds: 0 },
      message: ({ id, header, timestamp, body }) => [id, header('x-topic'), timestamp, body],
    })
    const bytes = Buffer.from(BODY)
    const made = scheme.sign(bytes)
    expect(made).toEqual({
      'x-id': expect.stringMatching(/^msg_[0-9a-f]{24}$/),
      'x-topic': expect.any(String),
      'x-sig': expect.stringMatching(/^t=1750000000,v1=[0-9a-f]{64}$/),
    })
    expect(scheme.saysOf(made)).toBe('accepted')
    // The same body is the same event, and another body is another event.
    expect(scheme.sign(bytes)).toEqual(made)
    expect(scheme.sign(Buffer.from('{}'))['x-id']).not.toBe(made['x-id'])
    const chosen = scheme.sign(bytes, { 'x-id': 'evt_1', 'x-topic': 'paid', 'x-other': 'not signed' })
    expect(chosen).toMatchObject({ 'x-id': 'evt_1', 'x-topic': 'paid' })
    expect(chosen).not.toHaveProperty('x-other')
    expect(scheme.saysOf(chosen)).toBe('accepted')
  })
})

describe('options that cannot be meant', () => {
  test.each<[object, string]>([
    [{ algorithm: 'md5' }, 'signature: algorithm must be one of sha1, sha256, sha384, sha512'],
    [{ algorithm: 'toString' }, 'algorithm must be one of'],
    [{ encoding: 'base64url' }, "encoding must be 'hex' or 'base64'"],
    [{ url: 'shop.example/hook' }, 'url must be exactly the one registered'],
    [{ url: ['https://shop.example', 7] }, 'url must be exactly the one'],
    [{ header: 'x sig' }, 'is not a header name'],
    [{ id: '' }, 'is not a header name'],
    [{ headers: ['x:y'] }, 'is not a header name'],
    [{ tolerance: 300 }, 'signature: unknown option "tolerance"'],
    [{ retired: '' }, 'retired is missing'],
    [{ secret: undefined }, 'secret is missing'],
    [{ secret: undefined, secretOption: 'signingKey' }, 'signingKey is missing'],
  ])('%j', (options, message) => {
    expect(() => schemeWith(options)).toThrow(message)
  })
})

describe('explained', () => {
  const explain = (options: Partial<SignatureOptions>, headers: Record<string, string>, body = BODY) =>
    schemeWith(options).explain!(delivery(headers, body))

  const KEY = Buffer.from('00a1b2c3d4e5f60718293a4b5c6d7e8f9a', 'hex')
  const timestamped = {
    timestamp: { header: 'x-time', toleranceSeconds: 300 },
    message: ({ timestamp, body }: { timestamp: string; body: Buffer }) => [timestamp, '.', body],
  }

  test.each<[string, Partial<SignatureOptions>, Record<string, string>, string]>([
    [
      'written in hex',
      { encoding: 'base64' },
      { 'x-sig': mac(BODY) },
      'right, but not written as <44 characters of base64>',
    ],
    [
      'written in base64',
      { prefix: 'v1=' },
      { 'x-sig': mac(BODY, { as: 'base64' }) },
      'not written as v1=<64 hex digits>',
    ],
    ['in another header', {}, { 'x-other': `v1=${mac(BODY)}` }, 'came in the header x-other, not in x-sig'],
    ['sha512', {}, { 'x-sig': mac(BODY, { algorithm: 'sha512' }) }, 'an HMAC with sha512, not with sha256'],
    ['sha256', { algorithm: 'sha512' }, { 'x-sig': mac(BODY) }, 'an HMAC with sha256, not with sha512'],
    ['a retired secret', { retired: OLD }, { 'x-sig': mac(BODY, { key: OLD }) }, 'made with a retired secret'],
    [
      'a hex key taken as text',
      { secret: KEY.toString('hex'), key: 'hex' },
      { 'x-sig': mac(BODY, { key: KEY.toString('hex') }) },
      'the secret read as text: this scheme decodes it as hex',
    ],
    [
      'a base64 key taken as text',
      { secret: KEY.toString('base64'), key: 'base64' },
      { 'x-sig': mac(BODY, { key: KEY.toString('base64') }) },
      'the secret read as text: this scheme decodes it as base64',
    ],
    [
      'whsec_ taken as text',
      { secret: `whsec_${KEY.toString('base64')}`, key: 'whsec' },
      { 'x-sig': mac(BODY, { key: `whsec_${KEY.toString('base64')}` }) },
      'the secret read as text, including whsec_',
    ],
    [
      'a body that was written again',
      timestamped,
      { 'x-time': SECONDS, 'x-sig': mac(`${SECONDS}.${JSON.stringify(JSON.parse(BODY), null, 2)}`) },
      'the signature fits indented JSON',
    ],
    [
      'one of several',
      { separator: ',', prefix: 'v1=' },
      { 'x-sig': `v1=${mac('other')},v1=${mac(BODY, { algorithm: 'sha1' })}` },
      'an HMAC with sha1',
    ],
    [
      'no secret at all',
      timestamped,
      { 'x-time': SECONDS, 'x-sig': hash('sha256', `${SECONDS}.${BODY}`) },
      'a plain SHA-256',
    ],
  ])('%s', (_, options, headers, explanation) => {
    expect(explain(options, headers)).toContain(explanation)
  })

  test.each<[string, Partial<SignatureOptions>, Record<string, string>]>([
    [
      'a right signature whose time is stale',
      timestamped,
      { 'x-time': '1740000000', 'x-sig': mac(`1740000000.${BODY}`) },
    ],
    ['an unknown secret', {}, { 'x-sig': mac(BODY, { key: 'r7Xe5bU1-Km3tZ9aV' }) }],
    ['a missing header', timestamped, { 'x-sig': mac(BODY) }],
  ])('nothing is said of %s', (_, options, headers) => {
    expect(explain(options, headers)).toBeNull()
  })

  test('although the message cannot be made of every body', () => {
    const strict = { message: ({ body }: { body: Buffer }) => [JSON.stringify(JSON.parse(String(body)))] }
    expect(explain(strict, { 'x-sig': mac('{"a":1}') }, 'no JSON')).toBeNull()
    expect(explain(strict, { 'x-other': mac('{"a":1}') }, '{ "a": 1 }')).toContain('x-other')
  })
})
