/** src/lib/priced.ts */
import { describe, expect, test } from '@jest/globals'
import { inPriceCurrency, priceDecimals } from '../../src/lib/priced.js'

const eur = (amount: string) => ({ amount, currency: 'EUR' })
const usdt = (amount: string) => ({ amount, currency: 'USDT' })

describe('inPriceCurrency', () => {
  test.each([
    ['all that was asked for is the price', eur('129'), '139.254', usdt('139.254'), eur('129')],
    ['more is the price', eur('129'), '139.254', usdt('150'), eur('129')],
    ['less is its share, rounded down', eur('129'), '139.254', usdt('100'), eur('92.63')],
    ['the price itself, overpaid', usdt('129'), '129', usdt('150'), usdt('150')],
    ['the price itself, in part', usdt('129'), '129', usdt('50.000000001'), usdt('50.000000001')],
    ['the same coin with fees on top', usdt('129'), '130', usdt('129'), usdt('128.00769230')],
    ['an amount that is the price of another currency', eur('129'), '129', usdt('150'), eur('129')],
    ['where nothing was asked for', eur('129'), '0', usdt('150'), null],
  ])('%s', (_what, price, asked, paid, came) => {
    const expected = came === null ? null : { ...came, amount: came.amount.replace(/(\.\d*?)0+$/, '$1') }
    expect(inPriceCurrency(price, asked, paid)).toEqual(expected)
  })
})

test.each([
  ['EUR', 2],
  ['JPY', 0],
  ['BTC', 8],
])('a price in %s has %i decimals', (currency, decimals) => {
  expect(priceDecimals(currency)).toBe(decimals)
})
