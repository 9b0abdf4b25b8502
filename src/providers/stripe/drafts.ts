/** The money in each object of Stripe. */
import type { z } from 'zod'
import type { EventDraft } from '../../event.js'
import type { Money } from '../../money.js'
import { readIdentifier, validate } from '../../payload.js'
import { stripeMoney } from './money.js'
import { charge, dispute, intent, refund, session, type StripeEvent } from './payload.js'

/** The part of a draft that depends on the object. */
type Facts = Omit<EventDraft, 'type' | 'identity' | 'native' | 'occurredAt'>

/** Options for finding the order's name. */
export interface Reading {
  /** The key of the metadata that holds the order's name. */
  readonly orderKey: string
}

type Metadata = Readonly<Record<string, unknown>>

function orderIn(metadata: Metadata, { orderKey }: Reading): string | null {
  return readIdentifier(metadata[orderKey]) ?? null
}

export function sessionFacts(object: unknown, reading: Reading): { status: string; facts: Facts } {
  const found = validate(session, object)
  const { amount_total: amount, currency, payment_intent: intentId, payment_status: status } = found
  const total = amount === null || currency === null ? null : stripeMoney(amount, currency)
  const isPaid = status === 'paid' || status === 'no_payment_required'
  return {
    status: isPaid ? 'paid' : status,
    facts: {
      orderId: found.client_reference_id ?? orderIn(found.metadata, reading),
      paymentId: intentId ?? found.id,
      paymentIds: [found.id],
      expected: total,
      received: isPaid && total !== null ? { ...total, basis: 'total' } : null,
    },
  }
}

/** @param received selects the intent's amount that came, or that is reserved */
export function intentFacts(
  object: unknown,
  reading: Reading,
  received?: (found: z.output<typeof intent>) => number | null,
): Facts {
  const found = validate(intent, object)
  const amount = received?.(found) ?? null
  return {
    orderId: orderIn(found.metadata, reading),
    paymentId: found.id,
    paymentIds: [found.latest_charge],
    expected: stripeMoney(found.amount, found.currency),
    received: amount === null ? null : { ...stripeMoney(amount, found.currency), basis: 'total' },
    reason: found.last_payment_error?.message ?? found.cancellation_reason,
  }
}

export function chargeFacts(object: unknown, reading: Reading): Facts & { readonly refunded: Money | null } {
  const found = validate(charge, object)
  return {
    orderId: orderIn(found.metadata, reading),
    paymentId: found.payment_intent ?? found.id,
    paymentIds: [found.id],
    expected: stripeMoney(found.amount, found.currency),
    refunded: found.amount_refunded === null ? null : stripeMoney(found.amount_refunded, found.currency),
  }
}

export function refundFacts(object: unknown, reading: Reading): { status: string | null; facts: Facts } {
  const found = validate(refund, object)
  return {
    status: found.status,
    facts: {
      orderId: orderIn(found.metadata, reading),
      paymentId: found.payment_intent ?? found.charge,
      paymentIds: [found.charge],
      refund: { ...stripeMoney(found.amount, found.currency), id: found.id, basis: 'refund' },
      reason: found.failure_reason,
    },
  }
}

/** @param withdrawn true if the money is gone, as far as the event shows */
export function disputeFacts(
  object: unknown,
  reading: Reading,
  withdrawn: (status: string) => boolean,
): { status: string; facts: Facts } {
  const found = validate(dispute, object)
  return {
    status: found.status,
    facts: {
      orderId: orderIn(found.metadata, reading),
      paymentId: found.payment_intent ?? found.charge,
      paymentIds: [found.charge],
      dispute: {
        ...stripeMoney(found.amount, found.currency),
        id: found.id,
        withdrawn: withdrawn(found.status),
        reason: found.reason,
        respondBy: found.evidence_details?.due_by ?? null,
      },
      reason: found.reason,
    },
  }
}

/** Completes the facts of an event with the fields that every event has. */
export function draftOf<Type extends string>(
  type: Type,
  event: StripeEvent,
  facts: Facts,
): EventDraft<Type, StripeEvent> {
  return { type, identity: [event.id], occurredAt: event.created, ...facts, native: event }
}
