/** Cryptomus' webhooks: the fields that decide something. All other fields stay as they came. */
import { z } from 'zod'
import {
  freeText,
  identifier,
  optionalCurrencyCode,
  optionalDecimal,
  optionalIdentifier,
  shownIdentifier,
} from '../../payload.js'

export const webhook = z.looseObject({
  /** `payment` for an invoice, `wallet` for a static address. */
  type: freeText,
  uuid: identifier,
  order_id: optionalIdentifier,
  status: z.string().min(1).max(100),
  /** The price, in `currency`, which may be a fiat currency. */
  amount: optionalDecimal,
  currency: optionalCurrencyCode,
  /** The amount to pay, in the coin. */
  payer_amount: optionalDecimal,
  /** The amount received in the coin, in total. */
  payment_amount: optionalDecimal,
  payer_currency: optionalCurrencyCode,
  network: shownIdentifier,
  /** Missing for transfers within Cryptomus, and for payments that were marked as paid by hand. */
  txid: shownIdentifier,
  /** The static address that was paid. */
  wallet_address_uuid: shownIdentifier,
})

/** A webhook of Cryptomus as it came, with its `sign` blanked. */
export type CryptomusWebhook = z.output<typeof webhook>
