/** Maps Square's events to ours. Only `type` shows what an event is about, because `data.type` has two spellings. */
import type { EventDraft, UnrecognisedDraft } from '../../event.js'
import { own } from '../../lib/own.js'
import { disputeSays, paymentSays, refundSays, type SquareReading } from './drafts.js'
import type { SquareEvent } from './payload.js'

const COMMON = [
  'payment.pending',
  'payment.authorized',
  'payment.confirmed',
  'payment.failed',
  'payment.canceled',
  'refund.pending',
  'refund.confirmed',
  'refund.failed',
  'dispute.inquiry',
  'dispute.opened',
  'dispute.won',
  'dispute.lost',
] as const

/** Events without money, or that repeat the money of payments. A shop may still want them. */
const NATIVE = [
  'order.created',
  'order.updated',
  'order.fulfillment.updated',
  'invoice.created',
  'invoice.published',
  'invoice.updated',
  'invoice.payment_made',
  'invoice.scheduled_charge_failed',
  'invoice.canceled',
  'invoice.refunded',
  'invoice.deleted',
  'terminal.checkout.created',
  'terminal.checkout.updated',
  'terminal.refund.created',
  'terminal.refund.updated',
  'dispute.evidence.created',
  'dispute.evidence.deleted',
] as const

type SquareType = (typeof COMMON)[number] | `square.${(typeof NATIVE)[number]}`

export const SQUARE_TYPES: readonly SquareType[] = [...COMMON, ...NATIVE.map((name) => `square.${name}` as const)]

type SquareDraft = EventDraft<SquareType, SquareEvent> | UnrecognisedDraft

/** @throws DeliveryError `PAYLOAD_INVALID` for an object that does not have the documented shape */
export function interpret(event: SquareEvent, reading: SquareReading): SquareDraft {
  switch (event.type) {
    case 'payment.created':
    case 'payment.updated':
      return paymentDraft(event, reading)
    case 'refund.created':
    case 'refund.updated':
      return refundDraft(event)
    case 'dispute.created':
    case 'dispute.state.updated':
    // The name in older API versions.
    case 'dispute.state.changed':
      return disputeDraft(event)
    default:
      return nativeDraft(event)
  }
}

const PAYMENT: Readonly<Record<string, SquareType>> = {
  PENDING: 'payment.pending',
  APPROVED: 'payment.authorized',
  COMPLETED: 'payment.confirmed',
  CANCELED: 'payment.canceled',
  FAILED: 'payment.failed',
}

function paymentDraft(event: SquareEvent, reading: SquareReading): SquareDraft {
  const { status, facts, complete } = paymentSays(event, reading)
  const type = own(PAYMENT, status)
  if (type === undefined) return nativeDraft(event)
  return { ...facts, type, identity: status === 'COMPLETED' ? complete : [event.event_id], native: event }
}

const REFUND: Readonly<Record<string, SquareType>> = {
  PENDING: 'refund.pending',
  COMPLETED: 'refund.confirmed',
  REJECTED: 'refund.failed',
  FAILED: 'refund.failed',
}

function refundDraft(event: SquareEvent): SquareDraft {
  const { status, facts, complete } = refundSays(event)
  const type = own(REFUND, status)
  if (type === undefined) return nativeDraft(event)
  return { ...facts, type, identity: status === 'COMPLETED' ? complete : [event.event_id], native: event }
}

const DISPUTE: Readonly<Record<string, SquareType>> = {
  INQUIRY_EVIDENCE_REQUIRED: 'dispute.inquiry',
  INQUIRY_PROCESSING: 'dispute.inquiry',
  INQUIRY_CLOSED: 'dispute.inquiry',
  EVIDENCE_REQUIRED: 'dispute.opened',
  PROCESSING: 'dispute.opened',
  WON: 'dispute.won',
  LOST: 'dispute.lost',
  // The seller accepted it, and the money goes back (docs: disputes-api/process-disputes).
  ACCEPTED: 'dispute.lost',
}

function disputeDraft(event: SquareEvent): SquareDraft {
  const { status, facts } = disputeSays(event, (state) => own(DISPUTE, state) === 'dispute.lost')
  const type = own(DISPUTE, status)
  return type === undefined ? nativeDraft(event) : { ...facts, type, identity: [event.event_id], native: event }
}

function nativeDraft(event: SquareEvent): SquareDraft {
  const { type, event_id: id, created_at: occurredAt } = event
  const name = NATIVE.find((one) => one === type)
  if (name === undefined) return { unrecognised: type, identity: [id], native: event }
  return { type: `square.${name}`, identity: [id], occurredAt, native: event }
}
