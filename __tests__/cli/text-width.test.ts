/** The columns of a terminal that a text takes. */
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { fitted, textWidth } from '../../src/cli/text-width.js'

describe('the width of a text', () => {
  test.each([
    ['', 0],
    ['coins-ph', 8],
    ['Caf\u00e9', 4],
    ['Cafe\u0301', 4],
    ['\u6c49\u5b57', 4],
    ['\uac00', 2],
    ['\uff21', 2],
    ['\u{1f4b6}', 2],
    ['\u20b1', 1],
  ])('of %j is %d', (text, width) => expect(textWidth(text)).toBe(width))
})

describe('a text that is cut to fit', () => {
  test.each([
    ['abcdef', 6, 'abcdef'],
    ['abcdefg', 6, 'abc...'],
    ['\u6c49\u5b57\u6c49\u5b57', 7, '\u6c49\u5b57...'],
    ['\u6c49\u5b57\u6c49\u5b57', 6, '\u6c49...'],
    ['ab\u{1f4b6}cd', 6, 'ab\u{1f4b6}cd'],
    ['ab\u{1f4b6}cde', 6, 'ab...'],
  ])('%j to %d columns is %j', (text, width, shown) => expect(fitted(text, width)).toBe(shown))

  test('is never wider than it may be, and never half a character', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 3, max: 20 }), (text, width) => {
        const shown = fitted(text, width)
        expect(textWidth(shown)).toBeLessThanOrEqual(width)
        expect(shown.isWellFormed()).toBe(true)
        expect(text.startsWith(shown.replace(/\.\.\.$/, ''))).toBe(true)
      }),
    )
  })
})
