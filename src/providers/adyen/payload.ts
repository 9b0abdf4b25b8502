/** Adyen's standard webhooks. The eight signed fields decide; all others are for display. */
import { z } from 'zod'
import { freeText, identifier, instant, optionalIdentifier } from '../../payload.js'

const amount = z.looseObject({ value: z.int().nonnegative(), currency: z.string().regex(/^[A-Z]{3}$/) })

/** A text; some plugins turn it into a boolean. */
const success = z.enum(['true', 'false']).or(z.boolean()).transform(String)

/** A flat map of texts. Its keys differ between payment methods. */
const additionalData = z.record(z.string(), z.unknown()).catch(() => ({}))

/** One event, with its fields as they came. Nothing proves `eventDate`, `reason` and the fields below them. */
export const item = z.looseObject({
  pspReference: identifier,
  originalReference: optionalIdentifier,
  merchantAccountCode: identifier,
  merchantReference: optionalIdentifier,
  // Null if unreadable: only events about money need an amount.
  amount: amount.nullable().catch(null),
  eventCode: z.string().regex(/^[A-Z_]{1,60}$/),
  success: success.transform((text) => text === 'true'),
  eventDate: instant,
  reason: freeText,
  paymentMethod: freeText,
  additionalData,
})

export const body = z.looseObject({
  notificationItems: z.array(z.looseObject({ NotificationRequestItem: z.unknown() })).min(1),
})

/** An item as it came, with the environment that its body names. Its signature is blanked. */
export type AdyenItem = z.output<typeof item> & {
  /** True, false, or one of these as text. Not signed: never decide on it. */
  readonly live: unknown
}
