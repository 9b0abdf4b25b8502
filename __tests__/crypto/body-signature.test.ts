/** Signatures inside the body: the fields they cover, the fields they do not, and values that are never shown. */
import { describe, expect, test } from '@jest/globals'
import { createHmac } from 'node:crypto'
import fc from 'fast-check'
import { anyCharacter } from '../support/any-character.js'
import type { BodySignatureOptions } from 'express-payment-webhooks'
import { bodySignature } from '../../src/crypto/body-signature.js'
import { codeOf, delivery, OLD, SECRET } from '../support/scheme-deliveries.js'

interface Content {
  readonly id?: unknown
  readonly amount?: unknown
  readonly data?: unknown
  readonly sign?: unknown
}

interface Made {
  readonly key?: string
  readonly algorithm?: string
  readonly as?: 'hex' | 'base64'
}

const mac = (text: string, { key = SECRET, algorithm = 'sha256', as = 'hex' }: Made = {}): string =>
  createHmac(algorithm, key).update(text).digest(as)

/** Covers id and amount, and nothing else. */
function schemeWith(options: Partial<BodySignatureOptions> = {}) {
  return bodySignature({
    secret: SECRET,
    read: (content) => (content as Content).sign,
    write: (content, sign) => ({ ...(content as object), sign }),
    message: (content) => [String((content as Content).id), '|', String((content as Content).amount)],
    ...options,
  })
}

const scheme = schemeWith()
const PAID = { id: 'evt_1', amount: '9.90', note: 'not covered' }
const RIGHT = mac('evt_1|9.90')
const says = (content: unknown, one = scheme) => codeOf(() => one.verify(delivery({}), content))

describe('a signature in the body', () => {
  test('is accepted where it fits what it covers, whatever else there is', () => {
    expect(scheme.verify(delivery({}), { ...PAID, sign: RIGHT })).toBe(true)
    expect(says({ ...PAID, sign: RIGHT.toUpperCase() })).toBe('accepted')
    expect(says({ ...PAID, note: 'another', more: 1, sign: RIGHT })).toBe('accepted')
  })

  test.each<[string, unknown, string]>([
    ['without one', PAID, 'AUTH_PROOF_MISSING: the body has no signature'],
    ['with an empty one', { ...PAID, sign: '' }, 'AUTH_PROOF_MISSING'],
    ['with a number for one', { ...PAID, sign: 7 }, 'AUTH_PROOF_MISSING'],
    ['with a list of it', { ...PAID, sign: [RIGHT] }, 'AUTH_PROOF_MISSING'],
    ['with nothing in it', null, 'AUTH_PROOF_MISSING'],
    ['that is a list', [], 'AUTH_PROOF_MISSING'],
    ['that is a text', 'evt_1', 'AUTH_PROOF_MISSING'],
    [
      'with half of it',
      { ...PAID, sign: RIGHT.slice(1) },
      'AUTH_PROOF_MALFORMED: the signature in the body is not 64 hex',
    ],
    ['with it in base64', { ...PAID, sign: mac('evt_1|9.90', { as: 'base64' }) }, 'AUTH_PROOF_MALFORMED'],
    ['with another amount', { ...PAID, amount: '9.91', sign: RIGHT }, 'AUTH_MISMATCH'],
    ['with another secret’s', { ...PAID, sign: mac('evt_1|9.90', { key: OLD }) }, 'AUTH_MISMATCH'],
    ['of another algorithm', { ...PAID, sign: mac('evt_1|9.90', { algorithm: 'sha512' }) }, 'AUTH_PROOF_MALFORMED'],
  ])('a body %s is refused', (_, content, code) => {
    expect(says(content)).toContain(code)
  })

  test('that cannot be made of the body, because a field is not there, is like any other that does not fit', () => {
    const nested = schemeWith({ message: (content) => [(content as { data: { id: string } }).data.id] })
    expect(says({ sign: RIGHT }, nested)).toContain('AUTH_MISMATCH')
    expect(says({ sign: RIGHT, data: null }, nested)).toContain('AUTH_MISMATCH')
    const unreadable = schemeWith({ read: (content) => (content as { a: { b: unknown } }).a.b })
    expect(says({}, unreadable)).toContain('AUTH_PROOF_MISSING')
  })

  test('is made by any of the secrets, with the algorithm and encoding that are configured alone', () => {
    const rotated = schemeWith({ secret: [`${SECRET}-2`, SECRET] })
    expect(says({ ...PAID, sign: RIGHT }, rotated)).toBe('accepted')
    const other = schemeWith({ algorithm: 'sha512', encoding: 'base64' })
    const sign = mac('evt_1|9.90', { algorithm: 'sha512', as: 'base64' })
    expect(says({ ...PAID, sign }, other)).toBe('accepted')
    expect(says({ ...PAID, sign, algorithm: 'sha256' }, other)).toBe('accepted')
    expect(says({ ...PAID, sign: RIGHT, algorithm: 'sha256' }, other)).toContain('AUTH_PROOF_MALFORMED')
  })

  test('is written for tests as it is read, and blanked for everybody else', () => {
    expect(scheme.sign(PAID)).toEqual({ ...PAID, sign: RIGHT })
    expect(says(scheme.sign(PAID))).toBe('accepted')
    expect(scheme.withoutProof({ ...PAID, sign: RIGHT })).toEqual({ ...PAID, sign: '' })
  })

  test('decides by what it covers alone, whatever that is', () => {
    const text = fc.string({ unit: anyCharacter })
    fc.assert(
      fc.property(text, text, text, fc.jsonValue(), (id, amount, other, more) => {
        const signed = scheme.sign({ id, amount, more })
        expect(says(signed)).toBe('accepted')
        expect(says({ ...(signed as object), more: other })).toBe('accepted')
        if (`${other}|${amount}` !== `${id}|${amount}`) {
          expect(says({ ...(signed as object), id: other })).toContain('AUTH_MISMATCH')
        }
      }),
      { numRuns: 500 },
    )
  })
})

