import { describe, expect, test } from '@jest/globals'
import { fromMinorUnits, toDecimal, toMinorUnits } from 'express-payment-webhooks'
import fc from 'fast-check'

/** docs.stripe.com/currencies: where Stripe's amounts are not those of ISO 4217. */
const STRIPE = { ISK: 2, UGX: 2, MGA: 0 }
/** docs.adyen.com, currency codes; adyen-magento2 for IDR. */
const ADYEN = { CLP: 2, CVE: 0, ISK: 2, IDR: 0 }

describe('fromMinorUnits', () => {
  test.each([
    [4990, 'EUR', '49.9'],
    [5, 'usd', '0.05'],
    [0, 'EUR', '0'],
    [500, 'JPY', '500'],
    [1500, 'KWD', '1.5'],
    [12345, 'CLF', '1.2345'],
    [1, 'UYW', '0.0001'],
    [100, 'CVE', '1'],
    [100, 'MGA', '1'],
    ['00100', 'EUR', '1'],
    [12n, 'EUR', '0.12'],
  ])('%p %s is %s', (units, currency, amount) => {
    expect(fromMinorUnits(units, currency)).toBe(amount)
  })

  test.each([
    [500, 'ISK', STRIPE, '5'],
    [500, 'UGX', STRIPE, '5'],
    [500, 'MGA', STRIPE, '500'],
    [500, 'EUR', STRIPE, '5'],
    [500, 'clp', ADYEN, '5'],
    [500, 'CVE', ADYEN, '500'],
    [500, 'IDR', ADYEN, '500'],
    ['100000000000000000000', 'ETH', 18, '100'],
    ['1', 'ETH', 18, '0.000000000000000001'],
    [123_456_789, 'BTC', 8, '1.23456789'],
    [7, 'XYZ', 0, '7'],
  ])('%p %s with %p is %s', (units, currency, decimals, amount) => {
    expect(fromMinorUnits(units, currency, decimals)).toBe(amount)
  })

  test('as many digits as a uint256 has, and not one more', () => {
    expect(fromMinorUnits((2n ** 256n - 1n).toString(), 'ETH', 18)).toBe(
      '115792089237316195423570985008687907853269984665640564039457.584007913129639935',
    )
    expect(() => fromMinorUnits('1'.repeat(79), 'ETH', 18)).toThrow('minor units must have at most 78 digits')
  })

  test.each([
    [-1],
    [-0],
    [1.5],
    [2 ** 53],
    [NaN],
    ['-1'],
    ['1.0'],
    ['1e3'],
    [''],
    [' 1'],
    ['0x1'],
    [-1n],
    [null],
    [{}],
  ])('%p is no number of units', (units) => {
    expect(() => fromMinorUnits(units as number, 'EUR')).toThrow(
      expect.objectContaining({
        name: 'DeliveryError',
        code: 'PAYLOAD_INVALID',
        message: expect.stringContaining('minor units'),
      }),
    )
  })

  test.each([['BTC'], ['XAU'], ['XXX'], [''], ['toString'], [undefined]])(
    'nobody knows the decimals of %p',
    (currency) => {
      expect(() => fromMinorUnits(1, currency as string)).toThrow(/the decimals of .* are not known: pass the number/)
    },
  )

  test.each([[-1], [1.5], [37], [{ EUR: '2' }], [{ EUR: null }]])('decimals of %p cannot be meant', (decimals) => {
    expect(() => fromMinorUnits(1, 'EUR', decimals as number)).toThrow(
      expect.objectContaining({ code: 'CONFIG_OPTION_INVALID', message: expect.stringContaining('from 0 to 36') }),
    )
  })
})

describe('toMinorUnits', () => {
  test.each([
    ['49.90', 'EUR', {}, '4990'],
    ['0.05', 'EUR', {}, '5'],
    ['500', 'JPY', {}, '500'],
    ['1.5', 'KWD', {}, '1500'],
    ['5', 'ISK', STRIPE, '500'],
    ['0.5', 'ETH', 18, '500000000000000000'],
    ['0', 'EUR', {}, '0'],
    ['007.10', 'EUR', {}, '710'],
  ])('%s %s with %p is %s', (amount, currency, decimals, units) => {
    expect(toMinorUnits(amount, currency, decimals)).toBe(units)
  })

  test.each([
    ['0.005', 'EUR', 'the amount has 3 decimals, and EUR has 2; nothing is rounded'],
    ['1.5', 'JPY', 'the amount has 1 decimals, and JPY has 0; nothing is rounded'],
    ['1e3', 'EUR', 'the amount must be a decimal string'],
    ['-1', 'EUR', 'the amount must be a decimal string'],
    [5, 'EUR', 'the amount must be a decimal string'],
    ['1'.repeat(77), 'EUR', 'more than 78 digits'],
    ['1', 'ETH', 'the decimals of ETH are not known'],
  ])('%s %s: %s', (amount, currency, message) => {
    expect(() => toMinorUnits(amount as string, currency)).toThrow(
      expect.objectContaining({ code: 'CONFIG_OPTION_INVALID', message: expect.stringContaining(message) }),
    )
  })

  test('is the way back', () => {
    const currencies = fc.constantFrom('EUR', 'JPY', 'KWD', 'CLF')
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 10n ** 77n }), currencies, (units, currency) => {
        expect(toMinorUnits(fromMinorUnits(units, currency), currency)).toBe(units.toString())
      }),
    )
  })
})

test.each([
  // ISO 4217, list one, published by SIX: every code that has not two decimals, and some that other tables get wrong.
  [0, 'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF'],
  [2, 'AFN CVE HUF IDR IRR LAK LBP MGA MMK MRU PKR RSD SLE SOS TWD TZS UZS VED VES XCG YER ZMW ZWG'],
  [3, 'BHD IQD JOD KWD LYD OMR TND'],
  [4, 'CLF UYW'],
])('ISO 4217: %p decimals', (places, codes) => {
  for (const code of codes.split(' ')) expect([code, toMinorUnits('1', code)]).toEqual([code, `1${'0'.repeat(places)}`])
})

describe('what toDecimal reads, up to the limit and not beyond', () => {
  test.each([
    ['9'.repeat(20), '9'.repeat(20)],
    ['9'.repeat(21), null],
    [`0${'9'.repeat(20)}`, null],
    ['0.123456789012345678', '0.123456789012345678'],
    ['0.1234567890123456789', null],
    [`1.${'0'.repeat(34)}`, '1'],
    ['1e-18', '0.000000000000000001'],
    ['1e-19', null],
    ['1e1', null],
    [123456789012345, '123456789012345'],
    [1234567890123456, null],
  ])('%p: %p', (value, decimal) => {
    expect(toDecimal(value)).toBe(decimal)
  })
})
