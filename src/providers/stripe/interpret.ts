/** Maps Stripe's events to ours. */
import type { EventDraft, UnrecognisedDraft } from '../../event.js'
import { nameOfOtherMode } from '../../lib/other-mode.js'
import { chargeFacts, disputeFacts, draftOf, intentFacts, refundFacts, sessionFacts, type Reading } from './drafts.js'
import type { StripeEvent } from './payload.js'

/** The options that decide what an event means. */
export interface StripeReading extends Reading {
  readonly mode: 'live' | 'test'
  readonly money: 'payment_intent' | 'checkout_session'
}

/** Events whose money another object reports too. */
const ECHOES = [
  'stripe.payment_intent.created',
  'stripe.payment_intent.requires_action',
  'stripe.payment_intent.processing',
  'stripe.payment_intent.partially_funded',
  'stripe.payment_intent.succeeded',
  'stripe.payment_intent.payment_failed',
  'stripe.payment_intent.canceled',
  'stripe.checkout.session.async_payment_succeeded',
  'stripe.checkout.session.async_payment_failed',
  'stripe.checkout.session.expired',
  'stripe.charge.succeeded',
  'stripe.charge.updated',
  'stripe.charge.refunded',
] as const

export const STRIPE_TYPES = [
  'payment.pending',
  'payment.authorized',
  'payment.detected',
  'payment.partially_paid',
  'payment.confirmed',
  'payment.failed',
  'payment.canceled',
  'payment.expired',
  'refund.pending',
  'refund.confirmed',
  'refund.failed',
  'dispute.inquiry',
  'dispute.opened',
  'dispute.won',
  'dispute.lost',
  ...ECHOES,
] as const

type StripeType = (typeof STRIPE_TYPES)[number]

export type StripeDraft = EventDraft<StripeType, StripeEvent> | UnrecognisedDraft

/** @throws DeliveryError `PAYLOAD_INVALID` for an object that does not have the documented shape */
export function interpretSnapshot(event: StripeEvent, reading: StripeReading): StripeDraft {
  // A test secret may still be among the secrets, but a test card pays nothing.
  const isExpectedMode = event.livemode === (reading.mode === 'live')
  if (!isExpectedMode)
    return unrecognised(event, nameOfOtherMode('stripe', event.livemode ? 'live' : 'test', event.type))
  const { object } = event.data
  const [family] = /^[a-z_]+(?:\.session|\.dispute)?/.exec(event.type) ?? []
  switch (family) {
    case 'checkout.session':
      return sessionDraft(event, object, reading)
    case 'payment_intent':
      return intentDraft(event, object, reading)
    case 'charge.dispute':
      return disputeDraft(event, object, reading)
    case 'refund':
      return refundDraft(event, object, reading)
    case 'charge':
      return event.type === 'charge.refund.updated'
        ? refundDraft(event, object, reading)
        : chargeDraft(event, object, reading)
    default:
      return unrecognised(event)
  }
}

/** Identified by its id, because the body of a redelivery differs. */
function unrecognised(event: StripeEvent, name = event.type): UnrecognisedDraft {
  return { unrecognised: name, identity: [event.id], native: event }
}

/** A session names the order. If intents count as the money, the session only connects a payment with its order. */
function sessionDraft(event: StripeEvent, object: unknown, reading: StripeReading): StripeDraft {
  const { status, facts } = sessionFacts(object, reading)
  if (reading.money === 'payment_intent') {
    if (event.type === 'checkout.session.completed') {
      return draftOf('payment.pending', event, { ...facts, received: null })
    }
    // If the intent failed or was never made, no other event reports the expiry.
    if (event.type === 'checkout.session.expired') return draftOf('payment.expired', event, facts)
    return echo(event, facts)
  }
  switch (event.type) {
    case 'checkout.session.completed':
    case 'checkout.session.async_payment_succeeded':
      return draftOf(status === 'paid' ? 'payment.confirmed' : 'payment.pending', event, facts)
    case 'checkout.session.async_payment_failed':
      return draftOf('payment.failed', event, facts)
    case 'checkout.session.expired':
      return draftOf('payment.expired', event, facts)
    default:
      return unrecognised(event)
  }
}

function intentDraft(event: StripeEvent, object: unknown, reading: StripeReading): StripeDraft {
  // Reserved money is not received, whichever object reports the money later.
  if (event.type === 'payment_intent.amount_capturable_updated') {
    return draftOf(
      'payment.authorized',
      event,
      intentFacts(object, reading, (found) => found.amount_capturable),
    )
  }
  if (reading.money === 'checkout_session') return echo(event, intentFacts(object, reading))
  const received = () => intentFacts(object, reading, (found) => found.amount_received)
  switch (event.type) {
    case 'payment_intent.created':
    case 'payment_intent.requires_action':
      return draftOf('payment.pending', event, intentFacts(object, reading))
    case 'payment_intent.processing':
      return draftOf('payment.detected', event, intentFacts(object, reading))
    case 'payment_intent.partially_funded':
      return draftOf('payment.partially_paid', event, received())
    case 'payment_intent.succeeded':
      return draftOf('payment.confirmed', event, received())
    case 'payment_intent.payment_failed':
      return draftOf('payment.failed', event, intentFacts(object, reading))
    case 'payment_intent.canceled':
      return draftOf('payment.canceled', event, intentFacts(object, reading))
    default:
      return unrecognised(event)
  }
}

/** One refund. It may still fail days later, so it counts only in the state `succeeded`. */
function refundDraft(event: StripeEvent, object: unknown, reading: StripeReading): StripeDraft {
  const { status, facts } = refundFacts(object, reading)
  switch (status) {
    case 'succeeded':
      return draftOf('refund.confirmed', event, facts)
    case 'failed':
    case 'canceled':
      return draftOf('refund.failed', event, facts)
    default:
      return draftOf('refund.pending', event, facts)
  }
}

/** A charge repeats its intent and its refunds. Its total includes refunds that are still in progress. */
function chargeDraft(event: StripeEvent, object: unknown, reading: StripeReading): StripeDraft {
  const { refunded, ...facts } = chargeFacts(object, reading)
  if (event.type !== 'charge.refunded' || refunded === null) return echo(event, facts)
  return draftOf('stripe.charge.refunded', event, { ...facts, refund: { ...refunded, id: null, basis: 'total' } })
}

function disputeDraft(event: StripeEvent, object: unknown, reading: StripeReading): StripeDraft {
  const isWithdrawal = event.type === 'charge.dispute.funds_withdrawn'
  const { status, facts } = disputeFacts(object, reading, (found) => isWithdrawal || found === 'lost')
  if (event.type === 'charge.dispute.funds_reinstated') return draftOf('dispute.won', event, facts)
  // A closed inquiry or a prevented dispute has moved nothing.
  if (status.startsWith('warning_') || status === 'prevented') return draftOf('dispute.inquiry', event, facts)
  if (status === 'won') return draftOf('dispute.won', event, facts)
  if (status === 'lost') return draftOf('dispute.lost', event, facts)
  return draftOf('dispute.opened', event, facts)
}

/** The same money counts in another event. */
function echo(event: StripeEvent, facts: Parameters<typeof draftOf>[2]): StripeDraft {
  const type = ECHOES.find((one) => one === `stripe.${event.type}`)
  return type === undefined ? unrecognised(event) : draftOf(type, event, { ...facts, received: null })
}
