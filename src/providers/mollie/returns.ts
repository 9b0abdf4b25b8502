/** Next-gen events about money that goes back: one refund or one chargeback, each with its id. */
import { DeliveryError } from '../../errors.js'
import type { EventDraft } from '../../event.js'
import { own } from '../../lib/own.js'
import { validate } from '../../payload.js'
import { moneyOf } from './facts.js'
import { returned, type MollieEvent } from './payload.js'
import type { MollieReading } from './reading.js'

type ReturnType = 'refund.pending' | 'refund.confirmed' | 'refund.failed' | 'dispute.opened' | 'dispute.won'

/**
 * A refund may fail days after it started: it counts only in the state `refunded`. Mollie takes the money when a chargeback
 * is received, and gives it back when the chargeback is reversed.
 */
const TYPES: Readonly<Record<string, ReturnType>> = {
  'refund.queued': 'refund.pending',
  'refund.pending': 'refund.pending',
  'refund.processing': 'refund.pending',
  'refund.refunded': 'refund.confirmed',
  'refund.failed': 'refund.failed',
  'refund.canceled': 'refund.failed',
  'chargeback.received': 'dispute.opened',
  'chargeback.reversed': 'dispute.won',
}

export type ReturnNews = Omit<EventDraft<ReturnType>, 'identity' | 'native'>

/**
 * The news, or the entity's mode if it is the other one; null for an unknown name.
 *
 * @throws DeliveryError `PAYLOAD_INVALID`, also for an event without its entity, because nothing else names the payment
 */
export function returnNews(
  { type: name, createdAt, _embedded }: MollieEvent,
  reading: MollieReading,
): ReturnNews | 'live' | 'test' | null {
  const type = own(TYPES, name)
  if (type === undefined) return null
  if (_embedded?.entity == null) {
    throw new DeliveryError('PAYLOAD_INVALID', 'the event does not include its entity: choose the full payload')
  }
  const { id, mode, amount, paymentId, reason: said } = validate(returned, _embedded.entity)
  if (mode !== null && mode !== reading.mode) return mode
  const facts = { type, paymentId, occurredAt: createdAt }
  const money = { ...moneyOf(amount), id }
  if (name.startsWith('refund.')) return { ...facts, refund: { ...money, basis: 'refund' } }
  const reason = said?.description ?? null
  return {
    ...facts,
    dispute: { ...money, withdrawn: type === 'dispute.opened', reason, respondBy: null },
    reason,
  }
}