describe('explained', () => {
  const explain = (sign: unknown, options: Partial<BodySignatureOptions> = {}) =>
    schemeWith(options).explain!(delivery({}), { ...PAID, sign })

  test.each<[string, unknown, Partial<BodySignatureOptions>, string]>([
    ['in base64', mac('evt_1|9.90', { as: 'base64' }), {}, 'right, but not written as 64 hex digits'],
    ['a retired secret', mac('evt_1|9.90', { key: OLD }), { retired: OLD }, 'made with a retired secret'],
    ['a pasted line break', mac('evt_1|9.90', { key: `${SECRET}\n` }), {}, 'the secret followed by white space'],
    ['sha512', mac('evt_1|9.90', { algorithm: 'sha512' }), {}, 'an HMAC with sha512, not with sha256'],
  ])('%s', (_, sign, options, explanation) => {
    expect(explain(sign, options)).toContain(explanation)
  })

  test.each([undefined, 7, 'x', mac('evt_2|9.90')])('nothing is said of %p', (sign) => {
    expect(explain(sign)).toBeNull()
  })
})

test.each<[object, string]>([
  [{ algorithm: 'md5' }, 'bodySignature: algorithm must be one of sha1, sha256, sha384, sha512'],
  [{ encoding: 'text' }, "bodySignature: encoding must be 'hex' or 'base64'"],
  [{ read: 'sign' }, 'bodySignature: read must be a function'],
  [{ write: undefined }, 'bodySignature: write must be a function'],
  [{ message: ['id'] }, 'bodySignature: message must be a function'],
  [{ field: 'sign' }, 'bodySignature: unknown option "field"'],
  [{ secret: '' }, 'secret is missing'],
  [{ secret: '', secretOption: 'apiKey' }, 'apiKey is missing'],
  [{ retired: '' }, 'retired is missing'],
])('options that cannot be meant: %j', (options, message) => {
  expect(() => schemeWith(options)).toThrow(message)
})
