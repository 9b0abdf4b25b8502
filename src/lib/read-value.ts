/**
 * Reads ids, amounts and times, which providers write in several ways, into one form. Used by the schemas, and by the
 * flow without them.
 */
import { toDecimal } from '../money.js'

/** No control characters and no lone surrogates: databases refuse or merge them, and logs can be forged with them. */
const UNSAFE = /[\p{Cc}\p{Cs}]/u

const CURRENCY = /^[A-Za-z0-9._-]{1,32}$/

/** An id, or undefined if the value is not one. */
export function readIdentifier(value: unknown): string | undefined {
  if (Number.isSafeInteger(value)) return String(value)
  return typeof value === 'string' && value !== '' && value.length <= 255 && !UNSAFE.test(value) ? value : undefined
}

/** An exact amount in canonical form; undefined if the value is not one. */
export const readDecimal = (value: unknown): string | undefined => toDecimal(value) ?? undefined

/** A currency or coin code in upper case; undefined if the value is not one. */
export const readCurrency = (value: unknown): string | undefined =>
  typeof value === 'string' && CURRENCY.test(value) ? value.toUpperCase() : undefined

/** A whole number, as a number or as digits. */
export function readCount(value: unknown): number | null {
  const number = typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : value
  return Number.isSafeInteger(number) ? (number as number) : null
}

const SECONDS = /^\d{10}$/
const MILLISECONDS = /^\d{13}$/
/** The usual form and this package's own form, with days that every month has: these need no date arithmetic. */
const USUAL = /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{3})?Z$/
/** Length of a time with milliseconds. */
const OURS = 24
const ISO = /^(\d{4}-\d\d-\d\d)(?:[ T](\d\d:\d\d(?::\d\d(?:\.\d+)?)?) ?(Z|([+-]\d\d):?(\d\d)?)?)?$/i

/**
 * Reads a time in any form that providers send: seconds or milliseconds since 1970 as number or digits, ISO 8601, ISO
 * 8601 without a zone (read as UTC), or `{"$date": ...}`. Returns null for anything else: an unreadable time must not
 * lose a payment.
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

/** Builds a strict ISO 8601 string, because the built-in parser reads other forms in the machine's time zone. */
function readIso([, date = '', time = '00:00', zone = 'Z', hours, minutes = '00']: RegExpExecArray): string | null {
  // The parser would read a day beyond the end of the month as a day of the next month.
  if (isoOrNull(Date.parse(date))?.startsWith(date) !== true) return null
  return isoOrNull(Date.parse(`${date}T${time}${hours === undefined ? zone.toUpperCase() : `${hours}:${minutes}`}`))
}

function isoOrNull(milliseconds: number): string | null {
  return Number.isNaN(milliseconds) ? null : new Date(milliseconds).toISOString()
}
