/** Checkout.com's events: the fields that decide something. All other fields stay in `native` as they came. */
import { z } from 'zod'
import { emptyAsNull, freeText, identifier, instant, optionalIdentifier } from '../../payload.js'

/** A number; some events have a text of digits (issue checkout-sdk-node#408). */
const units = z.union([
  z.int().nonnegative(),
  z
    .string()
    .regex(/^\d{1,15}$/)
    .transform(Number),
])

const amounts = {
  amount: units.nullish().transform((value) => value ?? null),
  currency: z
    .string()
    .regex(/^[a-z]{3}$/i)
    .nullish()
    .transform((code) => code?.toUpperCase() ?? null),
}

const metadata = z
  .preprocess(emptyAsNull, z.record(z.string(), z.unknown()).nullish())
  .transform((value) => value ?? {})

/** The payment in an event. `amount` is that of the event's action, such as one capture. */
export const action = z.looseObject({
  ...amounts,
  id: optionalIdentifier,
  /** Replaces `id` in `authentication_failed`. */
  payment_id: optionalIdentifier,
  action_id: optionalIdentifier,
  reference: optionalIdentifier,
  metadata,
  response_summary: freeText,
  reason_description: freeText,
})

export const dispute = z.looseObject({
  ...amounts,
  id: identifier,
  payment_id: optionalIdentifier,
  payment_reference: optionalIdentifier,
  category: freeText,
  reason_code: freeText,
  evidence_required_by: instant,
})

export const body = z.looseObject({
  id: identifier,
  type: z.string().min(1).max(100),
  created_on: instant,
  data: z.looseObject({}),
  _links: z.unknown().optional(),
})

/** An event of Checkout.com as it came. */
export type CheckoutComEvent = z.output<typeof body>
