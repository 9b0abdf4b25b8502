/** Paystack's events: the fields that decide something. All other fields stay in `native` as they came. */
import { z } from 'zod'
import { currencyCode, freeText, identifier, instant, optionalCurrencyCode, optionalIdentifier } from '../../payload.js'

/** A number or a text: samples of refunds on one page have both (doc-code-snippets). */
const minorUnits = z.union([z.int().nonnegative(), z.string().regex(/^\d{1,30}$/)])

const optionalMinorUnits = minorUnits.nullish().transform((units) => units ?? null)

/** An object, a JSON text, an empty text, null or 0, depending on how the payment was made. No value refuses a payment. */
const metadata = z.transform((value): Readonly<Record<string, unknown>> => {
  const found = typeof value === 'string' ? parsed(value) : value
  return typeof found === 'object' && found !== null ? (found as Readonly<Record<string, unknown>>) : {}
})

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

const transaction = {
  id: identifier,
  reference: identifier,
  amount: minorUnits,
  currency: currencyCode,
  metadata,
}

export const charge = z.looseObject({
  ...transaction,
  status: freeText,
  /** The amount to pay, if the payer bears the fees, or if the payer transferred more or less. */
  requested_amount: optionalMinorUnits,
  gateway_response: freeText,
  paid_at: instant,
  paidAt: instant,
})

/** A transfer that was stopped. Its amounts decide nothing. */
export const rejected = z.looseObject({
  reference: optionalIdentifier,
  id: optionalIdentifier,
  metadata,
  message: freeText,
})

export const paymentRequest = z.looseObject({
  id: identifier,
  request_code: identifier,
  amount: minorUnits,
  currency: currencyCode,
  metadata,
  paid_at: instant,
})

export const refund = z.looseObject({
  id: optionalIdentifier,
  /** Null until the refund is processed. */
  refund_reference: optionalIdentifier,
  transaction_reference: identifier,
  amount: minorUnits,
  currency: currencyCode,
})

export const dispute = z.looseObject({
  id: identifier,
  refund_amount: optionalMinorUnits,
  currency: optionalCurrencyCode,
  status: freeText,
  resolution: freeText,
  category: freeText,
  transaction: z.looseObject(transaction),
  dueAt: instant,
  resolvedAt: instant,
  created_at: instant,
  updated_at: instant,
})

/** The mode. Some events have none, and the key then decides. Any other value counts as neither mode. */
const domain = z.transform((value) => {
  if (value === undefined || value === null) return null
  return value === 'live' || value === 'test' ? value : 'other'
})

export const delivery = z.looseObject({
  event: z.string().min(1).max(100),
  data: z.looseObject({ domain }),
})

/** An event of Paystack as it came, with the fields that every event has. */
export type PaystackEvent = z.output<typeof delivery>
