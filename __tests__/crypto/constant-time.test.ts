import { expect, test } from '@jest/globals'
import { equalsAny } from '../../src/crypto/constant-time.js'

test('texts of another length are unequal, and a later one is found as well as the first', () => {
  const [a, b] = [Buffer.from('aa'), Buffer.from('bb')]
  expect(equalsAny(a, [b, a])).toBe(true)
  expect(equalsAny(a, [a, b])).toBe(true)
  expect(equalsAny(a, [b])).toBe(false)
  expect(equalsAny(a, [Buffer.from('a'), Buffer.from('aaa')])).toBe(false)
  expect(equalsAny(a, [])).toBe(false)
})
