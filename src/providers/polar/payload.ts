/** Polar's events: the fields that decide something. All other fields stay in `native` as they came. */
import { z } from 'zod'
import { emptyAsNull, freeText, identifier, instant, optionalIdentifier } from '../../payload.js'

const wholeNumber = z.int().nonnegative()

const optionalNumber = wholeNumber.nullish().transform((value) => value ?? 0)

const currency = z
  .string()
  .regex(/^[a-z]{3}$/i)
  .transform((code) => code.toUpperCase())

/** Never required. The metadata that the shop stored; empty or missing if it stored none. */
const metadata = z
  .preprocess(emptyAsNull, z.record(z.string(), z.unknown()).nullish())
  .transform((value) => value ?? {})

export const order = z.looseObject({
  id: identifier,
  status: z.string(),
  total_amount: wholeNumber,
  refunded_amount: optionalNumber,
  refunded_tax_amount: optionalNumber,
  currency,
  billing_reason: freeText,
  checkout_id: optionalIdentifier,
  modified_at: instant,
  metadata,
})

export const refund = z.looseObject({
  id: identifier,
  status: z.string(),
  amount: wholeNumber,
  tax_amount: optionalNumber,
  currency,
  reason: freeText,
  order_id: optionalIdentifier,
})

export const checkout = z.looseObject({ id: identifier, metadata })

/** Endpoints with another format, for chats, have other bodies. */
export const body = z.looseObject({
  type: z.string().min(1).max(100),
  timestamp: instant,
  data: z.looseObject({}),
})

/** An event of Polar as it came. */
export type PolarEvent = z.output<typeof body>
