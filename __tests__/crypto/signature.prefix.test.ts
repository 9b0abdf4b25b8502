/** Signatures whose prefix is optional. */
import { createHmac } from 'node:crypto'
import { describe, expect, test } from '@jest/globals'
import { signature } from '../../src/crypto/signature.js'
import { BODY, codeOf, delivery, raw, SECRET } from '../support/scheme-deliveries.js'

const HEADER = 'x-acme-signature'
const digest = createHmac('sha256', SECRET).update(BODY).digest('hex')
const other = '0'.repeat(64)

const scheme = (rest: object = {}) => signature({ header: HEADER, secret: SECRET, prefix: 'sha256=', ...rest })
const signed = (value: string) => delivery({ [HEADER]: value })

describe('a prefix', () => {
  test('is required', () => {
    expect(codeOf(() => scheme().verify(signed(digest)))).toMatch(/^AUTH_HEADER_MALFORMED/)
  })

  test('may be left out where the sender may leave it out, and is written all the same', () => {
    const lenient = scheme({ prefixOptional: true })
    expect([digest, `sha256=${digest}`].map((value) => lenient.verify(signed(value)))).toEqual([true, true])
    expect(lenient.sign(Buffer.from(BODY))).toEqual({ [HEADER]: `sha256=${digest}` })
  })

  test('is not taken for another one', () => {
    expect(codeOf(() => scheme({ prefixOptional: true }).verify(signed(`sha512=${digest}`)))).toMatch(
      /^AUTH_HEADER_MALFORMED/,
    )
  })

  test('may be missing from some of several signatures, and one that fits is enough', () => {
    const several = scheme({ prefixOptional: true, separator: ',', repeatable: true })
    expect(several.verify(signed(`sha256=${other}, ${digest}`))).toBe(true)
    expect(several.verify(raw([HEADER, other, HEADER, `sha256=${digest}`]))).toBe(true)
    expect(codeOf(() => several.verify(signed(`${other}, sha256=${other}`)))).toMatch(/^AUTH_MISMATCH/)
  })
})
