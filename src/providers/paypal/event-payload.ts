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
