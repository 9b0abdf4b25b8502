/** The crypto gateway's payloads: every field its documents show, under every name they give it. */
import { z } from 'zod'
import {
  count,
  decimal,
  freeText,
  identifier,
  instant,
  optionalCurrencyCode,
  optionalDecimal,
  optionalIdentifier,
} from '../payload.js'

export const envelope = z.object({
  event: z.string().max(100).optional(),
  type: z.string().max(100).optional(),
  data: z.unknown(),
  timestamp: instant,
})

/** By reference: copying hundreds of fields nobody looks at would cost more than verifying the signature. */
const merchantMetadata = z
  .custom<Readonly<Record<string, unknown>>>(
    (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
  )
  .nullish()
  .transform((metadata) => metadata ?? null)

export const transaction = z.object({
  /** The same in detected, confirmed and failed. */
  id: optionalIdentifier,
  /** The quick start's name for the chain hash, sent without `id`. */
  txId: optionalIdentifier,
  hash: optionalIdentifier,
  address_id: optionalIdentifier,
  address: optionalIdentifier,
  to_address: optionalIdentifier,
  from_address: optionalIdentifier,
  /** Of this transaction, in coin units. */
  amount: decimal,
  coin: optionalCurrencyCode,
  network: optionalIdentifier,
  /** incoming, outgoing or internal; only some pages show it. */
  type: freeText,
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
  network: optionalIdentifier,
  to_address: optionalIdentifier,
  hash: optionalIdentifier,
  transaction_hash: optionalIdentifier,
  confirmations: count,
  created_at: instant,
  completed_at: instant,
})

const balances = z.object({ total: decimal, confirmed: decimal, unconfirmed: decimal }).partial()

export const address = z.object({
  id: optionalIdentifier,
  address_id: optionalIdentifier,
  address: optionalIdentifier,
  network: optionalIdentifier,
  coin: optionalCurrencyCode,
  type: freeText,
  available: optionalDecimal,
  balance: balances.nullish(),
  previous_balance: balances.nullish(),
  updated_at: instant,
})

/** A transfer to or from an address of the merchant. */
export type GatewayTransaction = z.output<typeof transaction>
/** A withdrawal the merchant asked for. */
export type GatewayWithdrawal = z.output<typeof withdrawal>
/** An address, or the balance of one. Never credit from it: the transaction already says so. */
export type GatewayAddress = z.output<typeof address>
