/** Maps BitPay's notifications, and the states of its invoices, to our events. */
import { DeliveryError } from '../../errors.js'
import type { EventDraft, UnrecognisedDraft } from '../../event.js'
import { parseJson } from '../../lib/json.js'
import { own } from '../../lib/own.js'
import { readIdentifier, validate } from '../../payload.js'
import { coinsOf, pricedOf, priceOf } from './money.js'
import { invoice, refund, type BitPayEventName, type BitPayInvoice, type BitPayRefund } from './payload.js'

export const TYPES = [
  'payment.pending',
  'payment.detected',
  'payment.partially_paid',
  'payment.confirmed',
  'payment.failed',
  'payment.expired',
  'refund.pending',
  'refund.confirmed',
  'refund.failed',
  'bitpay.invoice_refundComplete',
  'bitpay.overpayment',
] as const

type Type = (typeof TYPES)[number]

export type BitPayDraft = EventDraft<Type, BitPayInvoice | BitPayRefund>

/** How to find the order of an invoice. */
export interface Naming {
  /** The key in `posData`, if that is JSON, that holds the order's name. It is used if `orderId` is absent. */
  readonly orderKey: string
}

const STATES: Readonly<Record<string, Type>> = {
  new: 'payment.pending',
  // Seen, but not guaranteed (docs: notification codes).
  paid: 'payment.detected',
  confirmed: 'payment.confirmed',
  // BitPay sometimes skips the state before it, so either of the two confirms the payment (docs; bitwarden/server#892).
  complete: 'payment.confirmed',
  expired: 'payment.expired',
  invalid: 'payment.failed',
  declined: 'payment.failed',
}

const REFUNDS: Readonly<Record<string, Type>> = {
  created: 'refund.pending',
  pending: 'refund.pending',
  success: 'refund.confirmed',
  failure: 'refund.failed',
  canceled: 'refund.failed',
}

const WITH_MONEY: readonly Type[] = ['payment.detected', 'payment.partially_paid', 'payment.confirmed']

export const REFUND_COMPLETE = 'invoice_refundComplete'

/** @throws DeliveryError `PAYLOAD_INVALID` */
export function interpret(
  content: Readonly<Record<string, unknown>>,
  event: BitPayEventName | null,
  naming: Naming,
): BitPayDraft | UnrecognisedDraft {
  const occurredAt = event?.timestamp ?? null
  if (content['invoice'] != null) return { ...refundDraft(validate(refund, content)), occurredAt }
  // Recipients and payouts have no price, and some of their states are spelt like an invoice's (docs: notifications).
  if (content['price'] == null) return { unrecognised: event?.name ?? 'other', native: content }
  const native = validate(invoice, content)
  const draft =
    event?.name === REFUND_COMPLETE ? refundedDraft(native, naming) : invoiceDraft(native, naming, native.currentTime)
  return { ...draft, occurredAt }
}

/**
 * Reads the state alone: a notification carries the state at its delivery, whatever the name of its event.
 *
 * @param asOf when the invoice had this state
 */
export function invoiceDraft(
  native: BitPayInvoice,
  naming: Naming,
  asOf: string | null,
): BitPayDraft | UnrecognisedDraft {
  const { id, status, exceptionStatus } = native
  const type = typeOf(native)
  if (type === undefined) return { unrecognised: status, identity: [id, status], native }
  const came = WITH_MONEY.includes(type) ? pricedOf(native) : null
  const state = type === 'payment.confirmed' ? 'confirmed' : status
  return {
    ...aboutOf(native, naming),
    type,
    identity: [id, state, came?.amount ?? ''],
    received: came === null ? null : { ...came, basis: 'total', ...(asOf !== null && { asOf }) },
    original: WITH_MONEY.includes(type) ? coinsOf(native) : null,
    reason: exceptionStatus,
  }
}

function typeOf({ status, exceptionStatus }: BitPayInvoice): Type | undefined {
  const isPart = exceptionStatus === 'paidPartial' && (status === 'new' || status === 'expired')
  return isPart ? 'payment.partially_paid' : own(STATES, status)
}

/** Money went back, but the invoice does not say how much. The excess of an overpaid invoice was never counted. */
export function refundedDraft(native: BitPayInvoice, naming: Naming): BitPayDraft {
  const type = native.exceptionStatus === 'paidOver' ? 'bitpay.invoice_refundComplete' : 'refund.confirmed'
  return { ...aboutOf(native, naming), type, identity: [native.id, REFUND_COMPLETE], reason: native.exceptionStatus }
}

function aboutOf(native: BitPayInvoice, { orderKey }: Naming) {
  const orderId = native.orderId ?? orderIn(native.posData, orderKey)
  return { orderId, paymentId: native.id, expected: priceOf(native), native }
}

function orderIn(posData: unknown, key: string): string | null {
  if (typeof posData !== 'string' || !posData.startsWith('{')) return null
  try {
    return readIdentifier(own(parseJson(Buffer.from(posData)) as Record<string, unknown>, key)) ?? null
  } catch (thrown) {
    if (thrown instanceof DeliveryError) return null
    throw thrown
  }
}

function refundDraft(native: BitPayRefund): BitPayDraft | UnrecognisedDraft {
  const { id, status, amount, currency, type: kind } = native
  const type = own(REFUNDS, status)
  const identity = ['refund', id, status]
  if (type === undefined) return { unrecognised: `refund_${status}`, identity, native }
  const about = { identity, paymentId: native.invoice, reason: kind, native }
  if (kind === 'overpayment') return { ...about, type: 'bitpay.overpayment' }
  const money = amount === null || currency === null ? null : { amount, currency, id, basis: 'refund' as const }
  return { ...about, type, refund: money }
}
