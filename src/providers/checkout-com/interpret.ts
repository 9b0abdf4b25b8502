/** Maps Checkout.com's events to ours. */
import type { EventDraft, UnrecognisedDraft } from '../../event.js'
import { nameOfOtherMode } from '../../lib/other-mode.js'
import { own } from '../../lib/own.js'
import {
  actionOf,
  attemptFacts,
  captureFacts,
  disputeFacts,
  paymentFacts,
  refundFacts,
  totalFacts,
  type Facts,
} from './drafts.js'
import { modeOf } from './mode.js'
import type { CheckoutComEvent } from './payload.js'

/** The options that decide what an event means. */
export interface CheckoutComReading {
  readonly mode: 'live' | 'test'
  readonly captures: 'single' | 'several'
  readonly paid: 'native' | 'payment'
  readonly orderKey: string
}

const COMMON = [
  'payment.pending',
  'payment.authorized',
  'payment.detected',
  'payment.confirmed',
  'payment.failed',
  'payment.canceled',
  'payment.expired',
  'transaction.detected',
  'transaction.confirmed',
  'transaction.failed',
  'refund.pending',
  'refund.confirmed',
  'refund.failed',
  'dispute.opened',
  'dispute.won',
  'dispute.lost',
] as const

/** Events without money, or with money whose owner is unclear. */
const NATIVE = [
  'payment_approved',
  'payment_paid',
  'payment_returned',
  'card_verified',
  'card_verification_declined',
  'dispute_evidence_submitted',
] as const

type CheckoutComType = (typeof COMMON)[number] | `checkout-com.${(typeof NATIVE)[number]}`

export const CHECKOUT_COM_TYPES: readonly CheckoutComType[] = [
  ...COMMON,
  ...NATIVE.map((name) => `checkout-com.${name}` as const),
]

type CheckoutComDraft = EventDraft<CheckoutComType, CheckoutComEvent> | UnrecognisedDraft

/** @throws DeliveryError `PAYLOAD_INVALID` for an event about money without an amount or an id */
export function interpret(event: CheckoutComEvent, reading: CheckoutComReading): CheckoutComDraft {
  const mode = modeOf(event) ?? reading.mode
  if (mode !== reading.mode) return unrecognised(event, nameOfOtherMode('checkout-com', mode, event.type))
  const told = about(event, reading)
  if (told !== null) return draft(event, ...told)
  const name = NATIVE.find((one) => one === event.type)
  return name === undefined ? unrecognised(event, event.type) : draft(event, `checkout-com.${name}`, {})
}

function draft(event: CheckoutComEvent, type: CheckoutComType, facts: Facts): CheckoutComDraft {
  return { ...facts, type, identity: [event.id], occurredAt: event.created_on, native: event }
}

function unrecognised(event: CheckoutComEvent, name: string): UnrecognisedDraft {
  return { unrecognised: name, identity: [event.id], native: event }
}

type About = readonly [type: CheckoutComType, facts: Facts]

/** Null for events without money. */
function about(event: CheckoutComEvent, { captures, paid, orderKey }: CheckoutComReading): About | null {
  const { type } = event
  const verdict = own(DISPUTES, type)
  if (verdict !== undefined) return [verdict.type, disputeFacts(event, verdict.withdrawn)]
  const whole = own(PAYMENTS, type)
  if (whole !== undefined) return [whole, attemptFacts(actionOf(event), orderKey)]
  const refund = own(REFUNDS, type)
  if (refund !== undefined) return [refund, refundFacts(actionOf(event), orderKey, type)]
  const capture = own(CAPTURES, type)
  if (capture !== undefined) {
    const found = actionOf(event)
    if (captures === 'several') return [capture.several, captureFacts(found, orderKey, type)]
    const isFailure = capture.single === 'payment.failed'
    return [capture.single, isFailure ? paymentFacts(found, orderKey) : totalFacts(found, orderKey, type, 'come')]
  }
  if (type === 'payment_paid' && paid === 'payment') {
    return ['payment.confirmed', totalFacts(actionOf(event), orderKey, type, 'both')]
  }
  return type === 'payment_approved' ? approved(event, orderKey) : null
}

/** An amount of zero only checks a card: nothing is reserved. */
function approved(event: CheckoutComEvent, orderKey: string): About | null {
  const facts = totalFacts(actionOf(event), orderKey, event.type, 'both')
  return facts.expected?.amount === '0' ? null : ['payment.authorized', facts]
}

const PAYMENTS: Readonly<Record<string, CheckoutComType>> = {
  payment_pending: 'payment.pending',
  payment_declined: 'payment.failed',
  payment_authentication_failed: 'payment.failed',
  authentication_failed: 'payment.failed',
  payment_expired: 'payment.expired',
  payment_canceled: 'payment.canceled',
  payment_voided: 'payment.canceled',
}

const CAPTURES: Readonly<Record<string, { readonly single: CheckoutComType; readonly several: CheckoutComType }>> = {
  payment_capture_pending: { single: 'payment.detected', several: 'transaction.detected' },
  payment_captured: { single: 'payment.confirmed', several: 'transaction.confirmed' },
  payment_capture_declined: { single: 'payment.failed', several: 'transaction.failed' },
}

const REFUNDS: Readonly<Record<string, CheckoutComType>> = {
  payment_refund_pending: 'refund.pending',
  payment_refunded: 'refund.confirmed',
  payment_refund_declined: 'refund.failed',
}

/** The account is debited when evidence is required, and credited when a dispute is canceled or won (docs: event-types). */
const DISPUTES: Readonly<Record<string, { readonly type: CheckoutComType; readonly withdrawn: boolean }>> = {
  dispute_received: { type: 'dispute.opened', withdrawn: false },
  dispute_evidence_required: { type: 'dispute.opened', withdrawn: true },
  dispute_won: { type: 'dispute.won', withdrawn: false },
  dispute_canceled: { type: 'dispute.won', withdrawn: false },
  // The disputed amount was refunded before, and is not taken a second time.
  dispute_resolved: { type: 'dispute.won', withdrawn: false },
  dispute_lost: { type: 'dispute.lost', withdrawn: true },
  dispute_accepted: { type: 'dispute.lost', withdrawn: true },
  // The time to answer is over.
  dispute_expired: { type: 'dispute.lost', withdrawn: true },
}
