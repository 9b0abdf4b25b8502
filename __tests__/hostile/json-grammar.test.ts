/** J11: texts that are JSON and texts that are not, in cases in which parsers are known to differ. */
import { describe, expect, test } from '@jest/globals'
import { parseJson } from '../../src/lib/json.js'
import { bodyOf } from '../support/hmac-provider.js'
import { expectHarmless, throughEveryDoor } from '../support/shops.js'

/** Not JSON by RFC 8259, even if some parsers accept it. */
const refused: Record<string, string[]> = {
  structure: [
    '{',
    '}',
    '[',
    ']',
    '{}}',
    '[]]',
    '[}',
    '{]',
    '[[]',
    '{"a":{}',
    '{} {}',
    '[][]',
    '{}[]',
    '1 2',
    '""""',
    '[],',
    ',[]',
    ',',
    ':',
    '{:}',
    '[:]',
    '[1,]',
    '[,1]',
    '[,]',
    '[1,,2]',
    '[1 2]',
    '["a" "b"]',
    '["a":1]',
    '{"a":1,}',
    '{,"a":1}',
    '{"a":1,,"b":2}',
    '{"a":1 "b":2}',
    '{"a"}',
    '{"a":}',
    '{"a"::1}',
    '{:1}',
    '{"a" 1}',
    '{"a",1}',
    '{"a":1:2}',
    '{1:1}',
    '{null:1}',
    '{[]:1}',
    '{a:1}',
    "{'a':1}",
    "['a']",
    "'a'",
    '{"a":"b"',
    '["a"',
    '["a',
    '{"a":1}x',
    'x{"a":1}',
    '{"a":1}}',
    '{"a":1}]',
    '<null>',
    '(1)',
    '[1;2]',
    '{"a"=1}',
    '{"a"=>1}',
  ],
  literals: [
    'NaN',
    '-NaN',
    'Infinity',
    '-Infinity',
    '+Infinity',
    'undefined',
    'True',
    'FALSE',
    'Null',
    'nul',
    'tru',
    'truee',
    'nulll',
    'None',
    'nan',
    '[NaN]',
    '[undefined]',
    '*',
    '#',
  ],
  numbers: [
    '+1',
    '01',
    '-01',
    '00',
    '-00',
    '1.',
    '-1.',
    '.1',
    '-.1',
    '-',
    '--1',
    '1e',
    '1e+',
    '1E-',
    '1e1.5',
    '1.e1',
    '1.2.3',
    '0x10',
    '0b1',
    '0o7',
    '1_000',
    '1n',
    '1f',
    '1,5',
    '1 000',
    '0e',
    '0e+',
    '0.e1',
    '.',
    'e1',
    '-e1',
    '1ee1',
    '1e--1',
    '1+1',
    '1-1',
    '- 1',
    '１',
    '٣',
    '[-]',
    '[1e]',
    '[0x1]',
    '[.5]',
    '[2.]',
    '[+1]',
    '∞',
  ],
  strings: [
    '"',
    '"a',
    'a"',
    '"\\"',
    '"\\',
    '"\\x41"',
    '"\\a"',
    '"\\u"',
    '"\\u1"',
    '"\\u12"',
    '"\\u123"',
    '"\\u123g"',
    '"\\U0041"',
    '"\\ud800\\u1"',
    '"\\0"',
    '"\\1"',
    '"\\v"',
    '"\\\'"',
    '"\\ "',
    '"\\\n"',
    '"a\nb"',
    '"a\rb"',
    '"a\tb"',
    '"a\0b"',
    '"a\u0001b"',
    '"a\u001fb"',
    '`a`',
    '“a”',
    '"a" "b"',
    '"a"b',
    '"\\u00"',
    '"\\ud800\\"',
  ],
  blanks: [
    '',
    ' ',
    '\n',
    '\t\r\n ',
    '\u00a01',
    '1\u00a0',
    '\u2028[]',
    '[]\u2028',
    '\u3000[]',
    '\u000b[]',
    '\u000c[]',
    '[\u000c]',
    '[\u0085]',
    '\u200b{}',
    '\u2060{}',
    '\0',
    '[]\0',
    '\0[]',
    '[\0]',
    '{}\u001a',
    '\b1',
    '{\u00a0}',
  ],
  comments: [
    '//x\n1',
    '1//x',
    '/**/1',
    '1/**/',
    '[1,/*x*/2]',
    '{"a":/*x*/1}',
    '#x\n1',
    '1#x',
    '--x\n1',
    '<!--x-->1',
    '{"a":1}//',
    '{"a":1}/**/',
  ],
  marks: ['\ufeff', '\ufeff\ufeff{}', '{}\ufeff', '{\ufeff}', '[\ufeff1]'],
}

