/** The crypto gateway's payloads: every field its documents show, under every name they give it. */
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
 * By reference: copying hundreds of fields nobody looks at would cost more than verifying the signature. Never required,
 * and so never refused: a sender in PHP writes metadata without members as a list.
 */
const merchantMetadata = z.transform((value): Readonly<Record<string, unknown>> | null =>
  typeof value === 'object' && !Array.isArray(value) ? (value as Record<string, unknown> | null) : null,
)

/** Null where none is given. What is there and no text stays something, and so is not `incoming`. */
const direction = z.transform((value): string | null =>
  typeof value === 'string' ? value.slice(0, 100) : value === null || value === undefined ? null : '',
)

export const transaction = z.object({
  /** The same in detected, confirmed and failed. */
  id: optionalIdentifier,
  /** The quick start's name for the chain hash, sent without `id`. */
  txId: optionalIdentifier,
  hash: optionalIdentifier,
  address_id: optionalIdentifier,
  address: optionalIdentifier,
  to_address: optionalIdentifier,
  from_address: shownIdentifier,
  /** Of this transaction, in coin units. */
  amount: decimal,
  coin: optionalCurrencyCode,
  network: optionalIdentifier,
  /** incoming, outgoing or internal; only some pages show it. Empty where it is no text. */
  type: direction,
  status: freeText,
  confirmations: count,
  block_number: count,
  error: freeText,
  failure_reason: freeText,
  created_at: instant,
  confirmed_at: instant,
  failed_at: instant,
  /** What the merchant attached to the address. Its amount is in the order's currency, not in coin. */
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
/** A withdrawal the merchant asked for. */
export type GatewayWithdrawal = z.output<typeof withdrawal>
/** An address, or the balance of one. Never credit from it: the transaction already says so. */
export type GatewayAddress = z.output<typeof address>
