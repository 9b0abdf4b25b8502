/** The money in each object of Square. */
import type { EventDraft } from '../../event.js'
import { fromMinorUnits } from '../../minor-units.js'
import type { Money } from '../../money.js'
import { validate } from '../../payload.js'
import { dispute, payment, refund, type SquareEvent, type SquareMoney } from './payload.js'

/** Options for finding the order of a payment. */
export interface SquareReading {
  readonly orderField: 'reference_id' | 'order_id'
}

type Facts = Omit<EventDraft, 'type' | 'identity' | 'native'>

/** An object's status and facts. */
interface Said {
  readonly status: string
  readonly facts: Facts
  /** The identity of a complete object, because Square reports the completion again with every later change. */
  readonly complete: readonly string[]
}

export function paymentSays(event: SquareEvent, reading: SquareReading): Said {
  const found = validate(payment, event.data?.object?.['payment'])
  const { id, status, updated_at: changedAt, card_details: error } = found
  const total = moneyOf(found.total_money)
  const reserved = found.approved_money === null ? total : moneyOf(found.approved_money)
  const received = status === 'COMPLETED' ? total : status === 'APPROVED' ? reserved : null
  return {
    status,
    complete: ['payment', id, status, total.amount, total.currency],
    facts: {
      orderId: found[reading.orderField],
      paymentId: id,
      expected: total,
      received: received === null ? null : { ...received, basis: 'total' },
      reason: error === null ? null : (error.detail ?? error.code),
      occurredAt: changedAt ?? event.created_at,
    },
  }
}

export function refundSays(event: SquareEvent): Said {
  const found = validate(refund, event.data?.object?.['refund'])
  const { id, status, updated_at: changedAt } = found
  const back = moneyOf(found.amount_money)
  return {
    status,
    complete: ['refund', id, status, back.amount, back.currency],
    facts: {
      // The refund's `order_id` is the return's, not that of the purchase.
      paymentId: found.payment_id,
      refund: { ...back, id, basis: 'refund' },
      reason: found.reason,
      occurredAt: changedAt ?? event.created_at,
    },
  }
}

/** @param isLost true for a state in which the seller has lost the money */
export function disputeSays(event: SquareEvent, isLost: (state: string) => boolean): Omit<Said, 'complete'> {
  const found = validate(dispute, event.data?.object?.['dispute'])
  const { id, state, reason, updated_at: changedAt } = found
  return {
    status: state,
    facts: {
      paymentId: found.disputed_payment?.payment_id ?? null,
      dispute: {
        ...moneyOf(found.amount_money),
        id,
        withdrawn: isLost(state),
        reason,
        respondBy: found.due_at,
      },
      reason,
      occurredAt: changedAt ?? event.created_at,
    },
  }
}

function moneyOf({ amount, currency }: SquareMoney): Money {
  return { amount: fromMinorUnits(amount, currency), currency }
}
