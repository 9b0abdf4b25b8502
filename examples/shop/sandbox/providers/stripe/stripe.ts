/**
 * Stripe: checkout sessions that are paid by card, captures, refunds and disputes.
 *
 * Source: docs.stripe.com (webhooks, payment intents, checkout sessions, disputes) and stripe-node 23.1.0, with which the tests
 * check these signatures. Stripe retries for three days in live mode and three times in test mode, at intervals that are not
 * published. The intervals here are chosen so that a person can watch them.
 */
import { hmacHex } from '../../signature.js'
import { changeAt, twice } from '../change-at.js'
import type { Action, RetryPolicy, SandboxProvider } from '../provider.js'
import { event, intentJson, seconds } from './objects.js'
import { newCharge, newId, refundable, refunded, type StripeDetails, type StripePayment } from './payment.js'
import { stepOf } from './steps.js'

const RETRY: RetryPolicy = {
  pauses: [2, 20],
  isDelivered: (status) => status >= 200 && status < 300,
  timeoutMs: 20_000,
}

/** The names in Stripe's objects. */
const AMOUNTS = ['amount', 'amount_capturable', 'amount_captured', 'amount_received', 'amount_refunded', 'amount_total']

export const stripe: SandboxProvider<StripeDetails> = {
  name: 'stripe',
  title: 'Stripe',
  retry: RETRY,
  takesMore: false,
  indent: 2,

  actions: (payment) => [...payersActions(payment), ...laterActions(payment)],

  act: (before, input) => stepOf({ ...before, updatedAt: input.now }, input),

  paidInFull(payment, now) {
    const transfers = [newCharge(payment.amount!, 'confirmed', now)]
    const details = { ...payment.details, chargeId: newId('ch') }
    return event('payment_intent.succeeded', intentJson({ ...payment, status: 'succeeded', transfers, details }), now)
  },
  otherCurrency: 'USD',
  otherContent: (payload) =>
    AMOUNTS.reduce<object>((changed, name) => changeAt(changed, ['data', 'object', name], twice), payload),

  /** The time is that of sending, so every attempt has its own time and signature. */
  sign({ stripe: { webhookSecret } }, body, now) {
    const timestamp = String(seconds(now))
    return { 'stripe-signature': `t=${timestamp},v1=${hmacHex(webhookSecret, `${timestamp}.${body}`)}` }
  },

  payerPath: ({ payerKey }) => `/c/pay/${payerKey}`,

  returnUrl: ({ details }) => details.successUrl,

  facts(payment) {
    const { reserved, dispute } = payment.details
    const facts = [
      { name: 'Reserved', amount: reserved },
      { name: 'Refunded', amount: refunded(payment) },
      { name: DISPUTES[dispute?.status ?? 'won'], amount: dispute?.amount ?? '0' },
    ]
    return facts.filter(({ amount }) => amount !== '0')
  },
}

const DISPUTES = {
  warning_needs_response: 'Inquiry about',
  needs_response: 'Disputed',
  won: 'Dispute won',
  lost: 'Dispute lost',
} as const

function payersActions({ status, details }: StripePayment): readonly Action[] {
  if (details.session === 'open') return ['pay-by-card', 'decline', 'reserve', 'process', 'expire']
  if (status === 'processing') return ['confirm']
  return status === 'requires_capture' ? ['capture', 'cancel'] : []
}

function laterActions(payment: StripePayment): readonly Action[] {
  const { dispute, refunds } = payment.details
  if (payment.status !== 'succeeded') return []
  // The bank already has the money, so a refund would be a second one.
  if (dispute?.status === 'needs_response') return ['win-dispute', 'lose-dispute']
  const isLeft = refundable(payment) !== '0' && dispute?.status !== 'lost'
  const refunding: Action[] = isLeft ? ['refund'] : []
  if (refunds.some(({ status }) => status === 'succeeded')) refunding.push('fail-refund')
  if (!isLeft) return refunding
  if (dispute === null) return [...refunding, 'inquire', 'dispute']
  return dispute.status === 'won' ? refunding : [...refunding, 'dispute']
}
