/** What the two schemes accept, what they refuse, and what they tell the operator of it. */
import { describe, expect, test } from '@jest/globals'
import { createHash, createHmac } from 'node:crypto'
import type { Delivery } from 'express-payment-webhooks'
import { equalsAny } from '../../src/crypto/constant-time.js'
import { allHeaders } from '../../src/crypto/header.js'
import { hmacSignature } from '../../src/crypto/hmac-signature.js'
import { tokenHeader } from '../../src/crypto/token-header.js'

const SECRET = 'k9Qz3vT7-Lw0xR5mB'
const OLD = 'h2Wc8nY4-Jd6sF1pG'
const BODY = '{"b":"a/é","a":[1,{"d":null,"c":"x"}]}'

const mac = (body: string | Buffer, key: string | Buffer = SECRET, algorithm = 'sha256') =>
  createHmac(algorithm, key).update(body).digest()

const hex = (body: string, key: string | Buffer = SECRET, algorithm = 'sha256') =>
  mac(body, key, algorithm).toString('hex')

const delivery = (headers: Delivery['headers'], body: string | Buffer = BODY): Delivery => ({
  body: Buffer.from(body),
  headers,
  ip: undefined,
})

const raw = (rawHeaders: readonly string[], body = BODY): Delivery => ({ ...delivery({}, body), rawHeaders })

const codeOf = (verify: () => unknown): string => {
  try {
    verify()
  } catch (error) {
    return `${(error as { code: string }).code}: ${(error as Error).message}`
  }
  return 'accepted'
}

