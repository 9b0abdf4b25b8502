/** Exact decimals in plain notation. No amount in this package ever passes through a float. */
import { Big } from 'big.js'

/** No sign and no blanks. The longest fraction is that of a float near zero. */
const PLAIN = /^(\d{1,20})(?:\.(\d{1,34}))?$/

/**
 * How JavaScript, Java and Python write what is near zero. Only a negative exponent, and a small one: with any other
 * a few bytes could stand for any amount, or for a text of any length.
 */
const NEAR_ZERO = /^(\d)(?:\.(\d{1,16}))?e-(0?[1-9]|1[0-8])$/i

/** What a coin is divided into. */
const DECIMALS = 18

/** The 17 digits a float is written with, from the first 18 places on. */
const FLOAT_FRACTION = /^0{0,17}[1-9]\d{0,16}$/

/** What `toDecimal` reads, in words: a message that refuses an amount has to name the limits. */
export const DECIMAL_LIMITS = 'plain notation, at most 20 digits before the point and 18 after it'

/** An exact amount of money. */
export interface Money {
  /** Canonical decimal: plain notation, no leading or trailing zeros, for example `"100.5"`. */
  readonly amount: string
  /** Currency or coin code in upper case, for example `"PHP"` or `"USDT"`. */
  readonly currency: string
}

/**
 * Reads an amount exactly, or answers null when it cannot be read exactly.
 * Numbers must come from `parseJson`, which keeps those a float cannot hold as strings.
 *
 * A text has at most 20 digits before the point, leading zeros included, and 18 after it without trailing zeros, or 34
 * where a float near zero needs them; a negative exponent down to `e-18`, and no positive one. A number has at most 15
 * significant digits, since a float holds no more of any. Amounts in wei or satoshi go through `fromMinorUnits`, which
 * takes 78 digits.
 *
 * @example
 * ```ts
 * import { toDecimal } from 'express-payment-webhooks'
 *
 * toDecimal('100.50') // '100.5'
 * toDecimal('1e-7')   // '0.0000001'
 * toDecimal('1e3')    // null
 * ```
 */
export function toDecimal(value: unknown): string | null {
  if (typeof value === 'string') return canonical(value)
  if (typeof value !== 'number' || Object.is(value, -0)) return null
  const text = String(value)
  if (significantDigits(text) > 15) return null
  return canonical(text)
}

/** Compares two decimals: negative when `a` is less, zero when equal, positive when more. */
export function compareDecimals(a: string, b: string): number {
  return new Big(a).cmp(b)
}

/** Adds decimals exactly. */
export function sumDecimals(amounts: readonly string[]): string {
  return amounts.reduce((sum, amount) => sum.plus(amount), new Big(0)).toFixed()
}

/** What is left of one decimal without another; `'0'` where nothing is. */
export function subtractDecimals(from: string, amount: string): string {
  const rest = new Big(from).minus(amount)
  return rest.lt(0) ? '0' : rest.toFixed()
}

/** Converts an exact amount at a rate, and rounds down: money is rather missed than made up. */
export function convertDecimal(amount: string, rate: string, decimals: number): string {
  return new Big(amount).times(rate).round(decimals, Big.roundDown).toFixed()
}

/**
 * The part of a price that was paid in coins: all of it where at least as much came as was asked for, else in proportion,
 * rounded down. Null where nothing was asked for, and so nothing says what a coin is worth.
 */
export function shareOfPrice(price: string, paid: string, asked: string, decimals: number): string | null {
  if (new Big(asked).eq(0)) return null
  if (compareDecimals(paid, asked) >= 0) return price
  // Of its own, because how a quotient is rounded is set for all of them.
  const Down = Big()
  Down.DP = decimals
  Down.RM = Big.roundDown
  return new Down(price).times(paid).div(asked).toFixed()
}

function canonical(text: string): string | null {
  const match = PLAIN.exec(text.replace(NEAR_ZERO, withoutExponent))
  if (match === null) return null
  const whole = match[1]!.replace(/^0+(?=\d)/, '')
  const fraction = (match[2] ?? '').replace(/0+$/, '')
  if (fraction === '') return whole
  if (fraction.length > DECIMALS && (whole !== '0' || !FLOAT_FRACTION.test(fraction))) return null
  return `${whole}.${fraction}`
}

function withoutExponent(_: string, first: string, rest: string | undefined, exponent: string): string {
  return `0.${'0'.repeat(Number(exponent) - 1)}${first}${rest ?? ''}`
}

function significantDigits(text: string): number {
  return text.replace(/e.*$/, '').replace('.', '').replace(/^0+/, '').length
}