/** JSON by RFC 8259, and what it means. */
const read: [string, unknown][] = [
  ['null', null],
  ['true', true],
  ['false', false],
  ['0', 0],
  ['-0', -0],
  ['1', 1],
  ['-1', -1],
  ['1.5', 1.5],
  ['0.000001', 0.000001],
  ['1e2', 100],
  ['1E+2', 100],
  ['1e-2', 0.01],
  ['0e1', 0],
  ['123456789012345', 123456789012345],
  ['""', ''],
  ['" "', ' '],
  ['"\\"\\\\\\/\\b\\f\\n\\r\\t"', '"\\/\b\f\n\r\t'],
  ['"\\u0000"', '\0'],
  ['"\\u00e9\\u00E9"', 'éé'],
  ['"\\ud83d\\ude00"', '😀'],
  ['"\\ud800"', '\ud800'],
  ['"\\udc00\\ud800"', '\udc00\ud800'],
  ['"\u007f"', '\u007f'],
  ['"\u2028\u2029"', '\u2028\u2029'],
  ['"\ufeff"', '\ufeff'],
  ['"\uffff"', '\uffff'],
  ['"é😀"', 'é😀'],
  ['"//x"', '//x'],
  ['"{\\"a\\":1}"', '{"a":1}'],
  ['"a:b"', 'a:b'],
  ['"12345678901234567890"', '12345678901234567890'],
  ['[]', []],
  ['[[]]', [[]]],
  ['[ ]', []],
  [' \t\r\n[ 1 ,\n2 ]\r\n', [1, 2]],
  ['{}', {}],
  ['{"":1}', { '': 1 }],
  ['{"a:b":{"c:d":":"}}', { 'a:b': { 'c:d': ':' } }],
  ['{"a":{"a":{"a":1}}}', { a: { a: { a: 1 } } }],
  ['[{"a":1},{"a":1}]', [{ a: 1 }, { a: 1 }]],
  ['{"a\\"":1,"a\\\\":2}', { 'a"': 1, 'a\\': 2 }],
  ['{"1":1,"01":2}', { 1: 1, '01': 2 }],
  ['\ufeff{"a":1}', { a: 1 }],
  ['[1,2.5,"3",null,true,{"a":[]}]', [1, 2.5, '3', null, true, { a: [] }]],
]

/** JSON without one meaning for every reader: some use the last of two equal keys, others the first. */
const ambiguous = [
  '{"a":1,"a":1}',
  '{"a":1,"a":2}',
  '{"a":1,"\\u0061":2}',
  '{"a":{"b":1,"b":2}}',
  '[{"a":1,"b":2,"a":3}]',
  '{"":1,"":2}',
  '{"__proto__":1,"__proto__":2}',
  '{"a":{},"a":{"b":1}}',
  '{"1":1,"1":2}',
  '{"😀":1,"\\ud83d\\ude00":2}',
  '{"a":[{"x":1},{"y":1,"y":1}]}',
  '{"toString":1,"toString":2}',
]

describe('parseJson', () => {
  for (const [part, texts] of Object.entries(refused)) {
    test.each(texts.map((text) => [text]))(`J11 ${part}: %j is not JSON`, (text) => {
      expect(() => parseJson(Buffer.from(text))).toThrow(
        expect.objectContaining({ code: text === '' ? 'BODY_EMPTY' : 'JSON_INVALID' }),
      )
    })
  }

  test.each(read)('J11 %j is read', (text, value) => {
    expect(parseJson(Buffer.from(text))).toEqual(value)
  })

  test.each(ambiguous)('J11 %s names a key twice', (text) => {
    expect(() => parseJson(Buffer.from(text))).toThrow(expect.objectContaining({ code: 'JSON_DUPLICATE_KEY' }))
  })

  test('J11 a body cut off at any byte is not JSON', () => {
    const whole = Buffer.from(bodyOf({ nested: { list: [1.5, 'é😀', null] } }))
    for (let length = 1; length < whole.length; length++) {
      expect(() => parseJson(whole.subarray(0, length))).toThrow(
        expect.objectContaining({ code: expect.stringMatching(/^JSON_(INVALID|NOT_UTF8)$/) }),
      )
    }
  })

  test('J11 an error quotes nothing of the body', () => {
    for (const text of [
      '{"card":"4111111111111111"',
      '{"secret":1,"secret":2}',
      `${'['.repeat(40)}"secret"${']'.repeat(40)}`,
    ]) {
      expect(() => parseJson(Buffer.from(text))).toThrow(
        expect.objectContaining({ stack: expect.not.stringMatching(/4111|"secret/) }),
      )
      expect(causeOf(() => parseJson(Buffer.from(text)))).toBeUndefined()
    }
  })
})

throughEveryDoor((open) => {
  test.each(['{} {}', "{'a':1}", '{"a":1,}', '/**/{}', 'NaN', '{"id":"evt_1"', '{"id":"evt_1","id":"evt_2"}'])(
    'J11 answers 400 to a signed %s',
    async (text) => {
      const shop = await open()
      await expectHarmless(shop, await shop.deliver(text), 400)
    },
  )
})

function causeOf(call: () => unknown): unknown {
  try {
    call()
  } catch (error) {
    return (error as Error).cause
  }
  throw new Error('nothing was thrown')
}
