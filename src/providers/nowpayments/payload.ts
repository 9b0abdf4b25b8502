/** NOWPayments' notifications: the fields that decide something. All other fields stay as they came. */
import { z } from 'zod'
import {
  freeText,
  identifier,
  instant,
  optionalCurrencyCode,
  optionalDecimal,
  optionalIdentifier,
} from '../../payload.js'

const status = z.string().min(1).max(100)

export const payment = z.looseObject({
  payment_id: identifier,
  /** The payment whose address was paid again, or in another coin; null for an ordinary payment. */
  parent_payment_id: optionalIdentifier,
  payment_status: status,
  order_id: optionalIdentifier,
  order_description: freeText,
  price_amount: optionalDecimal,
  /** In lower case. */
  price_currency: optionalCurrencyCode,
  /** The amount to pay, in the coin. */
  pay_amount: optionalDecimal,
  /** The amount received in the coin, in total for this payment. */
  actually_paid: optionalDecimal,
  /** The coin, with its chain if it has several: `usdttrc20`. */
  pay_currency: optionalCurrencyCode,
})

/** Money that leaves. It is reported to the same address with the same secret, in another shape (docs: payouts). */
export const payout = z.looseObject({
  id: identifier,
  batch_withdrawal_id: optionalIdentifier,
  /** In upper case. */
  status,
  error: freeText,
  currency: optionalCurrencyCode,
  amount: optionalDecimal,
  updated_at: instant,
})

export const notification = z.looseObject({
  payment_id: z.unknown().optional(),
  batch_withdrawal_id: z.unknown().optional(),
})

/** A notification about a payment as it came. */
export type NowPaymentsPayment = z.output<typeof payment>

/** A notification about a payout as it came. */
export type NowPaymentsPayout = z.output<typeof payout>
