/** The crypto gateway's payloads: every documented field, under each of its documented names. */
import { z } from 'zod'
import {
  count,
  decimal,
  emptyAsNull,
  freeText,
  identifier,
  instant,
  optionalCurrencyCode,
  optionalDecimal,
  optionalIdentifier,
  shownIdentifier,
} from '../../payload.js'

export const envelope = z.object({
  event: freeText,
  type: freeText,
  data: z.unknown(),
  timestamp: instant,
})

/**
 * Kept by reference: copying hundreds of unused fields would cost more than verifying the signature. No shape is required,
 * so none is refused: a PHP sender writes empty metadata as a list.
 */
const merchantMetadata = z.transform((value): Readonly<Record<string, unknown>> | null =>
  typeof value === 'object' && !Array.isArray(value) ? (value as Record<string, unknown> | null) : null,
)

/** Null if absent. A value that is present but not a string becomes empty text, so that it does not count as `incoming`. */
const direction = z.transform((value): string | null =>
  typeof value === 'string' ? value.slice(0, 100) : value === null || value === undefined ? null : '',
)

export const transaction = z.object({
  /** The same in the events detected, confirmed and failed. */
  id: optionalIdentifier,
  /** The quick start's name for the chain hash. It comes without `id`. */
  txId: optionalIdentifier,
  hash: optionalIdentifier,
  address_id: optionalIdentifier,
  address: optionalIdentifier,
  to_address: optionalIdentifier,
  from_address: shownIdentifier,
  /** The amount of this transaction, in coin units. */
  amount: decimal,
  coin: optionalCurrencyCode,
  network: optionalIdentifier,
  /** incoming, outgoing or internal; only some pages show it. Empty if it is not a text. */
  type: direction,
  status: freeText,
  confirmations: count,
  block_number: count,
  error: freeText,
  failure_reason: freeText,
  created_at: instant,
  confirmed_at: instant,
  failed_at: instant,
  /** The merchant's own data about the address. An amount in it is in the order's currency, not in the coin. */
  metadata: merchantMetadata,
})

export const withdrawal = z.object({
  id: identifier,
  status: freeText,
  previous_status: freeText,
  amount: optionalDecimal,
  fee: optionalDecimal,
  coin: optionalCurrencyCode,
  network: shownIdentifier,
  to_address: shownIdentifier,
  hash: shownIdentifier,
  transaction_hash: shownIdentifier,
  confirmations: count,
  created_at: instant,
  completed_at: instant,
})

const balances = z.preprocess(
  emptyAsNull,
  z.object({ total: optionalDecimal, confirmed: optionalDecimal, unconfirmed: optionalDecimal }).nullish(),
)

export const address = z.object({
  id: optionalIdentifier,
  address_id: optionalIdentifier,
  address: optionalIdentifier,
  network: shownIdentifier,
  coin: optionalCurrencyCode,
  type: freeText,
  available: optionalDecimal,
  balance: balances,
  previous_balance: balances,
  updated_at: instant,
})

/** A transfer to or from an address of the merchant. */
export type GatewayTransaction = z.output<typeof transaction>
/** A withdrawal that the merchant requested. */
export type GatewayWithdrawal = z.output<typeof withdrawal>
/** An address, or its balance. Never credit money from it: the transaction already reports that money. */
export type GatewayAddress = z.output<typeof address>
