/** Signatures made with a private key: the request never chooses the key or the algorithm. */
import { describe, expect, jest, test } from '@jest/globals'
import { createHmac, createPublicKey, generateKeyPairSync, sign, type KeyObject } from 'node:crypto'
import { Webhook } from 'standardwebhooks'
import { publicKeySignature, type PublicKeySignatureOptions } from '../../src/crypto/public-key-signature.js'
import { BODY, codeOf, delivery } from '../support/scheme-deliveries.js'
import { vectorsOf } from '../support/provider-suite.js'

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
const otherRsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
const pss = generateKeyPairSync('rsa-pss', { modulusLength: 2048 })
const ed = generateKeyPairSync('ed25519')
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' })

const pem = (key: KeyObject) =>
  key.export({ type: key.type === 'private' ? 'pkcs8' : 'spki', format: 'pem' }).toString()

function schemeWith(options: Partial<PublicKeySignatureOptions> = {}) {
  const scheme = publicKeySignature({ algorithm: 'RSA-SHA256', header: 'x-sig', keys: rsa.publicKey, ...options })
  return {
    ...scheme,
    saysOf: (headers: Readonly<Record<string, string>>, body: string | Buffer = BODY) =>
      codeOf(() => scheme.verify(delivery(headers, body))),
  }
}

const rsaSigned = (text: string, key = rsa.privateKey) => sign('sha256', Buffer.from(text), key).toString('base64')
const edSigned = (text: string, key = ed.privateKey) => sign(null, Buffer.from(text), key).toString('base64')

describe('what others have signed is accepted', () => {
  interface Binance {
    readonly public_keys: Readonly<Record<string, string>>
    readonly cases: readonly { name: string; raw_body: string; headers: Record<string, string>; known_keys: string[] }[]
  }

  test('by Binance Pay: RSA over time, nonce and body', () => {
    const { public_keys, cases } = vectorsOf<{ readonly 'binance-pay': Binance }>('binance-pay')['binance-pay']
    const genuine = cases.find(({ name }) => name === 'genuine')!
    const scheme = schemeWith({
      header: 'BinancePay-Signature',
      headers: ['BinancePay-Nonce'],
      timestamp: { header: 'BinancePay-Timestamp', unit: 'ms', toleranceSeconds: null },
      keys: genuine.known_keys.map((serial) => public_keys[serial]!),
      message: ({ timestamp, header, body }) => [timestamp, '\n', header('binancepay-nonce'), '\n', body, '\n'],
    })
    expect(scheme.saysOf(genuine.headers, genuine.raw_body)).toBe('accepted')
    expect(scheme.saysOf({ ...genuine.headers, 'BinancePay-Nonce': 'x' }, genuine.raw_body)).toContain('AUTH_MISMATCH')
    expect(scheme.saysOf(genuine.headers, `${genuine.raw_body} `)).toContain('AUTH_MISMATCH')
  })

  test('RFC 8032, section 7.1, TEST 2', () => {
    const jwk = {
      kty: 'OKP',
      crv: 'Ed25519',
      x: Buffer.from('3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c', 'hex').toString('base64url'),
    }
    const value =
      '92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00'
    const scheme = schemeWith({
      algorithm: 'Ed25519',
      encoding: 'hex',
      keys: createPublicKey({ key: jwk, format: 'jwk' }),
    })
    expect(scheme.saysOf({ 'x-sig': value }, Buffer.from([0x72]))).toBe('accepted')
    expect(scheme.saysOf({ 'x-sig': value.toUpperCase() }, Buffer.from([0x72]))).toBe('accepted')
    expect(scheme.saysOf({ 'x-sig': value }, Buffer.from([0x73]))).toContain('AUTH_MISMATCH')
  })
})

