/** CoinPayments' notifications: the fields that decide something, all of them texts. All other fields stay as they came. */
import { z } from 'zod'
import {
  count,
  currencyCode,
  decimal,
  freeText,
  identifier,
  optionalCurrencyCode,
  optionalDecimal,
  optionalIdentifier,
  shownIdentifier,
} from '../../payload.js'

/** A signed whole number; a negative one is a failure. */
const status = z
  .string()
  .regex(/^-?\d{1,4}$/, 'not a status')
  .transform(Number)

export const notification = z.looseObject({
  ipn_type: z.string().min(1).max(50),
  ipn_id: optionalIdentifier,
  merchant: z.unknown().optional(),
  status,
  status_text: freeText,
  /** For a payment, CoinPayments' own id; for a deposit, the hash on the chain. */
  txn_id: optionalIdentifier,
})

export type Notification = z.output<typeof notification>

/** A payment. The first currency is that of the price; the second is that of the amounts to pay and received. */
export const payment = z.looseObject({
  txn_id: identifier,
  currency1: optionalCurrencyCode,
  amount1: optionalDecimal,
  currency2: optionalCurrencyCode,
  amount2: optionalDecimal,
  received_amount: optionalDecimal,
  invoice: shownIdentifier,
  custom: shownIdentifier,
  item_number: shownIdentifier,
})

/** Coins at an address of the account. */
export const deposit = z.looseObject({
  txn_id: identifier,
  deposit_id: optionalIdentifier,
  address: identifier,
  amount: decimal,
  currency: currencyCode,
  confirms: count,
})
