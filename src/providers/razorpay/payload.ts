/** Razorpay's events: the fields that decide something. All other fields stay in `native` as they came. */
import { z } from 'zod'
import { currencyCode, freeText, identifier, instant, optionalIdentifier, validate } from '../../payload.js'

const minorUnits = z.int().nonnegative()

/** Never required. An object; an empty list or null if the shop stored nothing. */
const notes = z.transform((value): Readonly<Record<string, unknown>> => {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {}
})

export const payment = z.looseObject({
  id: identifier,
  amount: minorUnits,
  currency: currencyCode,
  /** Missing for payments that were made without an order. */
  order_id: optionalIdentifier,
  /** False for money that was reserved and returned, but never received. */
  captured: z.transform((value) => value !== false),
  notes,
  error_description: freeText,
})

export const order = z.looseObject({
  id: identifier,
  amount: minorUnits,
  amount_paid: minorUnits,
  currency: currencyCode,
  receipt: optionalIdentifier,
  notes,
})

export const link = z.looseObject({
  id: identifier,
  amount: minorUnits,
  amount_paid: minorUnits,
  currency: currencyCode,
  reference_id: optionalIdentifier,
  notes,
})

export const refund = z.looseObject({
  id: identifier,
  amount: minorUnits,
  currency: currencyCode,
  payment_id: identifier,
})

export const dispute = z.looseObject({
  id: identifier,
  payment_id: identifier,
  amount: minorUnits,
  currency: currencyCode,
  /** The amount taken from the shop so far. */
  amount_deducted: minorUnits.nullish().transform((units) => units ?? 0),
  phase: freeText,
  reason_code: freeText,
  respond_by: instant,
})

export const delivery = z.looseObject({
  entity: z.literal('event'),
  event: z.string().min(1).max(100),
  payload: z.record(z.string(), z.looseObject({ entity: z.unknown() }).nullish()),
  /** When the event happened, in seconds; missing in some older samples. */
  created_at: instant,
})

/** An event of Razorpay as it came, with the fields that every event has. */
export type RazorpayEvent = z.output<typeof delivery>

/**
 * One of the entities of an event.
 *
 * @throws DeliveryError `PAYLOAD_INVALID` if it is missing, or does not have the documented shape
 */
export function entityOf<T>(event: RazorpayEvent, name: string, schema: z.ZodType<T>): T {
  return validate(schema, event.payload[name]?.entity)
}

/** Like `entityOf`, for an entity that only some events include. */
export function entityIn<T>(event: RazorpayEvent, name: string, schema: z.ZodType<T>): T | null {
  const entity = event.payload[name]?.entity
  return entity === undefined || entity === null ? null : validate(schema, entity)
}
