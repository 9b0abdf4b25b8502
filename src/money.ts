/** Exact decimals in plain notation. No amount in this package ever passes through a float. */
import { Big } from 'big.js'

/** What a provider may write in a string: no sign, no exponent, no blanks, at most 20 + 18 digits. */
const PLAIN = /^(\d{1,20})(?:\.(\d{1,18}))?$/

/** What JavaScript writes for a number it holds exactly; senders use the exponent below 0.000001. */
const SCIENTIFIC = /^(\d)(?:\.(\d+))?e([+-]\d{1,2})$/

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
 * @example
 * ```ts
 * import { toDecimal } from 'express-payment-webhooks'
 *
 * toDecimal('100.50') // '100.5'
 * toDecimal(1e-7)     // '0.0000001'
 * toDecimal('1e3')    // null
 * ```
 */
export function toDecimal(value: unknown): string | null {
  if (typeof value === 'string') return canonical(value)
  if (typeof value !== 'number' || Object.is(value, -0)) return null
  const text = String(value)
  if (significantDigits(text) > 15) return null
  return canonical(text) ?? fromScientific(text)
}

/** Compares two decimals: negative when `a` is less, zero when equal, positive when more. */
export function compareDecimals(a: string, b: string): number {
  return new Big(a).cmp(b)
}

/** Adds decimals exactly. */
export function sumDecimals(amounts: readonly string[]): string {
  return amounts.reduce((sum, amount) => sum.plus(amount), new Big(0)).toFixed()
}

function canonical(text: string): string | null {
  const match = PLAIN.exec(text)
  return match === null ? null : trim(match[1]!, match[2] ?? '')
}

function fromScientific(text: string): string | null {
  const match = SCIENTIFIC.exec(text)
  if (match === null) return null
  const fraction = match[2] ?? ''
  const digits = match[1]! + fraction
  const exponent = Number(match[3])
  if (exponent >= 0) return canonical(digits.padEnd(1 + exponent, '0'))
  return canonical(`0.${'0'.repeat(-exponent - 1)}${digits}`)
}

function trim(whole: string, fraction: string): string {
  const left = whole.replace(/^0+(?=\d)/, '')
  const right = fraction.replace(/0+$/, '')
  return right === '' ? left : `${left}.${right}`
}

function significantDigits(text: string): number {
  return text.replace(/e.*$/, '').replace('.', '').replace(/^0+/, '').length
}
