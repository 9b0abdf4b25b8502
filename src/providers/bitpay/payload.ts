/** BitPay's notifications and invoices: the fields that decide something. All other fields stay as they came. */
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

/** JavaScript writes numbers from 1e21 with an exponent. A thousand coins of some kinds are that many units. */
const UNITS = /^(?:\d{1,38}|\d(?:\.\d{1,17})?e\+?\d\d?)$/i

/** Reads the smallest units of a coin as digits; null for anything else. */
export function readUnits(value: unknown): string | null {
  const text = typeof value === 'number' ? String(value) : value
  if (typeof text !== 'string' || !UNITS.test(text)) return null
  const digits = sumDecimals([text])
  return /^\d{1,38}$/.test(digits) ? digits : null
}

/** An extended notification has an event and its object. A standard one is the invoice itself, without an event. */
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
    /** In whole coins; only in answers of the API. */
    displayAmountPaid: shownDecimal,
    /** Includes the chain if that is not the coin's main one: `USDC_m`. */
    transactionCurrency: shownIdentifier,
    /** The amount to pay in each coin, in its smallest unit, including the network fee. */
    paymentTotals: z.looseObject({}).nullish().catch(null),
    /** When BitPay made the body. */
    currentTime: instant,
    refundInfo: z.array(z.unknown()).nullish().catch(null),
  })
  // The token gives access to further actions on the invoice, so it must not reach a log.
  .transform(({ token: _, ...rest }) => rest)

/** A refund, reported by its own kind of notification (docs: notifications-refunds). */
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

/** An invoice as a notification carries it, or as the API answers it. */
export type BitPayInvoice = z.output<typeof invoice>

/** A refund as a notification carries it. */
export type BitPayRefund = z.output<typeof refund>

/** The event of an extended notification, in addition to the invoice. */
export type BitPayEventName = NonNullable<z.output<typeof notification>['event']>
