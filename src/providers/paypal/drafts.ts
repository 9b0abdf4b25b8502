/** The money of a resource. Its state at the time of the read decides, never the name of the delivery's event. */
import type { EventDraft, UnrecognisedDraft } from '../../event.js'
import type { Money } from '../../money.js'
import { readIdentifier } from '../../payload.js'
import type { PayPalCapture, PayPalEvent, PayPalRefund } from './payload.js'

export const TYPES = [
  'payment.pending',
  'payment.authorized',
  'payment.detected',
  'payment.confirmed',
  'payment.failed',
  'payment.canceled',
  'payment.refunded',
  'transaction.detected',
  'transaction.confirmed',
  'transaction.failed',
  'refund.pending',
  'refund.confirmed',
  'refund.failed',
  'dispute.inquiry',
  'dispute.opened',
  'dispute.won',
] as const

export type PayPalDraft = EventDraft<(typeof TYPES)[number], PayPalEvent | PayPalCapture | PayPalRefund>

/** The field of a payment that names the order. */
export type OrderFrom = 'custom_id' | 'invoice_id'

interface Named {
  readonly custom_id: string | null
  readonly invoice_id: string | null
  readonly create_time: string | null
  readonly update_time: string | null
  readonly status_details: { readonly reason: string | null } | null
  readonly links?: readonly { readonly rel?: unknown; readonly href?: unknown }[] | null | undefined
}

export function moneyOf({ value, currency_code: currency }: { value: string; currency_code: string }): Money {
  return { amount: value, currency }
}

/** The facts that every resource of a payment has. */
export function aboutOf(found: Named, orderFrom: OrderFrom) {
  return {
    orderId: found[orderFrom],
    reason: found.status_details?.reason ?? null,
    occurredAt: found.update_time ?? found.create_time,
  }
}

/** The id of the resource that this one belongs to, if that is of the given kind. */
export function upOf({ links }: Pick<Named, 'links'>, kind: 'authorizations' | 'captures' | 'sale'): string | null {
  const href = links?.find(({ rel }) => rel === 'up' || rel === kind)?.href
  if (typeof href !== 'string') return null
  const [, found, id] = /\/(\w+)\/([A-Za-z0-9-]+)\/?$/.exec(href) ?? []
  return found === kind ? (readIdentifier(id) ?? null) : null
}

/** Captures whose money came, even if some of it went back later (spec: capture_status). */
const CAME: readonly string[] = ['COMPLETED', 'PARTIALLY_REFUNDED']

/**
 * Null for an unknown status.
 * A capture of an order that was paid at once is a whole payment. A capture of an authorization is a part, since others may
 * follow; so is a capture marked as not the final one.
 */
export function captureDraft(found: PayPalCapture, orderFrom: OrderFrom, asOf: string): PayPalDraft | null {
  const { id, status } = found
  const reserved = found.supplementary_data?.related_ids?.authorization_id ?? upOf(found, 'authorizations')
  const isPart = reserved !== null || found.final_capture === false
  const money = moneyOf(found.amount)
  const about = { ...aboutOf(found, orderFrom), native: found }
  const identity = (state: string) => ['capture', id, state]
  if (isPart) {
    const verdict = CAME.includes(status) || status === 'REFUNDED' ? 'confirmed' : PART.get(status)
    if (verdict === undefined) return null
    return {
      type: `transaction.${verdict}`,
      ...about,
      identity: identity(verdict === 'confirmed' ? 'COMPLETED' : status),
      paymentId: reserved ?? id,
      paymentIds: [id],
      received: { ...money, basis: 'transaction' },
      transaction: { id, hash: null, network: null, confirmations: null },
    }
  }
  const whole = { ...about, paymentId: id, received: { ...money, basis: 'total', asOf } } as const
  if (CAME.includes(status)) return { type: 'payment.confirmed', identity: identity('COMPLETED'), ...whole }
  if (status === 'PENDING') return { type: 'payment.detected', identity: identity(status), ...whole }
  if (status === 'REFUNDED') {
    const back = { ...money, id: null, basis: 'total', asOf } as const
    return { type: 'payment.refunded', identity: identity(status), ...whole, refund: back }
  }
  if (PART.get(status) === undefined) return null
  return { type: 'payment.failed', identity: identity(status), ...whole, received: null }
}

/** The other states of a capture. A map, since a status may be any text. */
const PART = new Map<string, 'detected' | 'failed'>([
  ['PENDING', 'detected'],
  ['DECLINED', 'failed'],
  ['FAILED', 'failed'],
])

const REFUND = {
  COMPLETED: 'refund.confirmed',
  PENDING: 'refund.pending',
  FAILED: 'refund.failed',
  CANCELLED: 'refund.failed',
} as const

/** Null for an unknown status (spec: refund_status). */
export function refundDraft(found: PayPalRefund, orderFrom: OrderFrom): PayPalDraft | null {
  const { id, status } = found
  if (!Object.hasOwn(REFUND, status)) return null
  return {
    type: REFUND[status as keyof typeof REFUND],
    identity: ['refund', id, status],
    ...aboutOf(found, orderFrom),
    paymentId: upOf(found, 'captures'),
    refund: { ...moneyOf(found.amount), id, basis: 'refund' },
    native: found,
  }
}

export function unrecognised(native: PayPalEvent): UnrecognisedDraft {
  return { unrecognised: native.event_type, identity: [native.id], native }
}
