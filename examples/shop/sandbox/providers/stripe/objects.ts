/**
 * Stripe's objects and events in its own form.
 *
 * Source: docs.stripe.com (events, currencies) and the types of stripe-node 23.1.0: amounts are in minor units, currencies
 * in lower case, and times in seconds. An account of the sandbox takes currencies with two decimals.
 */
import { Big } from 'big.js'
import type { Callback } from '../provider.js'
import { captured, newId, refunded, type StripeDispute, type StripePayment, type StripeRefund } from './payment.js'

const DECLINED = {
  code: 'card_declined',
  decline_code: 'insufficient_funds',
  message: 'Your card has insufficient funds.',
  type: 'card_error',
}

function cents(amount: string): number {
  return Number(new Big(amount).times(100).toFixed(0))
}

export function seconds(at: number): number {
  return Math.floor(at / 1000)
}

/** A snapshot event: it contains the object as it is now. */
export function event(type: string, object: object, now: number): Callback {
  const payload = {
    id: newId('evt'),
    object: 'event',
    api_version: '2026-09-30.endive',
    created: seconds(now),
    data: { object },
    livemode: false,
    pending_webhooks: 1,
    request: { id: null, idempotency_key: null },
    type,
  }
  return { event: type, payload }
}

export function intentJson(payment: StripePayment) {
  const { id, amount, currency, status, createdAt, updatedAt, details } = payment
  const isCanceled = status === 'canceled'
  return {
    id,
    object: 'payment_intent',
    amount: cents(amount!),
    amount_capturable: cents(details.reserved),
    amount_received: cents(captured(payment)),
    canceled_at: isCanceled ? seconds(updatedAt) : null,
    cancellation_reason: isCanceled ? 'requested_by_customer' : null,
    capture_method: details.captureMethod,
    created: seconds(createdAt),
    currency: currency.toLowerCase(),
    customer: null,
    description: null,
    last_payment_error: details.isDeclined ? DECLINED : null,
    latest_charge: details.chargeId,
    livemode: false,
    metadata: details.metadata,
    payment_method_types: ['card'],
    status,
  }
}

export function sessionJson(payment: StripePayment, url: string | null) {
  const { id, amount, currency, status, createdAt, expiresAt, details } = payment
  return {
    id: details.sessionId,
    object: 'checkout.session',
    amount_subtotal: cents(amount!),
    amount_total: cents(amount!),
    client_reference_id: details.clientReferenceId,
    created: seconds(createdAt),
    currency: currency.toLowerCase(),
    customer: null,
    customer_email: null,
    expires_at: seconds(expiresAt ?? createdAt),
    livemode: false,
    metadata: {},
    mode: 'payment',
    // The intent is created when the payer confirms for the first time.
    payment_intent: details.chargeId === null ? null : id,
    payment_link: null,
    payment_method_types: ['card'],
    payment_status: status === 'succeeded' ? 'paid' : 'unpaid',
    status: details.session,
    success_url: details.successUrl,
    url: details.session === 'open' ? url : null,
  }
}

export function chargeJson(payment: StripePayment) {
  const { id, amount, currency, createdAt, details } = payment
  const back = refunded(payment)
  return {
    id: details.chargeId,
    object: 'charge',
    amount: cents(amount!),
    amount_captured: cents(captured(payment)),
    amount_refunded: cents(back),
    captured: payment.status === 'succeeded',
    created: seconds(createdAt),
    currency: currency.toLowerCase(),
    disputed: details.dispute !== null,
    failure_code: null,
    failure_message: null,
    livemode: false,
    metadata: details.metadata,
    paid: true,
    payment_intent: id,
    refunded: back !== '0' && new Big(back).eq(captured(payment)),
    status: 'succeeded',
  }
}

/** Stripe does not copy the intent's metadata to its refunds. */
export function refundJson({ id: intent, currency, details }: StripePayment, refund: StripeRefund) {
  const { id, amount, status, createdAt } = refund
  return {
    id,
    object: 'refund',
    amount: cents(amount),
    charge: details.chargeId,
    created: seconds(createdAt),
    currency: currency.toLowerCase(),
    ...(status === 'failed' && { failure_reason: 'expired_or_canceled_card' }),
    metadata: {},
    payment_intent: intent,
    reason: 'requested_by_customer',
    status,
  }
}

/** Stripe does not copy the metadata to disputes either. */
export function disputeJson({ id: intent, currency, details }: StripePayment, dispute: StripeDispute) {
  const { id, amount, status, createdAt } = dispute
  return {
    id,
    object: 'dispute',
    amount: cents(amount),
    charge: details.chargeId,
    created: seconds(createdAt),
    currency: currency.toLowerCase(),
    evidence_details: { due_by: seconds(createdAt + 7 * 24 * 60 * 60 * 1000) },
    is_charge_refundable: status.startsWith('warning_'),
    livemode: false,
    metadata: {},
    payment_intent: intent,
    reason: 'fraudulent',
    status,
  }
}
