/** Ids, amounts, times: what providers write in several ways, read in one. Below the schemas, which the flow does without. */
import { toDecimal } from '../money.js'

/** No control characters and no lone surrogates: databases refuse or merge them, and logs can be forged with them. */
const UNSAFE = /[\p{Cc}\p{Cs}]/u

const CURRENCY = /^[A-Za-z0-9._-]{1,32}$/

/** An id, or undefined for what is none. */
export function readIdentifier(value: unknown): string | undefined {
  if (Number.isSafeInteger(value)) return String(value)
  return typeof value === 'string' && value !== '' && value.length <= 255 && !UNSAFE.test(value) ? value : undefined
}

/** An exact amount, canonical; undefined for what is none. */
export const readDecimal = (value: unknown): string | undefined => toDecimal(value) ?? undefined

/** A currency or coin code in upper case; undefined for what is none. */
export const readCurrency = (value: unknown): string | undefined =>
  typeof value === 'string' && CURRENCY.test(value) ? value.toUpperCase() : undefined

/** A whole number, also as digits. */
export function readCount(value: unknown): number | null {
  const number = typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : value
  return Number.isSafeInteger(number) ? (number as number) : null
}

const SECONDS = /^\d{10}$/
const MILLISECONDS = /^\d{13}$/
/** The usual form and our own, with what every day has: nothing needs to be looked up. */
const USUAL = /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{3})?Z$/
/** Characters of a time with milliseconds. */
const OURS = 24
const ISO = /^(\d{4}-\d\d-\d\d)(?:[ T](\d\d:\d\d(?::\d\d(?:\.\d+)?)?) ?(Z|([+-]\d\d):?(\d\d)?)?)?$/i

/**
 * Reads a time in any of the shapes providers send: seconds or milliseconds since 1970 as number or
 * digits, ISO 8601, the same without a zone (taken as UTC), or `{"$date": ...}`.
 * Answers null for anything else: a time nobody can read must not lose a payment.
 */
export function readInstant(value: unknown): string | null {
  if (value === undefined || value === null) return null
  if (typeof value === 'object') return '$date' in value ? readInstant(value.$date) : null
  const text = String(value)
  if (USUAL.test(text)) return text.length === OURS ? text : `${text.slice(0, -1)}.000Z`
  const iso = ISO.exec(text)
  if (iso !== null) return readIso(iso)
  if (SECONDS.test(text)) return isoOrNull(Number(text) * 1000)
  return MILLISECONDS.test(text) ? isoOrNull(Number(text)) : null
}

/** Put together anew: what the built-in parser does not take for ISO 8601, it reads in the machine's time zone. */
function readIso([, date = '', time = '00:00', zone = 'Z', hours, minutes = '00']: RegExpExecArray): string | null {
  // A day that its month does not have would be read as one of the next.
  if (isoOrNull(Date.parse(date))?.startsWith(date) !== true) return null
  return isoOrNull(Date.parse(`${date}T${time}${hours === undefined ? zone.toUpperCase() : `${hours}:${minutes}`}`))
}

function isoOrNull(milliseconds: number): string | null {
  return Number.isNaN(milliseconds) ? null : new Date(milliseconds).toISOString()
}
