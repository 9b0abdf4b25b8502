/** How payments are read, whichever way they come. */
import type { OrderReading } from './order-reference.js'

export interface MollieReading extends OrderReading {
  /** Payments of the other mode are no money. */
  readonly mode: 'live' | 'test'
}

/** What a payment that was read may become. */
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

/** The mode of a payment; one that does not say is not live. */
export function modeOf({ mode }: { readonly mode: 'live' | 'test' | null }): 'live' | 'test' {
  return mode === 'live' ? 'live' : 'test'
}
