/** CityPay deposits: callbacks about a transfer to a customer's own address. They cannot be read back. */
import { z } from 'zod'
import type { EventDraft, UnrecognisedDraft } from '../../event.js'
import { currencyCode, decimal, freeText, identifier, instant, shownDecimal, validate } from '../../payload.js'
import { statusCode } from './order.js'

const depositCallback = z.object({
  type: freeText,
  action: freeText,
  status: z.string().max(100),
  transaction_id: identifier,
  received_amount: decimal,
  /** A currency code, or CityPay's number for the coin. */
  crypto_currency: z.union([currencyCode, z.int().nonnegative().transform(String)]),
  /** The merchant's reference for the customer: one token covers many deposits. */
  deposit_token: identifier,
  exchange_rate: shownDecimal,
  // Misspelt in the documents.
  crated_at: instant,
  created_at: instant,
})

/** A deposit callback as documented. */
export type CityPayDeposit = z.output<typeof depositCallback>

export type DepositDraft = EventDraft<'transaction.detected' | 'transaction.confirmed', CityPayDeposit>

/** @throws DeliveryError `PAYLOAD_INVALID` */
export function depositDraft(payload: unknown): DepositDraft | UnrecognisedDraft {
  const native = validate(depositCallback, payload)
  const status = statusCode(native.status)
  if (status !== 'PENDING' && status !== 'CONFIRMED') return { unrecognised: `deposit.${status.toLowerCase()}`, native }
  return {
    type: status === 'PENDING' ? 'transaction.detected' : 'transaction.confirmed',
    identity: ['deposit', native.transaction_id, status, statusCode(native.action ?? '')],
    paymentId: native.deposit_token,
    transaction: { id: native.transaction_id, hash: native.transaction_id, network: null, confirmations: null },
    received: { amount: native.received_amount, currency: native.crypto_currency, basis: 'transaction' },
    occurredAt: native.created_at ?? native.crated_at,
    native,
  }
}
