/** Building blocks for payload schemas, so that every provider reads ids, amounts and times in the same way. */
import { z } from 'zod'
import { DeliveryError } from './errors.js'
import { readCount, readCurrency, readDecimal, readIdentifier, readInstant } from './lib/read-value.js'
import { DECIMAL_LIMITS, toDecimal } from './money.js'

export { readCurrency, readIdentifier }

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

/** A field that is read in one step: a chain of unions, refinements and pipes takes several times as long. */
function field<T>(read: (value: unknown) => T | undefined, fault: string) {
  return z.transform((value: unknown, context): T => {
    const result = read(value)
    if (result !== undefined) return result
    context.issues.push({ code: 'custom', message: fault, input: value })
    return z.NEVER
  })
}

/** Like `field`, but a missing, null or empty value is null. */
function optionalField<T>(read: (value: unknown) => T | undefined, fault: string) {
  return field((value) => (value === undefined || value === null || value === '' ? null : read(value)), fault)
}

/** Like `field`, but a value that cannot be read is null instead of an error. */
function lenientField<T>(read: (value: unknown) => T | null) {
  return z.transform(read)
}

/** An opaque id. A JSON number is read as its digits, so that `1001` and `"1001"` are the same id. */
export const identifier = field(readIdentifier, 'not a usable identifier')

/** An id that may be missing, null or empty. */
export const optionalIdentifier = optionalField(readIdentifier, 'not a usable identifier')

const NOT_A_DECIMAL = `not an exact, non-negative decimal: ${DECIMAL_LIMITS}`

/** An exact amount in canonical form: see `toDecimal`. */
export const decimal = field(readDecimal, NOT_A_DECIMAL)

/** An amount that may be missing, null or empty. */
export const optionalDecimal = optionalField(readDecimal, NOT_A_DECIMAL)

/** A currency or coin code in upper case: providers do not agree on case. */
export const currencyCode = field(readCurrency, 'not a currency code')

/** A code that may be missing, null or empty. */
export const optionalCurrencyCode = optionalField(readCurrency, 'not a currency code')

/** For an object that may be missing: PHP writes an empty one as a list, and other senders write an empty string. */
export function emptyAsNull(value: unknown): unknown {
  return value === '' || (Array.isArray(value) && value.length === 0) ? null : value
}

/** Free text for people. Unusable text is dropped, not refused. */
export const freeText = lenientField((text) => (typeof text === 'string' && text !== '' ? text.slice(0, 500) : null))

/** An amount that is only shown and decides nothing. Anything else is dropped, not refused. */
export const shownDecimal = lenientField(toDecimal)

/** An id that is only shown and decides nothing. Anything else is dropped, not refused. */
export const shownIdentifier = lenientField((value) => readIdentifier(value) ?? null)

/** A whole number, as a number or as digits. Anything else is dropped, not refused. */
export const count = lenientField(readCount)

/** A time that may be missing or unreadable: see `readInstant`. */
export const instant = lenientField(readInstant)
