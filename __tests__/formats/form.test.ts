/** Forms, read strictly: one field has one meaning, and nothing can be read in two ways. */
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { anyCharacter } from '../support/any-character.js'
import { z } from 'zod'
import { formBody, jsonOrFormBody } from 'express-payment-webhooks/formats'

const form = formBody()
const NONE = { headers: {} }
const parse = (body: string | Buffer) => form.parse(Buffer.from(body as string), NONE) as Record<string, unknown>
const plain = (fields: Record<string, unknown>) => Object.fromEntries(Object.entries(fields))

const faultOf = (body: string | Buffer): string => {
  try {
    return `read as ${JSON.stringify(parse(body))}`
  } catch (error) {
    return `${(error as { code: string }).code}: ${(error as Error).message}`
  }
}

describe('a form', () => {
  test.each<[string, Record<string, unknown>]>([
    ['a=1', { a: '1' }],
    ['a=1&b=two&c=', { a: '1', b: 'two', c: '' }],
    ['a', { a: '' }],
    ['a=b=c', { a: 'b=c' }],
    ['a=1&&b=2&', { a: '1', b: '2' }],
    ['name=J%C3%BCrgen+M%C3%BCller', { name: 'Jürgen Müller' }],
    ['name=Jürgen', { name: 'Jürgen' }],
    ['sum=1%2B1&amp=a%26b%3Dc&percent=100%25', { sum: '1+1', amp: 'a&b=c', percent: '100%' }],
    ['a+b=1', { 'a b': '1' }],
    ['a;b=1', { 'a;b': '1' }],
    ['at=2026-11-27T08%3A00%3A00%2B00%3A00', { at: '2026-11-27T08:00:00+00:00' }],
    ['zero=%00&emoji=%F0%9F%92%B6', { zero: '\0', emoji: '\u{1f4b6}' }],
    [
      '__proto__=1&constructor=2&toString=3',
      JSON.parse('{"__proto__":"1","constructor":"2","toString":"3"}') as object as Record<string, unknown>,
    ],
  ])('%s', (body, fields) => {
    expect(plain(parse(body))).toEqual(fields)
    expect(Object.getPrototypeOf(parse(body))).toBeNull()
  })

  test('has brackets in names that mean nothing: such a field is a list of its values', () => {
    expect(plain(parse('fees[][type]=a&fees[][amount]=1&fees[][type]=b&fees[][amount]=2&token[]=x'))).toEqual({
      'fees[][type]': ['a', 'b'],
      'fees[][amount]': ['1', '2'],
      'token[]': ['x'],
    })
    expect(plain(parse('a%5Bb%5D=1'))).toEqual({ 'a[b]': ['1'] })
  })

  test('is what a zod schema takes', () => {
    const schema = z.looseObject({ id: z.string() })
    expect(schema.parse(parse('id=7&more=x'))).toEqual({ id: '7', more: 'x' })
    expect(z.record(z.string(), z.unknown()).parse(parse('id=7'))).toEqual({ id: '7' })
  })
})

describe('what can be read in two ways is refused', () => {
  test.each([
    ['a=1&a=2', 'FORM_DUPLICATE_FIELD: the body names the same field twice'],
    ['a=1&b=2&a=1', 'FORM_DUPLICATE_FIELD'],
    ['a=1&%61=2', 'FORM_DUPLICATE_FIELD'],
    ['a&a', 'FORM_DUPLICATE_FIELD'],
    ['a+b=1&a%20b=2', 'FORM_DUPLICATE_FIELD'],
    ['__proto__=1&__proto__=2', 'FORM_DUPLICATE_FIELD'],
    ['token=x&token[]=y', 'FORM_DUPLICATE_FIELD: the body names one field both with and without brackets'],
    ['token[]=y&token=x', 'FORM_DUPLICATE_FIELD'],
    ['token[a][b]=y&token=x', 'FORM_DUPLICATE_FIELD'],
    ['token%5B%5D=y&token=x', 'FORM_DUPLICATE_FIELD'],
    ['token[=y&token=x', 'FORM_DUPLICATE_FIELD'],
    ['', 'BODY_EMPTY: the body is empty'],
    ['=1', 'FORM_INVALID: the body has a field without a name'],
    ['a=1&=', 'FORM_INVALID'],
    ['a=%', 'FORM_INVALID: the body contains an invalid percent-escape'],
    ['a=%4', 'FORM_INVALID'],
    ['a=%zz', 'FORM_INVALID'],
    ['a=%C3', 'FORM_INVALID'],
    ['a=%ED%A0%80', 'FORM_INVALID'],
    ['a=%C0%AF', 'FORM_INVALID'],
    ['%FF=a', 'FORM_INVALID'],
  ])('%s', (body, fault) => {
    expect(faultOf(body)).toContain(fault)
  })

  test('bytes that are no UTF-8', () => {
    for (const bytes of [
      [0x61, 0x3d, 0xff],
      [0x61, 0x3d, 0xed, 0xa0, 0x80],
      [0xc0, 0xaf],
    ]) {
      expect(faultOf(Buffer.from(bytes))).toBe('FORM_INVALID: the body is not valid UTF-8')
    }
  })

  test('more than 1000 fields, also of one name', () => {
    const fields = (count: number, name = (at: number) => `f${at}`) =>
      Array.from({ length: count }, (_, at) => `${name(at)}=1`).join('&')
    expect(Object.keys(parse(fields(1000)))).toHaveLength(1000)
    expect(faultOf(fields(1001))).toBe('FORM_INVALID: the body has more than 1000 fields')
    expect(parse(fields(1000, () => 'a[]'))['a[]']).toHaveLength(1000)
    expect(faultOf(fields(1001, () => 'a[]'))).toContain('FORM_INVALID')
    expect(faultOf('&'.repeat(100_000))).toContain('FORM_INVALID')
  })

  test('and no message quotes what somebody may have written', () => {
    for (const body of ['s3cret=1&s3cret=2', 's3cret=%', 's3cret[]=1&s3cret=2'])
      expect(faultOf(body)).not.toContain('s3cret')
  })
})

