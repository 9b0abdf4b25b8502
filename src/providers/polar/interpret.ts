/** Maps Polar's events to ours. */
import type { EventDraft, UnrecognisedDraft } from '../../event.js'
import { own } from '../../lib/own.js'
import { checkoutSays, orderSays, refundSays, type Facts, type Reading } from './drafts.js'
import type { PolarEvent } from './payload.js'

/** The options that decide what an event means. */
export interface PolarReading extends Reading {
  readonly money: 'order.paid' | 'order.updated'
}

const COMMON = [
  'payment.pending',
  'payment.confirmed',
  'payment.canceled',
  'payment.expired',
  'payment.refunded',
  'refund.pending',
  'refund.confirmed',
  'refund.failed',
] as const

/**
 * Events without money, or that repeat another event's money. A shop may still want them
 * (server/polar/models/webhook_endpoint.py).
 */
const NATIVE = [
  'order.created',
  'order.paid',
  'order.updated',
  'order.refunded',
  'refund.created',
  'refund.updated',
  'checkout.created',
  'checkout.updated',
  'subscription.created',
  'subscription.active',
  'subscription.updated',
  'subscription.cycled',
  'subscription.canceled',
  'subscription.uncanceled',
  'subscription.past_due',
  'subscription.paused',
  'subscription.resumed',
  'subscription.revoked',
  'customer.created',
  'customer.updated',
  'customer.deleted',
  'customer.state_changed',
  'benefit_grant.created',
  'benefit_grant.updated',
  'benefit_grant.cycled',
  'benefit_grant.revoked',
] as const

type PolarType = (typeof COMMON)[number] | `polar.${(typeof NATIVE)[number]}`

export const POLAR_TYPES: readonly PolarType[] = [...COMMON, ...NATIVE.map((name) => `polar.${name}` as const)]

type PolarDraft = EventDraft<PolarType, PolarEvent> | UnrecognisedDraft

/**
 * @param id the signed id of the event
 * @throws DeliveryError `PAYLOAD_INVALID` for an object that does not have the documented shape
 */
export function interpret(event: PolarEvent, id: string, reading: PolarReading): PolarDraft {
  const draft = (type: PolarType, facts: Facts = {}): PolarDraft => {
    return { ...facts, type, identity: [id], occurredAt: event.timestamp, native: event }
  }
  switch (event.type) {
    case 'order.created': {
      const { status, facts } = orderSays(event, reading)
      return draft(status === 'pending' ? 'payment.pending' : 'polar.order.created', facts)
    }
    case 'order.paid': {
      const { facts, total } = orderSays(event, reading)
      if (reading.money !== 'order.paid') return draft('polar.order.paid', facts)
      return draft('payment.confirmed', { ...facts, received: total })
    }
    case 'order.updated':
      return updated(event, id, reading)
    case 'order.refunded':
      return draft('polar.order.refunded', orderSays(event, reading).facts)
    case 'refund.created':
    case 'refund.updated': {
      const { status, facts } = refundSays(event, reading)
      const type = reading.money === 'order.paid' ? own(REFUND, status) : undefined
      return draft(type ?? `polar.${event.type}`, facts)
    }
    case 'checkout.expired':
      return draft('payment.expired', checkoutSays(event, reading))
    default: {
      const name = NATIVE.find((one) => one === event.type)
      return name === undefined ? { unrecognised: event.type, identity: [id], native: event } : draft(`polar.${name}`)
    }
  }
}

/** No other event reports that an order is void. */
const VOID: Readonly<Record<string, PolarType>> = { void: 'payment.canceled' }

const STATES: Readonly<Record<string, PolarType>> = {
  ...VOID,
  pending: 'payment.pending',
  paid: 'payment.confirmed',
  partially_refunded: 'refund.confirmed',
  refunded: 'payment.refunded',
}

const PAID: readonly string[] = ['paid', 'partially_refunded', 'refunded']

/** Polar sends it for any change. If it counts as the money, the order's state identifies the event, not the single change. */
function updated(event: PolarEvent, id: string, reading: PolarReading): PolarDraft {
  const isMoney = reading.money === 'order.updated'
  const { status, facts, total } = orderSays(event, reading)
  const type = own(isMoney ? STATES : VOID, status)
  const state = [event.type, facts.paymentId ?? '', status, facts.refund?.amount ?? '0']
  return {
    ...facts,
    type: type ?? 'polar.order.updated',
    identity: isMoney && type !== undefined ? state : [id],
    received: isMoney && PAID.includes(status) ? total : null,
    occurredAt: event.timestamp,
    native: event,
  }
}

const REFUND: Readonly<Record<string, PolarType>> = {
  pending: 'refund.pending',
  succeeded: 'refund.confirmed',
  failed: 'refund.failed',
  canceled: 'refund.failed',
}