describe('a signature header', () => {
  const scheme = hmacSignature({
    header: 'X-Signature',
    prefix: 'sha256=',
    secret: [SECRET, `${SECRET}-2`],
    retired: OLD,
  })
  const verify = (one: Delivery) => codeOf(() => scheme.verify(one))
  const right = `sha256=${hex(BODY)}`

  test.each([
    ['as it is', delivery({ 'x-signature': right })],
    ['in upper case', delivery({ 'X-SIGNATURE': `sha256=${hex(BODY).toUpperCase()}` })],
    ['by another of the secrets', delivery({ 'x-signature': `sha256=${hex(BODY, `${SECRET}-2`)}` })],
    ['among raw headers', raw(['Host', 'x', 'X-Signature', right, 'Other', 'y'])],
  ])('is accepted %s', (_, one) => {
    expect(verify(one)).toBe('accepted')
    expect(scheme.verify(one)).toBe(true)
  })

  test.each([
    [delivery({}), 'AUTH_HEADER_MISSING: the x-signature header is missing'],
    [delivery({ 'x-signature': undefined }), 'AUTH_HEADER_MISSING: the x-signature header is missing'],
    [raw(['x-signaturf', right]), 'AUTH_HEADER_MISSING: the x-signature header is missing'],
    [raw(['Other', 'x-signature', 'More', right]), 'AUTH_HEADER_MISSING: the x-signature header is missing'],
    [delivery({ 'x-signature': [right, right] }), 'AUTH_HEADER_REPEATED: the x-signature header was sent 2 times'],
    [
      raw(['x-signature', right, 'X-Signature', right]),
      'AUTH_HEADER_REPEATED: the x-signature header was sent 2 times',
    ],
    [
      delivery({ 'x-signature': hex(BODY) }),
      'AUTH_HEADER_MALFORMED: the x-signature header is not sha256= and 64 hex digits',
    ],
    [delivery({ 'x-signature': `SHA256=${hex(BODY)}` }), 'AUTH_HEADER_MALFORMED'],
    [delivery({ 'x-signature': `${right}0` }), 'AUTH_HEADER_MALFORMED'],
    [delivery({ 'x-signature': `sha256=0${hex(BODY)}` }), 'AUTH_HEADER_MALFORMED'],
    [delivery({ 'x-signature': `sha256=${hex(BODY, OLD)}` }), 'AUTH_MISMATCH: the signature does not fit the body'],
    [delivery({ 'x-signature': right }, `${BODY} `), 'AUTH_MISMATCH'],
  ])('is refused: %p', (one, fault) => {
    expect(verify(one)).toContain(fault)
  })

  test('without a prefix is 64 hex digits', async () => {
    const plain = hmacSignature({ header: 'x-signature', secret: SECRET })
    expect(codeOf(() => plain.verify(delivery({ 'x-signature': hex(BODY) })))).toBe('accepted')
    expect(codeOf(() => plain.verify(delivery({ 'x-signature': 'x' })))).toBe(
      'AUTH_HEADER_MALFORMED: the x-signature header is not 64 hex digits',
    )
  })

  test('signs with the first secret', () => {
    expect(scheme.sign(Buffer.from(BODY))).toEqual({ 'x-signature': right })
  })

  test('names the option at fault', () => {
    expect(() => hmacSignature({ header: 'x-a', secret: '' })).toThrow('secret is missing')
    expect(() => hmacSignature({ header: 'x-a', secret: '', secretOption: 'clientSecret' })).toThrow(
      'clientSecret is missing',
    )
    expect(() => hmacSignature({ header: 'x-a', secret: SECRET, retired: '' })).toThrow('retired is missing')
  })

  test.each(['x signature', '', 'x-signature:', 'x\nsignature', ' x-signature', 'é'])(
    '%p names no header',
    (header) => {
      expect(() => hmacSignature({ header, secret: SECRET })).toThrow(
        expect.objectContaining({
          code: 'CONFIG_OPTION_INVALID',
          message: expect.stringContaining(`${JSON.stringify(header)} is not a header name`),
        }),
      )
    },
  )

  describe('explained', () => {
    const explain = (value: string, body: string | Buffer = BODY) =>
      scheme.explain!(delivery({ 'x-signature': value }, body))
    const signed = (was: string, body: string | Buffer = BODY) => explain(`sha256=${hex(was)}`, body)

    test.each([
      ['not written as it should be', hex(BODY), 'the signature is right, but not written as sha256=<64 hex digits>'],
      ['in base64', mac(BODY).toString('base64'), 'the signature is right, but not written as'],
      ['in base64url', ` ${mac(BODY).toString('base64url')} `, 'the signature is right, but not written as'],
      ['behind another prefix', `v1=${hex(BODY)}`, 'the signature is right, but not written as'],
      ['retired secret', `sha256=${hex(BODY, OLD)}`, 'made with a retired secret: the sender has not got the new one'],
      [
        'line break',
        `sha256=${hex(BODY, `${SECRET}\n`)}`,
        'made with the secret and white space behind it: it was pasted',
      ],
      ['CRLF', `sha256=${hex(BODY, `${SECRET}\r\n`)}`, 'made with the secret and white space behind it'],
      ['blank', `sha256=${hex(BODY, `${SECRET} `)}`, 'made with the secret and white space behind it'],
      ['base64 secret', `sha256=${hex(BODY, Buffer.from(SECRET, 'base64'))}`, 'made with the secret read as base64'],
      ['sha1', hex(BODY, SECRET, 'sha1'), 'the signature is an HMAC with sha1, not with sha256'],
      ['sha384', hex(BODY, SECRET, 'sha384'), 'the signature is an HMAC with sha384, not with sha256'],
      ['sha512', hex(BODY, SECRET, 'sha512'), 'the signature is an HMAC with sha512, not with sha256'],
      [
        'no secret',
        createHash('sha256').update(BODY).digest('hex'),
        'the signature is a plain SHA-256 of the body, which anybody can make',
      ],
    ])('%s', (_, value, explanation) => {
      expect(explain(value)).toContain(explanation)
    })

    test('a secret without a hex digit is not taken for an empty one that was read as hex', () => {
      const words = hmacSignature({ header: 'x-signature', secret: 'nothing-but-words' })
      expect(words.explain?.(delivery({ 'x-signature': hex(BODY, '') }))).toBeNull()
    })

    test('a secret read as hex', () => {
      const secret = '00112233445566778899aabbccddeeff'
      const value = hex(BODY, Buffer.from(secret, 'hex'))
      expect(hmacSignature({ header: 'x-signature', secret }).explain!(delivery({ 'x-signature': value }))).toContain(
        'the signature was made with the secret read as hex: this scheme takes it as text',
      )
    })

    test.each(['', 'a', 'sha256=', `sha256=${hex(BODY).slice(2)}zz`, 'x'.repeat(200), '0'.repeat(63)])(
      'nothing is said of %p',
      (value) => {
        expect(explain(value)).toBeNull()
      },
    )

    test('nothing is said of a signature with an unknown secret', () => {
      expect(explain(`sha256=${hex(BODY, 'r7Xe5bU1-Km3tZ9aV')}`)).toBeNull()
    })

    test('the right signature in another header', () => {
      const right = hex(BODY)
      expect(scheme.explain!(delivery({ 'X-Hub-Signature': `sha256=${right}`, other: undefined }))).toBe(
        'the right signature came in the header x-hub-signature, not in x-signature',
      )
      expect(scheme.explain!(raw(['Host', 'x', 'X-Hub', right]))).toContain('came in the header x-hub')
      expect(scheme.explain!(delivery({ 'x-signature': [right, right] }))).toBeNull()
      expect(scheme.explain!(delivery({ 'x-hub': hex('another body') }))).toBeNull()
      expect(scheme.explain!(delivery({ 'x-signature': 'a', 'x-hub': right }))).toContain('x-hub')
    })

    const value = JSON.parse(BODY) as unknown
    const again =
      'the body was parsed and written again on its way, so configure the proxy to pass bodies on as they are'
    const pretty = JSON.stringify(value, null, 2)
    test.each([
      ['empty', '', BODY, 'an empty body: it was signed, or sent on, without its content'],
      ['trimmed', BODY, ` ${BODY}\n`, 'the body without the white space around it: something on its way adds it'],
      ['a line break', 'a=1\n', 'a=1', 'the body with a line break at its end: something on its way removes it'],
      ['LF', 'a\nb', 'a\r\nb', 'the body with other line breaks: something on its way converts them'],
      ['CRLF', 'a\r\nb\r\n', 'a\nb\r\n', 'the body with other line breaks: something on its way converts them'],
      ['byte order mark', ' a ', '\ufeff a ', 'the body without its byte order mark: something on its way adds it'],
      ['compact', BODY, pretty, `compact JSON: ${again}`],
      ['two blanks', pretty, BODY, `indented JSON: ${again}`],
      ['four blanks', JSON.stringify(value, null, 4), BODY, `indented JSON: ${again}`],
      ['PHP', '{"b":"a\\/\\u00e9","a":[1,{"d":null,"c":"x"}]}', BODY, `JSON as PHP writes it: ${again}`],
      ['slashes', '{"b":"a\\/é","a":[1,{"d":null,"c":"x"}]}', BODY, `JSON with escaped slashes: ${again}`],
      ['Python', '{"b": "a/\\u00e9", "a": [1, {"d": null, "c": "x"}]}', BODY, `JSON as Python writes it: ${again}`],
      ['sorted', '{"a":[1,{"c":"x","d":null}],"b":"a/é"}', BODY, `JSON with sorted keys: ${again}`],
      ['a bare text', '"\\u00e9"', '"é"', `JSON as PHP writes it: ${again}`],
      ['a bare list', '[1,null]', '[1, null]', `compact JSON: ${again}`],
    ])('another body was signed: %s', (_, was, came, explanation) => {
      expect(signed(was, came)).toBe(`the signature fits ${explanation}`)
    })

    test('a byte order mark within the body is a part of it', () => {
      expect(signed('a b', 'a\ufeff b')).toBeNull()
    })

    test('what is not JSON is not written again', () => {
      expect(signed('{"a":1}', '{"a":1')).toBeNull()
    })
  })
})