describe('what is written', () => {
  const text = fc.string({ unit: anyCharacter, minLength: 1 }).filter((one) => one.isWellFormed())
  const field = text.filter((name) => !name.includes('['))

  test('is read as it was, whatever it is', () => {
    fc.assert(
      fc.property(fc.dictionary(field, text, { minKeys: 1, maxKeys: 20 }), (fields) => {
        const { body, contentType } = form.write(fields)
        expect(contentType).toBe('application/x-www-form-urlencoded')
        expect(plain(parse(body))).toEqual(plain(fields))
      }),
      { numRuns: 2000 },
    )
  })

  test('is read as other programs read it, where they agree', () => {
    fc.assert(
      fc.property(fc.dictionary(field, text, { minKeys: 1, maxKeys: 5 }), (fields) => {
        const body = form.write(fields).body.toString()
        expect(Object.entries(parse(body))).toEqual([...new URLSearchParams(body)])
      }),
    )
  })

  test('says numbers, lists and nothing in the way forms do, and no objects', () => {
    expect(form.write({ a: 1, b: true, c: null, d: undefined, 'e[]': ['x', 'y'] }).body.toString()).toBe(
      'a=1&b=true&c=&d=&e%5B%5D=x&e%5B%5D=y',
    )
    expect(() => form.write({ fee: { amount: 1 } })).toThrow('a form can contain only strings, and fee is an object')
  })

  test('anything at all is read or refused, in time that grows with its length alone', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expect(faultOf(Buffer.from(bytes))).toMatch(/^(read as|FORM_INVALID|FORM_DUPLICATE_FIELD|BODY_EMPTY)/)
      }),
      { numRuns: 2000 },
    )
  })
})

describe('a body that is a form or JSON', () => {
  const either = jsonOrFormBody()
  const read = (body: string, type?: string | string[]) =>
    either.parse(Buffer.from(body), { headers: type === undefined ? {} : { 'content-type': type } })

  test.each<[string, string, string | undefined, object]>([
    ['a form', 'a=1', 'application/x-www-form-urlencoded', { a: '1' }],
    ['a form', 'a=1', 'Application/X-WWW-Form-Urlencoded; charset=utf-8', { a: '1' }],
    ['JSON', '{"a":1}', 'application/json', { a: 1 }],
    ['JSON', '{"a":1}', 'text/plain', { a: 1 }],
    ['a form without a content type', 'a=1', undefined, { a: '1' }],
    ['JSON without a content type', ' \n{"a":1}', undefined, { a: 1 }],
    ['JSON without a content type, after a byte order mark', '\ufeff{"a":1}', undefined, { a: 1 }],
    ['a list without a content type', '[1]', undefined, [1]],
  ])('%s: %s', (_, body, type, content) => {
    expect(read(body, type)).toEqual(Object.assign(Array.isArray(content) ? [] : {}, content))
  })

  test.each([
    ['{"a":1,"a":2}', 'application/json', 'JSON_DUPLICATE_KEY'],
    ['a=1', 'application/json', 'JSON_INVALID'],
    ['a=1', 'application/x-www-form-urlencoded-not', 'JSON_INVALID'],
    ['a=1&a=2', 'application/x-www-form-urlencoded', 'FORM_DUPLICATE_FIELD'],
    ['', 'application/x-www-form-urlencoded', 'BODY_EMPTY'],
    ['', undefined, 'BODY_EMPTY'],
  ])('%s as %s is refused: %s', (body, type, code) => {
    expect(() => read(body, type)).toThrow(expect.objectContaining({ code }))
  })

  test('is written as JSON, and read as such from where it is kept', () => {
    const { body, contentType } = either.write({ a: '1' })
    expect([body.toString(), contentType]).toEqual(['{"a":"1"}', 'application/json'])
    expect(either.parse(body, NONE)).toEqual({ a: '1' })
  })
})
