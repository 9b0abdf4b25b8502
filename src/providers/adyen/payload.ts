/** Adyen's standard webhooks: the eight fields that are signed decide, everything else is only shown. */
import { z } from 'zod'
import { freeText, identifier, instant, optionalIdentifier } from '../../payload.js'

const amount = z.looseObject({ value: z.int().nonnegative(), currency: z.string().regex(/^[A-Z]{3}$/) })

/** Texts, and booleans in some plugins' hands. */
const success = z.enum(['true', 'false']).or(z.boolean()).transform(String)

/** A flat map of texts, whose keys differ from one payment method to the next. */
const additionalData = z.record(z.string(), z.unknown()).catch(() => ({}))

/** One event. Its fields are as they came; `eventDate`, `reason` and what is below them are proven by nothing. */
export const item = z.looseObject({
  pspReference: identifier,
  originalReference: optionalIdentifier,
  merchantAccountCode: identifier,
  merchantReference: optionalIdentifier,
  // Null where it is none: only events about money need one.
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

/** An item as it came, with the environment that its body names. The signature in it is blank. */
export type AdyenItem = z.output<typeof item> & {
  /** True, false, or a text of either. Not signed: never decide on it. */
  readonly live: unknown
}
