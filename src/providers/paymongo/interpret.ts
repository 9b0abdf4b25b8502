/** Maps PayMongo's events to ours. */
import type { z } from 'zod'
import { DeliveryError } from '../../errors.js'
import type { EventDraft, UnrecognisedDraft } from '../../event.js'
import { nameOfOtherMode } from '../../lib/other-mode.js'
import { fromMinorUnits } from '../../minor-units.js'
import { sumDecimals, type Money } from '../../money.js'
import { readIdentifier, validate } from '../../payload.js'
import { payment, refund, session, source, type PayMongoEvent } from './payload.js'

/** The options that decide what an event means. */
export interface PayMongoReading {
  readonly mode: 'live' | 'test'
  readonly money: 'payment' | 'checkout_session'
  readonly orderKey: string
}

export const PAYMONGO_TYPES = [
  'payment.pending',
  'payment.confirmed',
  'payment.failed',
  'payment.expired',
  'payment.refunded',
  'refund.pending',
  'refund.confirmed',
  'refund.failed',
  // Another event reports the same money as these two.
  'paymongo.payment.paid',
  'paymongo.payment.refunded',
] as const

type Draft = EventDraft<(typeof PAYMONGO_TYPES)[number], PayMongoEvent>

/** @throws DeliveryError `PAYLOAD_INVALID` for a resource that does not have the documented shape */
export function interpret(event: PayMongoEvent, reading: PayMongoReading): Draft | UnrecognisedDraft {
  const { id, attributes } = event.data
  const { type: name, livemode, data } = attributes
  const isExpectedMode = livemode === (reading.mode === 'live')
  if (!isExpectedMode) return unrecognised(event, nameOfOtherMode('paymongo', livemode ? 'live' : 'test', name))
  const shared = { identity: [id], occurredAt: attributes.created_at, native: event }
  // The documents give these events two names, and the state of the refund decides.
  if (data.type === 'refund') return { ...shared, ...refundFacts(data, reading) }
  switch (name) {
    case 'payment.paid':
    case 'payment.failed':
      return { ...shared, ...paymentFacts(name, data, reading) }
    case 'payment.refunded':
      return { ...shared, ...refundedFacts(data, reading) }
    case 'checkout_session.payment.paid':
    case 'checkout_session.expired':
      return { ...shared, ...sessionFacts(name, data, reading) }
    case 'source.chargeable':
      return { ...shared, ...sourceFacts(data, reading) }
    default:
      return unrecognised(event)
  }
}

/** The part of a draft that depends on the resource. */
type Facts = Omit<Draft, 'identity' | 'occurredAt' | 'native'>

/** Identified by its id, because the body of a redelivery may differ. */
function unrecognised(event: PayMongoEvent, name = event.data.attributes.type): UnrecognisedDraft {
  return { unrecognised: name, identity: [event.data.id], native: event }
}

function paymentFacts(name: string, data: unknown, reading: PayMongoReading): Facts {
  const found = validate(payment, data)
  const amount = money(found)
  const facts = { ...namesOf(found, reading), expected: amount }
  if (name === 'payment.failed') return { type: 'payment.failed', ...facts, reason: found.failed_message }
  if (reading.money !== 'payment') return { type: 'paymongo.payment.paid', ...facts }
  return { type: 'payment.confirmed', ...facts, received: { ...amount, basis: 'total' } }
}

/** A source can be charged now. No money came, and the shop has to make the payment. */
function sourceFacts(data: unknown, { orderKey }: PayMongoReading): Facts {
  const found = validate(source, data)
  return {
    type: 'payment.pending',
    orderId: orderIn(found.metadata, orderKey),
    paymentId: found.id,
    expected: money(found),
  }
}

/** A session names the order. If payments count as the money, the session only connects a payment with its order. */
function sessionFacts(name: string, data: unknown, reading: PayMongoReading): Facts {
  const found = validate(session, data)
  const { payment_intent: intent } = found
  const payments = found.payments ?? []
  const facts = {
    orderId: found.reference_number ?? orderIn(found.metadata, reading.orderKey),
    paymentId: intent?.id ?? found.id,
    paymentIds: [found.id, ...payments.map(({ id }) => id)],
    expected: intent ? money(intent) : null,
  }
  if (name === 'checkout_session.expired') return { type: 'payment.expired', ...facts }
  if (reading.money === 'payment') return { type: 'payment.pending', ...facts }
  return { type: 'payment.confirmed', ...facts, received: { ...paidBy(payments), basis: 'total' } }
}

function paidBy(payments: readonly z.output<typeof payment>[]): Money {
  const paid = payments.filter(({ status }) => status === 'paid').map(money)
  const [first] = paid
  if (first === undefined || paid.some(({ currency }) => currency !== first.currency)) {
    throw new DeliveryError('PAYLOAD_INVALID', 'the session was paid, and its payments do not say how much')
  }
  return { amount: sumDecimals(paid.map(({ amount }) => amount)), currency: first.currency }
}

const STATUSES: Readonly<Record<string, 'refund.confirmed' | 'refund.failed'>> = {
  succeeded: 'refund.confirmed',
  failed: 'refund.failed',
}

/** Each state of a refund is one event, whatever the name of the PayMongo event that reports it. */
function refundFacts(data: unknown, { orderKey }: PayMongoReading): Facts & Pick<Draft, 'identity'> {
  const { id, status, payment_id: paymentId, metadata, reason, ...found } = validate(refund, data)
  const state = status ?? ''
  return {
    type: Object.hasOwn(STATUSES, state) ? STATUSES[state]! : 'refund.pending',
    identity: ['refund', id, state],
    orderId: orderIn(metadata, orderKey),
    paymentId,
    refund: { ...money(found), id, basis: 'refund' },
    reason,
  }
}

/**
 * The event lists every refund of the payment. If all of it went back, this is `payment.refunded`, with the last refund;
 * else the events of those refunds report the same money.
 */
function refundedFacts(data: unknown, reading: PayMongoReading): Facts {
  const found = validate(payment, data)
  const done = (found.refunds ?? []).filter(({ status }) => status === 'succeeded')
  const total = done.reduce((sum, { amount }) => sum + amount, 0)
  const facts = { ...namesOf(found, reading), expected: money(found) }
  const last = done.toSorted((a, b) => ((a.updated_at ?? '') < (b.updated_at ?? '') ? -1 : 1)).at(-1)
  if (last === undefined || total < found.amount) {
    const back = { ...money({ amount: total, currency: found.currency }), id: null, basis: 'total' } as const
    return { type: 'paymongo.payment.refunded', ...facts, refund: back }
  }
  return { type: 'payment.refunded', ...facts, refund: { ...money(last), id: last.id, basis: 'refund' } }
}

/** The shop stores the intent. A payment from a source has no intent, and the shop stored the source. */
function namesOf(found: z.output<typeof payment>, { orderKey }: PayMongoReading) {
  const { id, payment_intent_id: intent, source: from } = found
  return {
    orderId: orderIn(found.metadata, orderKey) ?? found.external_reference_number,
    paymentId: intent ?? id,
    paymentIds: [id, intent === null ? (from?.id ?? null) : null],
  }
}

function orderIn(metadata: Readonly<Record<string, unknown>>, key: string): string | null {
  return Object.hasOwn(metadata, key) ? (readIdentifier(metadata[key]) ?? null) : null
}

function money({ amount, currency }: { readonly amount: number; readonly currency: string }): Money {
  return { amount: fromMinorUnits(amount, currency), currency }
}
