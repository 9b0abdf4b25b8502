/** What is refused of a body before anybody reads it, at every door. */
import { describe, expect, test } from '@jest/globals'
import { checkDeclaredLength, checkEncoding } from '../../src/http/body-errors.js'

describe('the declared length', () => {
  test.each([
    [undefined, false],
    [null, false],
    ['10', false],
    ['11', true],
    ['many', false],
  ])('%p is known to be above a limit of ten: %p', (length, isTooLarge) => {
    const check = () => checkDeclaredLength(length, 10)
    if (!isTooLarge) expect(check).not.toThrow()
    else
      expect(check).toThrow(
        expect.objectContaining({
          code: 'BODY_TOO_LARGE',
          message: 'the body is larger than 10 bytes; raise the option limit',
        }),
      )
  })
})

describe('the encoding', () => {
  test.each([undefined, null, '', ' ', 'identity', 'IDENTITY', ' identity '])('%p is none', (encoding) => {
    expect(() => checkEncoding(encoding)).not.toThrow()
  })

  test.each(['gzip', 'br', 'deflate', 'zstd', 'identity, gzip', 'gzip, identity', 'identity;q=1', '*', ','])(
    '%p is refused: only the bytes as sent can be verified',
    (encoding) => {
      expect(() => checkEncoding(encoding)).toThrow(
        expect.objectContaining({
          code: 'BODY_ENCODING_UNSUPPORTED',
          message: 'the body is compressed; only the bytes as sent can be verified',
        }),
      )
    },
  )
})
