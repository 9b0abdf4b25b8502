/** src/formats/php-json.ts */
import { expect, test } from '@jest/globals'
import { asPhpWrites } from '../../src/formats/php-json.js'

test.each([
  ['https://shop.example/1', '"https:\\/\\/shop.example\\/1"'],
  ['back\\/slash', '"back\\\\\\/slash"'],
  ['Größe – 💶', '"Größe – 💶"'],
  ['a\u2028b\u2029', '"a\\u2028b\\u2029"'],
  ['tab\tquote"\u0001', '"tab\\tquote\\"\\u0001"'],
])('%j is %s, and reads as it did', (text, written) => {
  expect(asPhpWrites(JSON.stringify(text))).toBe(written)
  expect(JSON.parse(written)).toBe(text)
})
