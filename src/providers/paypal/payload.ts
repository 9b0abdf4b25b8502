/** PayPal's events and resources: the fields that decide something. The rest stays as it came. */
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

const optional = <Schema extends z.ZodType>(schema: Schema) =>
  z.preprocess(emptyAsNull, schema.nullish()).transform((read) => read ?? null)

/** Decimal texts in major units (spec: Money). */
const amount = z.looseObject({ value: decimal, currency_code: currencyCode })

/** What goes back has a sign in resources of version 1. */
const unsigned = z.preprocess((value) => (typeof value === 'string' ? value.replace(/^-/, '') : value), decimal)

/** The same money, as either generation of resources writes it. */
const anyAmount = z.preprocess(
  (value) => {
    const { value: major, total, currency_code: code, currency } = (value ?? {}) as Record<string, unknown>
    return { value: major ?? total, currency_code: code ?? currency }
  },
  z.object({ value: unsigned, currency_code: currencyCode }),
)

const links = z.preprocess(emptyAsNull, z.array(z.looseObject({ rel: z.unknown(), href: z.unknown() })).nullish())

const named = {
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
  /** False for a part of what was authorized, after which another may follow. */
  final_capture: z.unknown().optional(),
  supplementary_data: optional(
    z.looseObject({ related_ids: optional(z.looseObject({ authorization_id: optionalIdentifier })) }),
  ),
})

export const refund = z.looseObject({ ...named, id: identifier, status: identifier, amount })

export const authorization = z.looseObject({ ...named, id: identifier, status: identifier, amount })

/** An order, and what is told of one whose approval was given up. */
export const order = z.looseObject({
  id: optionalIdentifier,
  order_id: optionalIdentifier,
  purchase_units: z
    .array(z.looseObject({ custom_id: shownIdentifier, invoice_id: shownIdentifier, amount: optional(amount) }))
    .nullish(),
})

/** A payment, or what went back of one, in resources of version 1 and in reversals. */
export const sale = z.looseObject({
  ...named,
  id: identifier,
  amount: anyAmount,
  sale_id: shownIdentifier,
  custom: shownIdentifier,
  invoice_number: shownIdentifier,
  reason_code: freeText,
})

export const dispute = z.looseObject({
  dispute_id: identifier,
  status: freeText,
  reason: freeText,
  dispute_life_cycle_stage: freeText,
  dispute_amount: amount,
  dispute_outcome: optional(z.looseObject({ outcome_code: freeText })),
  seller_response_due_date: instant,
  update_time: instant,
  disputed_transactions: z
    .array(
      z.looseObject({
        seller_transaction_id: shownIdentifier,
        custom: shownIdentifier,
        invoice_number: shownIdentifier,
      }),
    )
    .min(1),
})

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
