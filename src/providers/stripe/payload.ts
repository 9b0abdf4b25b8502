/** Stripe's events: the fields that decide something. All other fields stay in `native` as they came. */
import { z } from 'zod'
import { emptyAsNull, freeText, identifier, instant, optionalIdentifier, readIdentifier } from '../../payload.js'

const wholeNumber = z.int().nonnegative()

const optionalNumber = wholeNumber.nullish().transform((value) => value ?? null)

/** A reference to another object: its id, or the object itself if the account expands it. */
const reference = z.transform((value): string | null => {
  const id: unknown = typeof value === 'object' && value !== null ? (value as { readonly id?: unknown }).id : value
  return readIdentifier(id) ?? null
})

/** Never required. The metadata that the shop stored; `{}` or missing if it stored none. */
const metadata = z
  .preprocess(emptyAsNull, z.record(z.string(), z.unknown()).nullish())
  .transform((value) => value ?? {})

const currency = z
  .string()
  .regex(/^[a-z]{3,10}$/i)
  .transform((code) => code.toUpperCase())

/** An event without `livemode` is not live. */
const livemode = z.transform((value) => value === true)

const shared = { id: identifier, metadata }

export const session = z.looseObject({
  ...shared,
  amount_total: optionalNumber,
  currency: currency.nullish().transform((code) => code ?? null),
  client_reference_id: optionalIdentifier,
  payment_intent: reference,
  payment_status: z.string(),
})

export const intent = z.looseObject({
  ...shared,
  amount: wholeNumber,
  amount_capturable: optionalNumber,
  amount_received: optionalNumber,
  currency,
  latest_charge: reference,
  last_payment_error: z.looseObject({ message: freeText }).nullish(),
  cancellation_reason: freeText,
})

export const charge = z.looseObject({
  ...shared,
  amount: wholeNumber,
  amount_refunded: optionalNumber,
  currency,
  payment_intent: reference,
})

export const refund = z.looseObject({
  ...shared,
  amount: wholeNumber,
  currency,
  charge: reference,
  payment_intent: reference,
  status: freeText,
  failure_reason: freeText,
})

export const dispute = z.looseObject({
  ...shared,
  amount: wholeNumber,
  currency,
  charge: reference,
  payment_intent: reference,
  status: z.string(),
  reason: freeText,
  evidence_details: z.looseObject({ due_by: instant }).nullish(),
})

/** A snapshot event: it has the object as it was, in the API version of the endpoint. */
export const snapshot = z.looseObject({
  object: z.literal('event'),
  id: identifier,
  type: z.string().min(1).max(100),
  created: instant,
  livemode,
  data: z.looseObject({ object: z.looseObject({ id: z.unknown() }) }),
})

/** A thin event has a type, but no details (docs: changelog/endive/2026-09-30). */
export const thin = z.looseObject({
  object: z.literal('v2.core.event'),
  id: identifier,
  type: z.string().min(1).max(100),
  livemode,
  snapshot_event: optionalIdentifier,
})

export const body = z.discriminatedUnion('object', [snapshot, thin])

export type ThinEvent = z.output<typeof thin>

/** An event of Stripe as it came, with the fields that every event has. */
export type StripeEvent = z.output<typeof snapshot>
