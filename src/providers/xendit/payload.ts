/** Xendit's webhooks and resources: the fields that decide something. All other fields stay in `native` as they came. */
import { z } from 'zod'
import {
  currencyCode,
  decimal,
  freeText,
  identifier,
  instant,
  optionalDecimal,
  optionalIdentifier,
  shownIdentifier,
} from '../../payload.js'

const status = z.string().min(1).max(50)

export const invoice = z.looseObject({
  id: identifier,
  external_id: optionalIdentifier,
  status,
  amount: decimal,
  /**
   * The amount paid, after any change by a bank or a wallet. The API does not list it among an invoice's fields
   * (xendit-node).
   */
  paid_amount: optionalDecimal,
  currency: currencyCode,
  payment_id: optionalIdentifier,
  updated: instant,
})

/** A payment of the Payments API, version 3. */
export const payment = z.looseObject({
  payment_id: identifier,
  payment_request_id: optionalIdentifier,
  reference_id: optionalIdentifier,
  status,
  request_amount: decimal,
  currency: currencyCode,
  captures: z.array(z.looseObject({ capture_amount: decimal })).nullish(),
  failure_code: freeText,
  updated: instant,
})

/** A payment request of version 3. */
export const paymentRequest = z.looseObject({
  payment_request_id: identifier,
  reference_id: optionalIdentifier,
  status,
  request_amount: optionalDecimal,
  currency: currencyCode,
  failure_code: freeText,
  updated: instant,
})

/** A payment request of version 2; in webhooks, the payment for it. */
export const paymentV2 = z.looseObject({
  id: identifier,
  payment_request_id: optionalIdentifier,
  reference_id: optionalIdentifier,
  status,
  amount: optionalDecimal,
  currency: currencyCode,
  failure_code: freeText,
  updated: instant,
})

export const refund = z.looseObject({
  id: identifier,
  payment_id: optionalIdentifier,
  payment_request_id: optionalIdentifier,
  invoice_id: optionalIdentifier,
  status,
  amount: decimal,
  currency: currencyCode,
  reason: freeText,
  failure_code: freeText,
  updated: instant,
})

/** The body of all webhooks except those about invoices and old virtual accounts. */
const envelope = z.looseObject({
  event: z.string().min(1).max(100),
  data: z.looseObject({ id: shownIdentifier, payment_id: shownIdentifier, payment_request_id: shownIdentifier }),
})

/** An invoice is sent as it is, without an event name. So are payments of old virtual accounts, which have no status. */
const flat = z.looseObject({
  event: z.undefined().optional(),
  id: identifier,
  external_id: z.unknown(),
  status: freeText,
})

export const delivery = z.union([envelope, flat])

/** A webhook of Xendit as it came. */
export type XenditWebhook = z.output<typeof delivery>

/** Data read from Xendit's API, or the webhook's own data if they are trusted or not read. */
export type XenditNative = { readonly [field: string]: unknown }
