/** Exact decimals in plain notation. No amount in this package ever passes through a float. */
import { Big } from 'big.js'

/** No sign and no spaces. The longest fraction is that of a float near zero. */
const PLAIN = /^(\d{1,20})(?:\.(\d{1,34}))?$/

/**
 * Numbers near zero as JavaScript, Java and Python write them. Only small negative exponents are read: with any other
 * exponent a few bytes could mean any amount, or a string of any length.
 */
const NEAR_ZERO = /^(\d)(?:\.(\d{1,16}))?e-(0?[1-9]|1[0-8])$/i

/** Largest number of decimals of an amount: a coin has at most as many. */
const DECIMALS = 18

/** The up to 17 digits of a float. The first one stands within the first 18 places. */
const FLOAT_FRACTION = /^0{0,17}[1-9]\d{0,16}$/

/** The range of `toDecimal` in words: a message that refuses an amount has to name the limits. */
export const DECIMAL_LIMITS = 'plain notation, at most 20 digits before the point and 18 after it'

/** An exact amount of money. */
export interface Money {
  /** Canonical decimal: plain notation, no leading or trailing zeros, for example `"100.5"`. */
  readonly amount: string
  /** Currency or coin code in upper case, for example `"PHP"` or `"USDT"`. */
  readonly currency: string
}

/**
 * Reads an amount exactly, or returns null if it cannot be read exactly. Numbers must come from `parseJson`, which
 * keeps numbers that a float cannot hold as strings.
 *
 * A string has at most 20 digits before the point, leading zeros included, and 18 after it without trailing zeros. A
 * float near zero may have 34 digits after the point. A negative exponent is read down to `e-18`, a positive exponent
 * is not read. A number has at most 15 significant digits, since a float does not hold more of every number. Use
 * `fromMinorUnits`, which takes 78 digits, for amounts in wei or satoshi.
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

/** Subtracts exactly. Returns `'0'` instead of a negative result. */
export function subtractDecimals(from: string, amount: string): string {
  const rest = new Big(from).minus(amount)
  return rest.lt(0) ? '0' : rest.toFixed()
}

/** Converts an exact amount at a rate, and rounds down, so that a rounded amount is never more than the payment. */
export function convertDecimal(amount: string, rate: string, decimals: number): string {
  return new Big(amount).times(rate).round(decimals, Big.roundDown).toFixed()
}

/**
 * The part of a price that was paid in coins, rounded down. It is the whole price if at least the requested amount of
 * coins came. Null if the requested amount is zero, because the coin's rate is then unknown.
 */
export function shareOfPrice(price: string, paid: string, asked: string, decimals: number): string | null {
  if (new Big(asked).eq(0)) return null
  if (compareDecimals(paid, asked) >= 0) return price
  // A constructor of its own, because the rounding of quotients is a setting of the constructor.
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