describe.each([
  ['RSA-SHA256', rsa, rsaSigned],
  ['Ed25519', ed, edSigned],
] as const)('%s', (algorithm, pair, signed) => {
  test('takes PEM texts and key objects, one or several', () => {
    const headers = { 'x-sig': signed(BODY) }
    for (const keys of [pair.publicKey, pem(pair.publicKey), [pem(pair.publicKey)], () => [pair.publicKey]]) {
      expect(schemeWith({ algorithm, keys }).saysOf(headers)).toBe('accepted')
    }
  })

  test('is accepted by any of the keys, while the provider changes them', () => {
    const other = algorithm === 'Ed25519' ? generateKeyPairSync('ed25519') : otherRsa
    const scheme = schemeWith({ algorithm, keys: [other.publicKey, pair.publicKey] })
    expect(scheme.saysOf({ 'x-sig': signed(BODY) })).toBe('accepted')
    expect(schemeWith({ algorithm, keys: other.publicKey }).saysOf({ 'x-sig': signed(BODY) })).toContain(
      'AUTH_MISMATCH',
    )
  })

  test('refuses any change of one byte of the body, and of the signature', () => {
    const scheme = schemeWith({ algorithm, keys: pair.publicKey })
    const value = signed(BODY)
    const body = Buffer.from(BODY)
    for (let at = 0; at < body.length; at++) {
      const changed = Buffer.from(body)
      changed[at]! ^= 1
      expect(scheme.saysOf({ 'x-sig': value }, changed)).toContain('AUTH_MISMATCH')
    }
    const bytes = Buffer.from(value, 'base64')
    for (let at = 0; at < bytes.length; at++) {
      const changed = Buffer.from(bytes)
      changed[at]! ^= 1
      expect(scheme.saysOf({ 'x-sig': changed.toString('base64') })).toContain('AUTH_MISMATCH')
    }
  })

  test.each([
    ['empty', () => ''],
    ['in base64url', (value: string) => `-${value.slice(1)}`],
    ['without padding', (value: string) => value.replace(/=+$/, '').slice(0, -1)],
    ['with a blank', (value: string) => `${value.slice(0, 9)} ${value.slice(9)}`],
    ['of thousands of bytes', () => Buffer.alloc(4000).toString('base64')],
  ])('is refused when it is %s', (_, spoil) => {
    expect(schemeWith({ algorithm, keys: pair.publicKey }).saysOf({ 'x-sig': spoil(signed(BODY)) })).toContain(
      'AUTH_HEADER_MALFORMED: the x-sig header is not a signature in base64',
    )
  })
})

describe('a key of another kind is never used with another algorithm', () => {
  test.each([
    ['the other algorithm’s', 'RSA-SHA256', ed],
    ['the other algorithm’s', 'Ed25519', rsa],
    ['RSA-PSS', 'RSA-SHA256', pss],
    ['EC', 'RSA-SHA256', ec],
    ['EC', 'Ed25519', ec],
  ] as const)('%s is refused where it is configured, and passed over where it is fetched: %s', (_, algorithm, pair) => {
    for (const keys of [pair.publicKey, pem(pair.publicKey)]) {
      expect(() => schemeWith({ algorithm, keys })).toThrow(
        expect.objectContaining({
          code: 'CONFIG_OPTION_INVALID',
          message: expect.stringContaining(
            `each key must be a PEM text of ${algorithm === 'Ed25519' ? 'ed25519' : 'rsa'}`,
          ),
        }),
      )
    }
    const fetched = schemeWith({ algorithm, keys: () => [pair.publicKey] })
    const value = sign(algorithm === 'Ed25519' ? null : 'sha256', Buffer.from(BODY), rsa.privateKey).toString('base64')
    expect(fetched.saysOf({ 'x-sig': value })).toContain('AUTH_MISMATCH')
  })

  test('and a public key is no secret of an HMAC', () => {
    const forged = createHmac('sha256', pem(rsa.publicKey)).update(BODY).digest('base64')
    expect(schemeWith().saysOf({ 'x-sig': forged })).toContain('AUTH_MISMATCH')
    const webhook = new Webhook(Buffer.from(pem(ed.publicKey)).toString('base64'))
    const value = webhook.sign('msg_1', new Date(), BODY).replace('v1,', '')
    expect(schemeWith({ algorithm: 'Ed25519', keys: ed.publicKey }).saysOf({ 'x-sig': value })).toContain(
      'AUTH_MISMATCH',
    )
  })
})

describe('keys that have to be waited for', () => {
  test('decide when they are there', async () => {
    const scheme = schemeWith({ keys: async () => [rsa.publicKey] })
    expect(await scheme.verify(delivery({ 'x-sig': rsaSigned(BODY) }))).toBe(true)
    await expect(scheme.verify(delivery({ 'x-sig': rsaSigned('other') }))).rejects.toMatchObject({
      code: 'AUTH_MISMATCH',
    })
  })

  test('are not asked for by a delivery that carries no signature', async () => {
    const keys = jest.fn(async () => [rsa.publicKey])
    expect(schemeWith({ keys }).saysOf({})).toContain('AUTH_HEADER_MISSING')
    expect(schemeWith({ keys }).saysOf({ 'x-sig': '!' })).toContain('AUTH_HEADER_MALFORMED')
    expect(keys).not.toHaveBeenCalled()
  })

  test('prove the sender alone where the message does not fix the body', async () => {
    const scheme = schemeWith({ keys: async () => [rsa.publicKey], provesBody: false, message: () => ['checksum'] })
    expect(await scheme.verify(delivery({ 'x-sig': rsaSigned('checksum') }))).toBe(false)
  })
})

