/** The checksum of the standard's check value, in unsigned digits. */
import { expect, test } from '@jest/globals'
import { crc32Text } from '../../src/crypto/crc32.js'

test.each([
  ['123456789', '3421780262'],
  ['', '0'],
  ['a', '3904355907'],
])('of %j is %s', (text, digits) => {
  expect(crc32Text(Buffer.from(text))).toBe(digits)
})
