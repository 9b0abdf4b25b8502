import { expect, test } from '@jest/globals'
import { allHeaders, headerValues, singleHeader } from '../../src/crypto/header.js'
import { codeOf, delivery, raw } from '../support/scheme-deliveries.js'

test('every header is listed as often as it was sent', () => {
  expect(allHeaders(raw(['A', '1', 'b', '2', 'a', '3']))).toEqual([
    ['a', '1'],
    ['a', '3'],
    ['b', '2'],
  ])
  expect(allHeaders(delivery({ A: ['1', '3'], B: '2', c: undefined }))).toEqual([
    ['a', '1'],
    ['a', '3'],
    ['b', '2'],
  ])
})

test.each([
  ['of an object', delivery({ A: ['1', '3'], b: '2' })],
  ['among raw ones', raw(['A', '1', 'b', '2', 'a', '3'])],
  ['where a host leaves the raw ones empty', { ...delivery({ a: ['1', '3'], b: '2' }), rawHeaders: [] }],
])('one header is read %s', (_, from) => {
  expect(singleHeader(from, 'b')).toBe('2')
  expect(headerValues(from, 'a')).toEqual(['1', '3'])
  expect(codeOf(() => singleHeader(from, 'a'))).toBe('AUTH_HEADER_REPEATED: the a header was sent 2 times')
  expect(codeOf(() => singleHeader(from, 'c'))).toBe('AUTH_HEADER_MISSING: the c header is missing')
})
