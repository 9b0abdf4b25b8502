/** A payment as the sandbox keeps it, whichever provider it belongs to. */
import { Big } from 'big.js'

export const PROVIDERS = ['coins-ph', 'crypto-gateway', 'coinbar-pay', 'city-pay', 'stripe'] as const
export type ProviderName = (typeof PROVIDERS)[number]

export interface Payment<Details = unknown> {
  readonly provider: ProviderName
  /** The provider's: invoice, address, payment or order. */
  readonly id: string
  /** The merchant's order. */
  readonly reference: string
  /** What is in the address of the page on which the payer pays. */
  readonly payerKey: string
  /** Null when only the merchant knows what is owed. */
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
  /** Where it came by another chain than the payment is for. */
  readonly network?: string
  readonly state: 'detected' | 'confirmed' | 'failed' | 'returned'
  readonly createdAt: number
  readonly settledAt: number | null
}

/** What has arrived and was not lost or sent back. */
export function received({ transfers }: Payment): string {
  return sum(transfers.filter(({ state }) => state === 'detected' || state === 'confirmed'))
}

/** What is still owed; null when nobody said how much that is. */
export function missing(payment: Payment): string | null {
  if (payment.amount === null) return null
  const rest = new Big(payment.amount).minus(received(payment))
  return rest.gt(0) ? rest.toFixed() : '0'
}

/** Every transfer in one state goes to another. */
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
