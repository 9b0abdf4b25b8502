/** Resources that are read as parts of their events: all but captures and refunds. */
import { z } from 'zod'
import {
  currencyCode,
  decimal,
  freeText,
  identifier,
  instant,
  optionalIdentifier,
  shownIdentifier,
} from '../../payload.js'
import { amount, named, optional } from './payload.js'

/** Resources of version 1 write returned money with a minus sign. */
const unsigned = z.preprocess((value) => (typeof value === 'string' ? value.replace(/^-/, '') : value), decimal)

/** An amount in the format of either version of resources. */
const anyAmount = z.preprocess(
  (value) => {
    const { value: major, total, currency_code: code, currency } = (value ?? {}) as Record<string, unknown>
    return { value: major ?? total, currency_code: code ?? currency }
  },
  z.object({ value: unsigned, currency_code: currencyCode }),
)

export const authorization = z.looseObject({ ...named, id: identifier, status: identifier, amount })

/** An order, or the fields of one whose approval was reversed. */
export const order = z.looseObject({
  id: optionalIdentifier,
  order_id: optionalIdentifier,
  purchase_units: z
    .array(z.looseObject({ custom_id: shownIdentifier, invoice_id: shownIdentifier, amount: optional(amount) }))
    .nullish(),
})

/** A payment or its refund in resources of version 1, and a reversal. */
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
