import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { decimalsOf } from '../src/minor-units.js'
import { convertDecimal, subtractDecimals } from '../src/money.js'

describe('subtractDecimals', () => {
  test.each([
    ['0.3', '0.1', '0.2'],
    ['0.00142', '0.0000001', '0.0014199'],
    ['1', '1', '0'],
    ['1', '1.00000001', '0'],
  ])('%s without %s is %s', (from, amount, rest) => {
    expect(subtractDecimals(from, amount)).toBe(rest)
  })
})

describe('convertDecimal', () => {
  test.each([
    ['0.00142', '90845.07', 2, '128.99'],
    ['0.00142', '90845.08', 2, '129'],
    ['0.00142001', '90845.08', 2, '129'],
    ['0.00000001', '64392.23', 2, '0'],
    ['0.00142', '64392.23', 0, '91'],
    ['1', '0.00001553', 8, '0.00001553'],
    ['12345678901234567890', '1.01', 18, '12469135690246913568.9'],
  ])('%s at %s, to %d decimals, is %s', (amount, rate, decimals, exact) => {
    expect(convertDecimal(amount, rate, decimals)).toBe(exact)
  })

  test('never makes money up: it is at most the exact product, and less than one unit below it', () => {
    const digits = fc.bigInt({ min: 0n, max: 10n ** 15n })
    fc.assert(
      fc.property(digits, digits, fc.integer({ min: 0, max: 8 }), (satoshi, cents, decimals) => {
        const amount = `${satoshi / 10n ** 8n}.${String(satoshi % 10n ** 8n).padStart(8, '0')}`
        const rate = `${cents / 100n}.${String(cents % 100n).padStart(2, '0')}`
        const [whole = '', fraction = ''] = convertDecimal(amount, rate, decimals).split('.')
        const converted = BigInt(whole + fraction.padEnd(decimals, '0'))
        expect(fraction.length).toBeLessThanOrEqual(decimals)
        expect(converted).toBe((satoshi * cents) / 10n ** BigInt(10 - decimals))
      }),
    )
  })
})

test.each([
  ['EUR', 2],
  ['JPY', 0],
  ['KWD', 3],
  ['BTC', null],
])('%s has %j decimals', (currency, decimals) => {
  expect(decimalsOf(currency)).toBe(decimals)
})
