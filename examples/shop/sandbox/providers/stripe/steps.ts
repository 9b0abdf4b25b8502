/** Changes of a card payment, with the events that report them. */
import { Big } from 'big.js'
import { Refusal } from '../../refusal.js'
import type { ActionInput, Callback, Step } from '../provider.js'
import { chargeJson, disputeJson, event, intentJson, refundJson, sessionJson } from './objects.js'
import {
  newCharge,
  newId,
  refundable,
  type StripeDetails,
  type StripeDispute,
  type StripePayment,
  type StripeRefund,
} from './payment.js'

type StripeStep = Step<StripeDetails>
type Changes = Partial<Omit<StripePayment, 'details'>> & { readonly details?: Partial<StripeDetails> }

/** @throws Refusal when the amount is not available */
export function stepOf(payment: StripePayment, { action, amount, now }: ActionInput): StripeStep {
  switch (action) {
    case 'pay-by-card':
      return attempt(payment, now, pay)
    case 'decline':
      return attempt(payment, now, decline)
    case 'reserve':
      return attempt(payment, now, reserve)
    case 'process':
      return attempt(payment, now, keepProcessing)
    case 'confirm':
      return settle(payment, now)
    case 'capture':
      return capture(payment, amount ?? payment.details.reserved, now)
    case 'cancel':
      return release(payment, now)
    case 'refund':
      return refund(payment, amount ?? refundable(payment), now)
    case 'fail-refund':
      return failRefund(payment, now)
    case 'inquire':
      return dispute(payment, 'warning_needs_response', ['created'], now)
    case 'dispute':
      return dispute(
        payment,
        'needs_response',
        [payment.details.dispute ? 'updated' : 'created', 'funds_withdrawn'],
        now,
      )
    case 'win-dispute':
      return dispute(payment, 'won', ['closed', 'funds_reinstated'], now)
    case 'lose-dispute':
      return dispute(payment, 'lost', ['closed'], now)
    default:
      return expire(payment, now)
  }
}

type Outcome = (payment: StripePayment, now: number) => StripeStep

/** The payer confirms. The first confirmation creates the intent. */
function attempt(before: StripePayment, now: number, outcome: Outcome): StripeStep {
  const isFirst = before.details.chargeId === null
  const { payment, callbacks } = outcome(change(before, { details: { chargeId: newId('ch'), isDeclined: false } }), now)
  const created = event('payment_intent.created', intentJson(before), now)
  return { payment, callbacks: isFirst ? [created, ...callbacks] : callbacks }
}

function pay(before: StripePayment, now: number): StripeStep {
  const payment = complete(before, {
    status: 'succeeded',
    transfers: [newCharge(before.amount!, 'confirmed', now)],
  })
  return { payment, callbacks: [...succeeded(payment, now), completed(payment, now)] }
}

function decline(before: StripePayment, now: number): StripeStep {
  const payment = change(before, { details: { isDeclined: true } })
  return { payment, callbacks: [event('payment_intent.payment_failed', intentJson(payment), now)] }
}

/** As with `capture_method: manual`. The sandbox lets the payer's page choose, so that one shop can see both methods. */
function reserve(before: StripePayment, now: number): StripeStep {
  const details = { reserved: before.amount!, captureMethod: 'manual' as const }
  const payment = complete(before, { status: 'requires_capture', details })
  const capturable = event('payment_intent.amount_capturable_updated', intentJson(payment), now)
  return { payment, callbacks: [capturable, completed(payment, now)] }
}

function keepProcessing(before: StripePayment, now: number): StripeStep {
  const transfers = [newCharge(before.amount!, 'detected', now)]
  const payment = complete(before, { status: 'processing', transfers })
  return { payment, callbacks: [event('payment_intent.processing', intentJson(payment), now), completed(payment, now)] }
}

function settle(before: StripePayment, now: number): StripeStep {
  const payment = change(before, { status: 'succeeded', transfers: [newCharge(before.amount!, 'confirmed', now)] })
  const late = event('checkout.session.async_payment_succeeded', sessionJson(payment, null), now)
  return { payment, callbacks: [...succeeded(payment, now), late] }
}

/** A capture below the reserved amount releases the rest. */
function capture(before: StripePayment, amount: string, now: number): StripeStep {
  if (new Big(amount).gt(before.details.reserved)) {
    throw new Refusal(400, 'This is more than the amount that can be captured.')
  }
  const transfers = [newCharge(amount, 'confirmed', now)]
  const payment = change(before, { status: 'succeeded', transfers, details: { reserved: '0' } })
  const callbacks = [
    event('payment_intent.succeeded', intentJson(payment), now),
    event('charge.captured', chargeJson(payment), now),
  ]
  return { payment, callbacks }
}

function release(before: StripePayment, now: number): StripeStep {
  const payment = change(before, { status: 'canceled', updatedAt: now, details: { reserved: '0' } })
  return { payment, callbacks: [event('payment_intent.canceled', intentJson(payment), now)] }
}

function expire(before: StripePayment, now: number): StripeStep {
  const payment = change(before, { status: 'expired', expiresAt: null, details: { session: 'expired' } })
  return { payment, callbacks: [event('checkout.session.expired', sessionJson(payment, null), now)] }
}

function refund(before: StripePayment, amount: string, now: number): StripeStep {
  if (new Big(amount).gt(refundable(before))) throw new Refusal(400, 'This is more than is left of the charge.')
  const made: StripeRefund = { id: newId('re'), amount, status: 'succeeded', createdAt: now }
  const payment = change(before, { details: { refunds: [...before.details.refunds, made] } })
  const callbacks = [
    event('refund.created', refundJson(payment, made), now),
    event('charge.refunded', chargeJson(payment), now),
  ]
  return { payment, callbacks }
}

/** The buyer's bank returns the newest refund. In reality this happens days later. */
function failRefund(before: StripePayment, now: number): StripeStep {
  const refunds = [...before.details.refunds]
  const at = refunds.findLastIndex(({ status }) => status === 'succeeded')
  const failed: StripeRefund = { ...refunds[at]!, status: 'failed' }
  refunds[at] = failed
  const payment = change(before, { details: { refunds } })
  return { payment, callbacks: [event('refund.failed', refundJson(payment, failed), now)] }
}

/** @param names of the events, after `charge.dispute.` */
function dispute(
  before: StripePayment,
  status: StripeDispute['status'],
  names: readonly string[],
  now: number,
): StripeStep {
  const known = before.details.dispute ?? { id: newId('du'), amount: refundable(before), createdAt: now }
  const changed: StripeDispute = { ...known, status }
  const payment = change(before, { details: { dispute: changed } })
  const object = disputeJson(payment, changed)
  return { payment, callbacks: names.map((name) => event(`charge.dispute.${name}`, object, now)) }
}

/** Both the intent and the charge of a payment announce it. */
function succeeded(payment: StripePayment, now: number): Callback[] {
  return [
    event('payment_intent.succeeded', intentJson(payment), now),
    event('charge.succeeded', chargeJson(payment), now),
  ]
}

function completed(payment: StripePayment, now: number): Callback {
  return event('checkout.session.completed', sessionJson(payment, null), now)
}

function complete(payment: StripePayment, { details, ...changes }: Changes): StripePayment {
  return change(payment, { ...changes, expiresAt: null, details: { ...details, session: 'complete' } })
}

function change(payment: StripePayment, { details, ...changes }: Changes): StripePayment {
  return { ...payment, ...changes, details: { ...payment.details, ...details } }
}