describe('a token header', () => {
  const scheme = tokenHeader({ scheme: 'Bearer', token: [SECRET, `${SECRET}-2`], retired: OLD })
  const verify = (authorization: string) => codeOf(() => scheme.verify(delivery({ authorization })))

  test.each([`Bearer ${SECRET}`, `bEARER ${SECRET}`, `Bearer ${SECRET}-2`])('%p is accepted', (value) => {
    expect(verify(value)).toBe('accepted')
    expect(scheme.verify(delivery({ authorization: value }))).toBe(true)
  })

  test.each([
    [SECRET, 'AUTH_HEADER_MALFORMED: the authorization header is not "Bearer", one space and a token'],
    [`Basic ${SECRET}`, 'AUTH_HEADER_MALFORMED'],
    [`Bearer`, 'AUTH_HEADER_MALFORMED'],
    [`Bearer  ${SECRET}`, 'AUTH_MISMATCH: the token in the authorization header is not the configured one'],
    [`Bearer ${SECRET.toLowerCase()}`, 'AUTH_MISMATCH'],
    [`Bearer ${OLD}`, 'AUTH_MISMATCH'],
    ['Bearer ', 'AUTH_MISMATCH'],
  ])('%p is refused', (value, fault) => {
    expect(verify(value)).toContain(fault)
  })

  test('signs with the first token, and names the option at fault', () => {
    expect(scheme.sign(Buffer.from(BODY))).toEqual({ authorization: `Bearer ${SECRET}` })
    expect(() => tokenHeader({ scheme: 'Bearer', token: '' })).toThrow('token is missing')
    expect(() => tokenHeader({ scheme: 'Bearer', token: SECRET, retired: '' })).toThrow('retired is missing')
  })

  test.each([
    [{ authorization: SECRET }, 'the token is right, but not written as "Bearer", one space and the token'],
    [{ authorization: ` Basic \t ${SECRET} ` }, 'the token is right, but not written as'],
    [{ authorization: `Bearer ${OLD}` }, 'the token is a retired one: the sender has not got the new one'],
    [{ authorization: `Bearer ${SECRET.toUpperCase()}` }, 'the token is right but for upper and lower case'],
    [{ 'X-Token': SECRET }, 'the right token came in the header x-token, not in authorization'],
    [{ 'x-other': 'a', 'x-token': `Bearer ${SECRET}` }, 'the right token came in the header x-token'],
  ])('explained: %p', (headers, explanation) => {
    expect(scheme.explain!(delivery(headers))).toContain(explanation)
  })

  test.each([
    { authorization: 'Bearer another-9f8a7b6c5d4e' },
    { authorization: '' },
    { authorization: [SECRET, SECRET] },
    { 'x-token': 'another-9f8a7b6c5d4e' },
    {},
  ])('nothing is said of %p', (headers) => {
    expect(scheme.explain!(delivery(headers))).toBeNull()
  })
})

test('texts of another length are unequal, and a later one is found as well as the first', () => {
  const [a, b] = [Buffer.from('aa'), Buffer.from('bb')]
  expect(equalsAny(a, [b, a])).toBe(true)
  expect(equalsAny(a, [a, b])).toBe(true)
  expect(equalsAny(a, [b])).toBe(false)
  expect(equalsAny(a, [Buffer.from('a'), Buffer.from('aaa')])).toBe(false)
  expect(equalsAny(a, [])).toBe(false)
})

test('every header is listed as often as it was sent', () => {
  expect(allHeaders(raw(['A', '1', 'b', '2', 'a', '3']))).toEqual([
    ['a', '1'],
    ['b', '2'],
    ['a', '3'],
  ])
  expect(allHeaders(delivery({ A: ['1', '3'], B: '2', c: undefined }))).toEqual([
    ['a', '1'],
    ['a', '3'],
    ['b', '2'],
  ])
})