describe('signing, for tests and tools', () => {
  test('needs the private key, and is then what is accepted', () => {
    const bytes = Buffer.from(BODY)
    expect(() => schemeWith().sign(bytes)).toThrow('pass privateKey to sign deliveries in tests and tools')
    for (const privateKey of [rsa.privateKey, pem(rsa.privateKey)]) {
      const scheme = schemeWith({ privateKey, timestamp: { header: 'x-time', toleranceSeconds: 300 } })
      expect(scheme.saysOf(scheme.sign(bytes))).toBe('accepted')
    }
  })

  test('is refused where real payments are received', () => {
    const { NODE_ENV } = process.env
    process.env['NODE_ENV'] = 'production'
    try {
      expect(() => schemeWith({ privateKey: rsa.privateKey })).toThrow(
        expect.objectContaining({
          code: 'CONFIG_OPTION_INVALID',
          message: expect.stringContaining('privateKey is for tests; leave it out if NODE_ENV is production'),
        }),
      )
      expect(schemeWith().saysOf({ 'x-sig': rsaSigned(BODY) })).toBe('accepted')
    } finally {
      process.env['NODE_ENV'] = NODE_ENV
    }
  })
})

describe('explained', () => {
  const explain = (headers: Record<string, string>, options: Partial<PublicKeySignatureOptions> = {}) =>
    schemeWith(options).explain!(delivery(headers))

  test.each<[string, Record<string, string>, string]>([
    [
      'in hex',
      { 'x-sig': Buffer.from(rsaSigned(BODY), 'base64').toString('hex') },
      'not written as <a signature in base64>',
    ],
    ['another header', { 'x-other': rsaSigned(BODY) }, 'came in the header x-other, not in x-sig'],
    [
      'written again',
      { 'x-sig': rsaSigned(JSON.stringify(JSON.parse(BODY), null, 2)) },
      'the signature fits indented JSON',
    ],
  ])('%s', (_, headers, explanation) => {
    expect(explain(headers)).toContain(explanation)
  })

  test('nothing is said of another key’s, nor where the keys would have to be fetched', () => {
    expect(explain({ 'x-sig': rsaSigned(BODY, otherRsa.privateKey) })).toBeNull()
    const keys = jest.fn(() => [rsa.publicKey])
    expect(explain({ 'x-other': rsaSigned(BODY) }, { keys })).toBeNull()
    expect(keys).not.toHaveBeenCalled()
    const scheme = schemeWith({ keys })
    const written = delivery({ 'x-sig': rsaSigned(JSON.stringify(JSON.parse(BODY), null, 2)) })
    expect(codeOf(() => scheme.verify(written))).toContain('AUTH_MISMATCH')
    expect(scheme.explain!(written)).toContain('the signature fits indented JSON')
    expect(keys).toHaveBeenCalledTimes(1)
  })
})

test.each<[object, string]>([
  [{ algorithm: 'RSA-SHA1' }, "algorithm must be 'RSA-SHA256' or 'Ed25519'"],
  [{ algorithm: 'toString' }, "algorithm must be 'RSA-SHA256' or 'Ed25519'"],
  [{ encoding: 'base64url' }, "encoding must be 'hex' or 'base64'"],
  [{ keys: [] }, 'keys must be at least one public key'],
  [{ keys: '' }, 'each key must be a PEM text of rsa; is its environment variable set?'],
  [{ keys: undefined }, 'each key must be a PEM text of rsa'],
  [{ keys: ['undefined'] }, 'each key must be a PEM text of rsa'],
  [{ privateKey: 'no key' }, 'each key must be a PEM text of rsa'],
  [{ privateKey: pem(ed.privateKey) }, 'each key must be a PEM text of rsa'],
  [{ key: rsa.publicKey }, 'publicKeySignature: unknown option "key"'],
])('options that cannot be meant: %#', (options, message) => {
  expect(() => schemeWith(options)).toThrow(message)
})
