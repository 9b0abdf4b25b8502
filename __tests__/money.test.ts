import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { decimalsOf } from '../src/minor-units.js'
import { convertDecimal, shareOfPrice, subtractDecimals } from '../src/money.js'

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

describe('shareOfPrice', () => {
  test.each([
    ['129', '139.254', '139.254', 2, '129'],
    ['129', '139.255', '139.254', 2, '129'],
    ['129', '100', '139.254', 2, '92.63'],
    ['129', '0', '139.254', 2, '0'],
    ['5000', '139', '139.254', 0, '4990'],
    ['0.00142', '100', '139.254', 8, '0.00101971'],
    ['129', '0', '0', 2, null],
    ['129', '1', '0', 2, null],
  ])('of %s, where %s of %s came, with %i decimals is %s', (price, paid, asked, decimals, share) => {
    expect(shareOfPrice(price, paid, asked, decimals)).toBe(share)
  })

  test('is the exact quotient rounded down, whatever the amounts', () => {
    const units = fc.bigInt({ min: 0n, max: 10n ** 24n })
    const text = (value: bigint) => `${value / 10n ** 8n}.${String(value % 10n ** 8n).padStart(8, '0')}`
    fc.assert(
      fc.property(units, units, units, fc.constantFrom(0, 2, 3, 8), (price, paid, more, decimals) => {
        const asked = paid + more + 1n
        const scaled = (price * 10n ** BigInt(decimals) * paid) / (asked * 10n ** 8n)
        const share = shareOfPrice(text(price), text(paid), text(asked), decimals)!
        const [whole = '', fraction = ''] = share.split('.')
        expect(BigInt(whole + fraction.padEnd(decimals, '0'))).toBe(scaled)
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
