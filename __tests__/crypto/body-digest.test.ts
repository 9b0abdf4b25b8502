/** src/crypto/body-digest.ts: MD5 over the message and the secret after it, in the body itself. */
import { createHash } from 'node:crypto'
import { describe, expect, test } from '@jest/globals'
import { bodyDigest } from '../../src/crypto/body-digest.js'
import type { DeliveryError } from 'express-payment-webhooks'

const SECRET = 'b0a7d8d47f1f4c3e9a52'
const OLD = 'c1b8e9e58f2a5d4f0b63'

const scheme = bodyDigest({
  field: 'sign',
  secret: [SECRET, OLD],
  message: (body) => {
    const { sign: _, ...rest } = JSON.parse(body.toString()) as Record<string, unknown>
    return [JSON.stringify(rest), `other:${JSON.stringify(rest)}`]
  },
})

const md5 = (text: string) => createHash('md5').update(text).digest('hex')

function verify(content: unknown): string {
  try {
    return String(scheme.verify({ body: Buffer.from(JSON.stringify(content)), headers: {} }, content))
  } catch (error) {
    return (error as DeliveryError).code
  }
}

describe('a digest', () => {
  test.each([
    ['of the message and a secret', md5(`{"id":7}${SECRET}`)],
    ['of the other message', md5(`other:{"id":7}${SECRET}`)],
    ['with the other secret', md5(`{"id":7}${OLD}`)],
    ['in capitals', md5(`{"id":7}${SECRET}`).toUpperCase()],
  ])('%s lets the delivery in', (_what, sign) => {
    expect(verify({ id: 7, sign })).toBe('true')
  })

  test.each([
    ['of another message', md5(`{"id":8}${SECRET}`), 'AUTH_MISMATCH'],
    ['with another secret', md5(`{"id":7}${SECRET}x`), 'AUTH_MISMATCH'],
    ['without a secret', md5('{"id":7}'), 'AUTH_MISMATCH'],
    ['with the secret in front', md5(`${SECRET}{"id":7}`), 'AUTH_MISMATCH'],
    ['that is too short', md5(`{"id":7}${SECRET}`).slice(1), 'AUTH_PROOF_MALFORMED'],
    ['that is too long', `${md5(`{"id":7}${SECRET}`)}0`, 'AUTH_PROOF_MALFORMED'],
    ['with a line break', `${md5(`{"id":7}${SECRET}`)}\n`, 'AUTH_PROOF_MALFORMED'],
    ['that is empty', '', 'AUTH_PROOF_MISSING'],
    ['that is a list', [md5(`{"id":7}${SECRET}`)], 'AUTH_PROOF_MISSING'],
    ['that is missing', undefined, 'AUTH_PROOF_MISSING'],
  ])('%s is refused', (_what, sign, code) => {
    expect(verify({ id: 7, sign })).toBe(code)
  })

  test.each([null, [], 'text', 7])('is not looked for in %j', (content) => {
    expect(verify(content)).toBe('AUTH_PROOF_MISSING')
  })
})

test('a payload is signed in its place, and blanked in its place', () => {
  const signed = scheme.sign({ id: 7, sign: '', last: 1 })
  expect(JSON.stringify(signed)).toBe(`{"id":7,"sign":"${md5(`{"id":7,"last":1}${SECRET}`)}","last":1}`)
  expect(JSON.stringify(scheme.withoutProof(signed))).toBe('{"id":7,"sign":"","last":1}')
  expect(scheme.withoutProof({ id: 7 })).toEqual({ id: 7 })
  expect(scheme.withoutProof(null)).toBeNull()
})
