/** The options for reading payments, for both kinds of webhooks. */
import type { OrderReading } from './order-reference.js'

export interface MollieReading extends OrderReading {
  /** Payments of the other mode are not real money for the shop. */
  readonly mode: 'live' | 'test'
}

/** The types of event that a payment that was read can become. */
export const CLASSIC_TYPES = [
  'payment.authorized',
  'payment.confirmed',
  'payment.failed',
  'payment.canceled',
  'payment.expired',
  'payment.refunded',
  'refund.pending',
  'refund.confirmed',
  'refund.failed',
  'dispute.opened',
  'dispute.won',
] as const

/** How long Mollie waits for an answer (docs: webhooks, webhooks-new). */
export const PATIENCE_MS = 15_000

/** The mode of a payment. One without a mode is not live. */
export function modeOf({ mode }: { readonly mode: 'live' | 'test' | null }): 'live' | 'test' {
  return mode === 'live' ? 'live' : 'test'
}
