/** Building blocks for payload schemas, so that every provider reads ids, amounts and times alike. */
import { z } from 'zod'
import { DeliveryError } from './errors.js'
import { DECIMAL_LIMITS, toDecimal } from './money.js'

/** Anything with a zod-like `safeParse`: the shop's schema may come from its own copy of zod. */
export interface PayloadSchema<T> {
  safeParse(value: unknown):
    | { readonly success: true; readonly data: T }
    | {
        readonly success: false
        readonly error: {
          readonly issues: readonly { readonly path: readonly PropertyKey[]; readonly message: string }[]
        }
      }
}

/**
 * Validates a parsed body.
 *
 * @throws DeliveryError `PAYLOAD_INVALID`, naming the fields and never their values
 */
export function validate<T>(schema: PayloadSchema<T>, payload: unknown): T {
  const result = schema.safeParse(payload)
  if (result.success) return result.data
  const faults = result.error.issues
    .slice(0, 5)
    .map(({ path, message }) =>
      `${path.map(String).join('.') || '(body)'}: ${message}`.replace(/[\p{Cc}\p{Cs}]/gu, '?'),
    )
  throw new DeliveryError('PAYLOAD_INVALID', `the body does not have the documented shape: ${faults.join('; ')}`)
}

/** No control characters and no lone surrogates: databases refuse or merge them, and logs can be forged with them. */
const UNSAFE = /[\p{Cc}\p{Cs}]/u

const CURRENCY = /^[A-Za-z0-9._-]{1,32}$/

/** A field read in one step: a chain of unions, refinements and pipes takes several times as long. */
function field<T>(read: (value: unknown) => T | undefined, fault: string) {
  return z.transform((value: unknown, context): T => {
    const result = read(value)
    if (result !== undefined) return result
    context.issues.push({ code: 'custom', message: fault, input: value })
    return z.NEVER
  })
}

/** The same for a field that may be missing, null or empty: all three are null. */
function optionalField<T>(read: (value: unknown) => T | undefined, fault: string) {
  return field((value) => (value === undefined || value === null || value === '' ? null : read(value)), fault)
}

/** The same for a field that cannot be wrong: what it cannot read is null. */
function lenientField<T>(read: (value: unknown) => T | null) {
  return z.transform(read)
}

/** An id, or undefined for what is none. */
export function readIdentifier(value: unknown): string | undefined {
  if (Number.isSafeInteger(value)) return String(value)
  return typeof value === 'string' && value !== '' && value.length <= 255 && !UNSAFE.test(value) ? value : undefined
}

export const readDecimal = (value: unknown): string | undefined => toDecimal(value) ?? undefined

export const readCurrency = (value: unknown): string | undefined =>
  typeof value === 'string' && CURRENCY.test(value) ? value.toUpperCase() : undefined

/** An opaque id. A JSON number is read as its digits, so that `1001` and `"1001"` are one id. */
export const identifier = field(readIdentifier, 'not a usable identifier')

/** An id that may be missing, null or empty. */
export const optionalIdentifier = optionalField(readIdentifier, 'not a usable identifier')

const NOT_A_DECIMAL = `not an exact, non-negative decimal: ${DECIMAL_LIMITS}`

/** An exact amount, canonical: see `toDecimal`. */
export const decimal = field(readDecimal, NOT_A_DECIMAL)

/** An amount that may be missing, null or empty. */
export const optionalDecimal = optionalField(readDecimal, NOT_A_DECIMAL)

/** A currency or coin code, upper-cased: providers do not agree on case. */
export const currencyCode = field(readCurrency, 'not a currency code')

/** A code that may be missing, null or empty. */
export const optionalCurrencyCode = optionalField(readCurrency, 'not a currency code')

/** For an object that may be missing: PHP writes one without members as a list, and others as an empty text. */
export function emptyAsNull(value: unknown): unknown {
  return value === '' || (Array.isArray(value) && value.length === 0) ? null : value
}

/** Free text for people: unusable text is dropped rather than refused. */
export const freeText = lenientField((text) => (typeof text === 'string' && text !== '' ? text.slice(0, 500) : null))

/** An amount that is only shown, never decided on: anything else is dropped rather than refused. */
export const shownDecimal = lenientField(toDecimal)

/** An id that is only shown, never decided on: anything else is dropped rather than refused. */
export const shownIdentifier = lenientField((value) => readIdentifier(value) ?? null)

/** A whole number, also as digits: anything else is dropped rather than refused. */
export const count = lenientField(readCount)

export function readCount(value: unknown): number | null {
  const number = typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : value
  return Number.isSafeInteger(number) ? (number as number) : null
}

/** A time that may be missing or unreadable: see `readInstant`. */
export const instant = lenientField(readInstant)

const SECONDS = /^\d{10}$/
const MILLISECONDS = /^\d{13}$/
/** The usual form, with what every day has: nothing needs to be looked up. */
const USUAL = /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\dZ$/
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
  if (USUAL.test(text)) return `${text.slice(0, -1)}.000Z`
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
