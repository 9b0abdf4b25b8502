/** One card payment at Stripe: a checkout session, its payment intent, and the movements of the money. */
import { Big } from 'big.js'
import { randomBytes } from 'node:crypto'
import type { Payment, Transfer } from '../../payment.js'

export interface StripeRefund {
  readonly id: string
  /** A decimal, like all amounts here. Stripe's objects have minor units. */
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
  /** The status of the session. A payer who has completed it cannot pay there again. */
  readonly session: 'open' | 'complete' | 'expired'
  readonly clientReferenceId: string | null
  /** The metadata of the intent. Stripe does not copy the session's metadata to it. */
  readonly metadata: Readonly<Record<string, string>>
  readonly successUrl: string
  readonly captureMethod: 'automatic_async' | 'manual'
  /** The newest attempt; null before the first. */
  readonly chargeId: string | null
  readonly isDeclined: boolean
  /** The amount that is held on the card and not captured. */
  readonly reserved: string
  readonly refunds: readonly StripeRefund[]
  readonly dispute: StripeDispute | null
}

/** The payment's status is that of the intent. */
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

/** The captured amount. */
export function captured({ transfers }: StripePayment): string {
  return total(transfers.filter(({ state }) => state === 'confirmed'))
}

export function refunded({ details }: StripePayment): string {
  return total(details.refunds.filter(({ status }) => status === 'succeeded'))
}

/** The part of the payment that can still go back. */
export function refundable(payment: StripePayment): string {
  return new Big(captured(payment)).minus(refunded(payment)).toFixed()
}

function total(parts: readonly { readonly amount: string }[]): string {
  return parts.reduce((sum, { amount }) => sum.plus(amount), new Big(0)).toFixed()
}
