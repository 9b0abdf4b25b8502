/** A payment as the sandbox stores it, for any provider. */
import { Big } from 'big.js'

export const PROVIDERS = ['coins-ph', 'crypto-gateway', 'coinbar-pay', 'city-pay', 'stripe'] as const
export type ProviderName = (typeof PROVIDERS)[number]

export interface Payment<Details = unknown> {
  readonly provider: ProviderName
  /** The provider's id: of an invoice, address, payment or order. */
  readonly id: string
  /** The merchant's order. */
  readonly reference: string
  /** The key in the address of the page on which the payer pays. */
  readonly payerKey: string
  /** Null if only the merchant knows the amount owed. */
  readonly amount: string | null
  readonly currency: string
  /** In the provider's own words. */
  readonly status: string
  /** Oldest first. */
  readonly transfers: readonly Transfer[]
  // Milliseconds since 1970.
  readonly createdAt: number
  readonly updatedAt: number
  readonly expiresAt: number | null
  readonly details: Details
}

/** Money the payer sent. */
export interface Transfer {
  readonly id: string
  readonly hash: string
  readonly amount: string
  /** Set if the money came on another chain than the payment's. */
  readonly network?: string
  readonly state: 'detected' | 'confirmed' | 'failed' | 'returned'
  readonly createdAt: number
  readonly settledAt: number | null
}

/** The amount that arrived and was neither lost nor sent back. */
export function received({ transfers }: Payment): string {
  return sum(transfers.filter(({ state }) => state === 'detected' || state === 'confirmed'))
}

/** The amount still owed; null if the amount is unknown. */
export function missing(payment: Payment): string | null {
  if (payment.amount === null) return null
  const rest = new Big(payment.amount).minus(received(payment))
  return rest.gt(0) ? rest.toFixed() : '0'
}

/** Moves every transfer in one state to another. */
export function settleTransfers(
  transfers: readonly Transfer[],
  from: Transfer['state'],
  to: Transfer['state'],
  now: number,
): Transfer[] {
  return transfers.map((transfer) => (transfer.state === from ? { ...transfer, state: to, settledAt: now } : transfer))
}

function sum(transfers: readonly Transfer[]): string {
  return transfers.reduce((total, { amount }) => total.plus(amount), new Big(0)).toFixed()
}
