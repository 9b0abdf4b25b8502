/** JSON with its source text kept: the signature covers the sent text, however another program would have written it. */
import { describe, expect, test } from '@jest/globals'
import { createHmac } from 'node:crypto'
import fc from 'fast-check'
import { jsonSource } from 'express-payment-webhooks/formats'
import { parseJson } from '../../src/lib/json.js'
import { vectorsOf } from '../support/provider-suite.js'

const source = (text: string) => jsonSource(Buffer.from(text))

describe('what others have signed', () => {
  interface Case {
    readonly name: string
    readonly raw_body: string
    readonly secrets: readonly string[]
    readonly headers: Readonly<Record<string, string>>
    readonly valid: boolean | null
  }
  const { cases } = vectorsOf<{ readonly nowpayments: { readonly cases: readonly Case[] } }>('nowpayments').nowpayments

  test.each(cases.filter(({ valid, headers }) => valid !== null && 'x-nowpayments-sig' in headers))(
    'by NOWPayments’ own library: $name',
    ({ raw_body, secrets, headers, valid }) => {
      const macs = secrets.map((secret) => createHmac('sha512', secret).update(source(raw_body).sorted()).digest('hex'))
      expect(macs.includes(headers['x-nowpayments-sig']!)).toBe(valid)
    },
  )
})

describe('sorted', () => {
  /** JavaScript's output for sorted keys, written by hand: an object puts its integer keys first in any order of assignment. */
  const written = (value: unknown): string => {
    if (Array.isArray(value)) return `[${value.map(written).join(',')}]`
    if (typeof value !== 'object' || value === null) return JSON.stringify(value)
    const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
    return `{${members.map(([key, member]) => `${JSON.stringify(key)}:${written(member)}`).join(',')}}`
  }

  /** Keys that are easily confused, and arbitrary ones. */
  const key = fc.oneof(
    fc.constantFrom('a', 'b', 'A', '1', '10', '2', '', '__proto__', 'é', '\u{1f4b6}', '\uffff', 'a"b', 'a\\b'),
    fc.string(),
  )
  const { tree } = fc.letrec((tie) => ({
    tree: fc.oneof(
      { maxDepth: 5 },
      tie('leaf'),
      fc.array(tie('tree'), { maxLength: 4 }),
      fc.dictionary(key, tie('tree'), { maxKeys: 5 }),
    ),
    leaf: fc.oneof(
      fc.string(),
      fc.integer(),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.boolean(),
      fc.constant(null),
    ),
  }))

  test('is what JavaScript writes of sorted keys, where JavaScript wrote the body', () => {
    fc.assert(
      fc.property(tree, fc.constantFrom(0, 2, '\t'), (value, indent) => {
        // JSON.stringify writes no minus zero.
        const body = JSON.stringify(value, null, indent)
        expect(source(body).sorted()).toBe(written(JSON.parse(body)))
      }),
      { numRuns: 3000 },
    )
  })

  test('says the same as the body, and is sorted already', () => {
    fc.assert(
      fc.property(tree, (value) => {
        const body = JSON.stringify(value)
        const text = source(body).sorted()
        expect(parseJson(Buffer.from(text))).toEqual(parseJson(Buffer.from(body)))
        expect(source(text).sorted()).toBe(text)
        expect(source(body).compact()).toBe(body)
      }),
      { numRuns: 2000 },
    )
  })

  test('goes by the units of UTF-16, as JavaScript does, and not by code points or a language', () => {
    // A surrogate pair sorts before code units above the surrogates, although its code point is higher.
    expect(source('{"\uffff":1,"\u{1f4b6}":2,"z":3,"Z":4,"é":5,"a":6,"10":7,"9":8,"":9}').sorted()).toBe(
      '{"":9,"10":7,"9":8,"Z":4,"a":6,"z":3,"é":5,"\u{1f4b6}":2,"\uffff":1}',
    )
  })

  test('goes by what a key says, and writes it as it was written', () => {
    expect(source('{"\\u0062":1,"a":2,"\\u0000":3}').sorted()).toBe('{"\\u0000":3,"a":2,"\\u0062":1}')
  })

  test('reaches every object, and leaves lists in order', () => {
    expect(source(' { "b" : [ 3 , 1 , { "y" : 1 , "x" : [ ] } ] , "a" : { "d" : { } , "c" : null } } ').sorted()).toBe(
      '{"a":{"c":null,"d":{}},"b":[3,1,{"x":[],"y":1}]}',
    )
  })
})

