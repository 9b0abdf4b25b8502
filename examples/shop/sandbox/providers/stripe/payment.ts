/** One card payment at Stripe: a checkout session, its payment intent, and what became of the money. */
import { Big } from 'big.js'
import { randomBytes } from 'node:crypto'
import type { Payment, Transfer } from '../../payment.js'

export interface StripeRefund {
  readonly id: string
  /** A decimal, as all amounts here; Stripe's objects have minor units. */
  readonly amount: string
  readonly status: 'succeeded' | 'failed'
  readonly createdAt: number
}

export interface StripeDispute {
  readonly id: string
  readonly amount: string
  readonly status: 'warning_needs_response' | 'needs_response' | 'won' | 'lost'
  readonly createdAt: number
}

export interface StripeDetails {
  readonly sessionId: string
  /** Of the session: who has completed it cannot pay there again. */
  readonly session: 'open' | 'complete' | 'expired'
  readonly clientReferenceId: string | null
  /** Of the intent: a session's own is not copied to it. */
  readonly metadata: Readonly<Record<string, string>>
  readonly successUrl: string
  readonly captureMethod: 'automatic_async' | 'manual'
  /** The newest attempt; null before the first. */
  readonly chargeId: string | null
  readonly isDeclined: boolean
  /** What is held on the card and not captured. */
  readonly reserved: string
  readonly refunds: readonly StripeRefund[]
  readonly dispute: StripeDispute | null
}

/** Its status is that of the intent. */
export type StripePayment = Payment<StripeDetails>

export interface NewSession {
  readonly amount: string
  readonly currency: string
  readonly clientReferenceId: string | null
  readonly metadata: Readonly<Record<string, string>>
  readonly successUrl: string
  readonly captureMethod: StripeDetails['captureMethod']
  readonly expiresAt: number
  readonly now: number
}

export function openSession({ amount, currency, expiresAt, now, ...details }: NewSession): StripePayment {
  const sessionId = newId('cs_test')
  return {
    provider: 'stripe',
    id: newId('pi'),
    reference: details.clientReferenceId ?? '',
    payerKey: sessionId,
    amount,
    currency,
    status: 'requires_payment_method',
    transfers: [],
    createdAt: now,
    updatedAt: now,
    expiresAt,
    details: {
      ...details,
      sessionId,
      session: 'open',
      chargeId: null,
      isDeclined: false,
      reserved: '0',
      refunds: [],
      dispute: null,
    },
  }
}

export function newId(prefix: string): string {
  return `${prefix}_${randomBytes(12).toString('hex')}`
}

export function newCharge(amount: string, state: Transfer['state'], now: number): Transfer {
  return { id: newId('txn'), hash: '', amount, state, createdAt: now, settledAt: state === 'confirmed' ? now : null }
}

/** What was captured. */
export function captured({ transfers }: StripePayment): string {
  return total(transfers.filter(({ state }) => state === 'confirmed'))
}

export function refunded({ details }: StripePayment): string {
  return total(details.refunds.filter(({ status }) => status === 'succeeded'))
}

/** What of the payment can still go back. */
export function refundable(payment: StripePayment): string {
  return new Big(captured(payment)).minus(refunded(payment)).toFixed()
}

function total(parts: readonly { readonly amount: string }[]): string {
  return parts.reduce((sum, { amount }) => sum.plus(amount), new Big(0)).toFixed()
}
