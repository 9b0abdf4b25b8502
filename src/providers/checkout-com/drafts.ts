/** The money in an event of Checkout.com. */
import { DeliveryError } from '../../errors.js'
import type { EventDraft } from '../../event.js'
import { readIdentifier, validate } from '../../payload.js'
import { moneyIn, requiredMoney } from './money.js'
import { action, dispute, type CheckoutComEvent } from './payload.js'

/** The part of a draft that depends on the event. */
export type Facts = Omit<EventDraft, 'type' | 'identity' | 'native' | 'occurredAt'>

type Action = ReturnType<typeof actionOf>

export function actionOf({ data }: CheckoutComEvent) {
  return validate(action, data)
}

/** Facts about a payment as a whole. */
export function paymentFacts(found: Action, orderKey: string): Facts {
  return {
    orderId: found.reference ?? nameIn(found.metadata, orderKey),
    paymentId: paymentOf(found),
    reason: found.reason_description ?? found.response_summary,
  }
}

/**
 * @param amounts the facts that the event proves: the price (`asked`), the money received (`come`), or both. A capture
 * proves only the money received
 */
export function totalFacts(found: Action, orderKey: string, type: string, amounts: 'asked' | 'come' | 'both'): Facts {
  const money = requiredMoney(found, type)
  return {
    ...paymentFacts(found, orderKey),
    expected: amounts === 'come' ? null : money,
    received: amounts === 'asked' ? null : { ...money, basis: 'total' },
  }
}

export function captureFacts(found: Action, orderKey: string, type: string): Facts {
  return {
    ...paymentFacts(found, orderKey),
    transaction: { id: actionIdOf(found, type), hash: null, network: null, confirmations: null },
    received: { ...requiredMoney(found, type), basis: 'transaction' },
  }
}

export function refundFacts(found: Action, orderKey: string, type: string): Facts {
  return {
    ...paymentFacts(found, orderKey),
    refund: { ...requiredMoney(found, type), id: actionIdOf(found, type), basis: 'refund' },
  }
}

/** The amount that the attempt would have paid, if the event contains it. */
export function attemptFacts(found: Action, orderKey: string): Facts {
  return { ...paymentFacts(found, orderKey), expected: moneyIn(found) }
}

export function disputeFacts({ data, type }: CheckoutComEvent, withdrawn: boolean): Facts {
  const found = validate(dispute, data)
  const reason = found.category ?? found.reason_code
  return {
    orderId: found.payment_reference,
    paymentId: found.payment_id,
    dispute: {
      ...requiredMoney(found, type),
      id: found.id,
      withdrawn,
      reason,
      respondBy: found.evidence_required_by,
    },
    reason,
  }
}

function paymentOf({ id, payment_id: paymentId }: Action): string {
  const payment = id ?? paymentId
  if (payment !== null) return payment
  throw new DeliveryError('PAYLOAD_INVALID', 'the event names no payment')
}

/** Without the action's id, two captures of one payment would count as one. */
function actionIdOf({ action_id: id }: Action, type: string): string {
  if (id !== null) return id
  throw new DeliveryError('PAYLOAD_INVALID', `${type} names no action: look the payment up in the dashboard`)
}

function nameIn(metadata: Readonly<Record<string, unknown>>, key: string): string | null {
  return Object.hasOwn(metadata, key) ? (readIdentifier(metadata[key]) ?? null) : null
}