describe('numbers and texts stay exactly as they were sent', () => {
  test.each([
    '0',
    '-0',
    '0.0',
    '1.0',
    '1.10',
    '129.00',
    '1e3',
    '1E+3',
    '1.2e-7',
    '1.2E-07',
    '12345678901234567890',
    '31740582916607384425',
    '0.1234567890123456789',
    '-1e400',
    '1e-400',
    '5e-324',
  ])('%s', (number) => {
    expect(source(`{"b":${number},"a":[${number}]}`).sorted()).toBe(`{"a":[${number}],"b":${number}}`)
    expect(source(number).compact()).toBe(number)
  })

  test.each([
    '"a\\/b"',
    '"\\u00e9"',
    '"é"',
    '"\\ud83d\\ude00"',
    '"\\ud800"',
    '"\\""',
    '"\\\\"',
    '"a,b}]: {["',
    '""',
    '" "',
    '"\u2028"',
  ])('%s', (text) => {
    expect(source(`[ ${text} , { "k" : ${text} } ]`).compact()).toBe(`[${text},{"k":${text}}]`)
    expect(source(text).sorted()).toBe(text)
  })
})

describe('without a member', () => {
  test('is the body without that one, in received order', () => {
    const body = '{ "b": 1.0, "sign": "x", "a": {"sign": 2} }'
    expect(source(body).without('sign')).toBe('{"b":1.0,"a":{"sign":2}}')
    expect(source(body).without('none')).toBe('{"b":1.0,"sign":"x","a":{"sign":2}}')
    expect(source('{"\\u0073ign":1}').without('sign')).toBe('{}')
    expect(source('{"__proto__":1,"a":2}').without('__proto__')).toBe('{"a":2}')
  })

  test('may have its texts written anew, names included, and its numbers as they were', () => {
    const body = '{"a\\u0062":["x/y",1.0,{"\\/":"\\u00e9"}],"sign":"/","n":null}'
    const escaped = (text: string) => JSON.stringify(text).replaceAll('/', '\\/')
    expect(source(body).without('sign', escaped)).toBe('{"ab":["x\\/y",1.0,{"\\/":"é"}],"n":null}')
  })

  test.each(['[]', '"sign"', '1', 'null'])('is nothing of %s', (body) => {
    expect(() => source(body).without('sign')).toThrow(
      expect.objectContaining({ code: 'PAYLOAD_INVALID', message: 'the body is not an object' }),
    )
  })
})

describe('what is no JSON, or says two things, is refused as everywhere', () => {
  test.each([
    ['', 'BODY_EMPTY'],
    ['{"a":1,"a":2}', 'JSON_DUPLICATE_KEY'],
    ['{"a":1,"\\u0061":2}', 'JSON_DUPLICATE_KEY'],
    ['{"a":{"b":1,"b":1}}', 'JSON_DUPLICATE_KEY'],
    ['{"a":1,}', 'JSON_INVALID'],
    ["{'a':1}", 'JSON_INVALID'],
    ['{"a":01}', 'JSON_INVALID'],
    ['{} {}', 'JSON_INVALID'],
    [`${'['.repeat(33)}${']'.repeat(33)}`, 'JSON_TOO_DEEP'],
  ])('%s', (body, code) => {
    expect(() => source(body)).toThrow(expect.objectContaining({ code }))
  })

  test('a byte order mark is no part of it, and bytes that are no UTF-8 are refused', () => {
    expect(source('\ufeff{"b":1,"a":2}').sorted()).toBe('{"a":2,"b":1}')
    expect(() => jsonSource(Buffer.from([0x22, 0xff, 0x22]))).toThrow(
      expect.objectContaining({ code: 'JSON_NOT_UTF8' }),
    )
  })
})

test('a body of megabytes is read like any other', () => {
  const long = 'x\\"'.repeat(1_000_000)
  expect(source(`{"b":"${long}","a":1}`).sorted()).toBe(`{"a":1,"b":"${long}"}`)
  const many = Array.from({ length: 50_000 }, (_, at) => `"k${at}":${at}`).join(',')
  expect(source(`{${many}}`).compact()).toBe(`{${many}}`)
})
