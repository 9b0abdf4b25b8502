/** A signature in a header: accepted and refused forms, and the messages to the operator. */
import { describe, expect, test } from '@jest/globals'
import { createHash, createHmac } from 'node:crypto'
import type { Delivery } from 'express-payment-webhooks'
import { hmacSignature } from '../../src/crypto/hmac-signature.js'
import { BODY, codeOf, delivery, OLD, raw, SECRET } from '../support/scheme-deliveries.js'

const mac = (body: string | Buffer, key: string | Buffer = SECRET, algorithm = 'sha256') =>
  createHmac(algorithm, key).update(body).digest()

const hex = (body: string, key: string | Buffer = SECRET, algorithm = 'sha256') =>
  mac(body, key, algorithm).toString('hex')

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
      [
        'retired secret',
        `sha256=${hex(BODY, OLD)}`,
        'made with a retired secret: the sender does not have the new one yet',
      ],
      ['line break', `sha256=${hex(BODY, `${SECRET}\n`)}`, 'made with the secret followed by white space: the sender'],
      ['CRLF', `sha256=${hex(BODY, `${SECRET}\r\n`)}`, 'made with the secret followed by white space'],
      ['blank', `sha256=${hex(BODY, `${SECRET} `)}`, 'made with the secret followed by white space'],
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
