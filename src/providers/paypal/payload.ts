/** PayPal's events and resources: the fields that decide something. All other fields stay as they came. */
import { z } from 'zod'
import {
  currencyCode,
  decimal,
  emptyAsNull,
  freeText,
  identifier,
  instant,
  optionalIdentifier,
  shownIdentifier,
} from '../../payload.js'

export const optional = <Schema extends z.ZodType>(schema: Schema) =>
  z.preprocess(emptyAsNull, schema.nullish()).transform((read) => read ?? null)

/** Decimal texts in major units (spec: Money). */
export const amount = z.looseObject({ value: decimal, currency_code: currencyCode })

const links = z.preprocess(emptyAsNull, z.array(z.looseObject({ rel: z.unknown(), href: z.unknown() })).nullish())

/** The fields that every resource of a payment has. */
export const named = {
  custom_id: shownIdentifier,
  invoice_id: shownIdentifier,
  create_time: instant,
  update_time: instant,
  status_details: optional(z.looseObject({ reason: freeText })),
  links,
}

export const capture = z.looseObject({
  ...named,
  id: identifier,
  status: identifier,
  amount,
  /** False for a partial capture of an authorization, after which another may follow. */
  final_capture: z.unknown().optional(),
  supplementary_data: optional(
    z.looseObject({ related_ids: optional(z.looseObject({ authorization_id: optionalIdentifier })) }),
  ),
})

export const refund = z.looseObject({ ...named, id: identifier, status: identifier, amount })

export const event = z.looseObject({
  id: identifier,
  event_type: z.string().min(1).max(100),
  create_time: instant,
  resource: z.unknown().optional(),
})

/** An event as it was read from PayPal. */
export type PayPalEvent = z.output<typeof event>

/** A capture as it was read from PayPal. */
export type PayPalCapture = z.output<typeof capture>

/** A refund as it was read from PayPal. */
export type PayPalRefund = z.output<typeof refund>
