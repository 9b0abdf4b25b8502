/** BitPay's notifications and invoices: the fields that decide something. The rest stays as it came. */
import { z } from 'zod'
import {
  freeText,
  identifier,
  instant,
  optionalCurrencyCode,
  optionalDecimal,
  optionalIdentifier,
  shownDecimal,
  shownIdentifier,
} from '../../payload.js'
import { sumDecimals } from '../../money.js'

/** JavaScript writes a number from 1e21 on with an exponent, and a thousand of some coins are that many units. */
const UNITS = /^(?:\d{1,38}|\d(?:\.\d{1,17})?e\+?\d\d?)$/i

/** Smallest units of a coin as digits; null for anything else. */
export function readUnits(value: unknown): string | null {
  const text = typeof value === 'number' ? String(value) : value
  if (typeof text !== 'string' || !UNITS.test(text)) return null
  const digits = sumDecimals([text])
  return /^\d{1,38}$/.test(digits) ? digits : null
}

/** Extended: an event and what it is about. Standard: the invoice itself, without an event. */
export const notification = z.looseObject({
  event: z.looseObject({ name: freeText, timestamp: instant }).nullish().catch(null),
  data: z.looseObject({}).nullish(),
})

export const invoice = z
  .looseObject({
    id: identifier,
    status: identifier,
    price: optionalDecimal,
    currency: optionalCurrencyCode,
    /** `false`, `"paidPartial"` or `"paidOver"`. */
    exceptionStatus: freeText,
    orderId: optionalIdentifier,
    /** The shop's own text, often JSON. */
    posData: z.unknown().optional(),
    /** In the smallest unit of `transactionCurrency`; a text in older samples. */
    amountPaid: z.transform(readUnits),
    /** In whole coins; in answers of the API alone. */
    displayAmountPaid: shownDecimal,
    /** With its chain where that is not the coin's first: `USDC_m`. */
    transactionCurrency: shownIdentifier,
    /** What is asked for in each coin, in its smallest unit, the network's fee included. */
    paymentTotals: z.looseObject({}).nullish().catch(null),
    /** When the body was made. */
    currentTime: instant,
    refundInfo: z.array(z.unknown()).nullish().catch(null),
  })
  // A key to the invoice's other actions has no place in a log.
  .transform(({ token: _, ...rest }) => rest)

/** Money that goes back, told by a notification of its own (docs: notifications-refunds). */
export const refund = z.looseObject({
  id: identifier,
  /** The invoice that was paid. */
  invoice: identifier,
  status: identifier,
  amount: optionalDecimal,
  currency: optionalCurrencyCode,
  /** `full`, `partial`, `underpayment`, `overpayment` or `declined`. */
  type: freeText,
  reference: freeText,
})

/** An invoice as a notification brings it, or as the API answers it. */
export type BitPayInvoice = z.output<typeof invoice>

/** A refund as a notification brings it. */
export type BitPayRefund = z.output<typeof refund>

/** What an event name says beside the invoice. */
export type BitPayEventName = NonNullable<z.output<typeof notification>['event']>
