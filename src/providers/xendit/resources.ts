/** The money in Xendit's resources, read or received. */
import type { z } from 'zod'
import { DeliveryError } from '../../errors.js'
import type { EventDraft } from '../../event.js'
import { sumDecimals } from '../../money.js'
import { invoice, payment, paymentRequest, paymentV2, refund, type XenditNative } from './payload.js'

export const XENDIT_TYPES = [
  'payment.pending',
  'payment.authorized',
  'payment.confirmed',
  'payment.failed',
  'payment.canceled',
  'payment.expired',
  'refund.pending',
  'refund.confirmed',
  'refund.failed',
] as const

type Type = (typeof XENDIT_TYPES)[number]

export type Draft = EventDraft<Type, XenditNative>

type Facts = Omit<Draft, 'native'>

/** A kind of resource: its path, its schema and its facts. */
export interface Resource {
  /** The path of its API, before the id. */
  readonly path: string
  readonly schema: z.ZodType<XenditNative>
  readonly idOf: (found: never) => string | null
  readonly factsOf: (found: never) => Facts
}

function resource<T extends XenditNative>(
  path: string,
  schema: z.ZodType<T>,
  idOf: (found: T) => string | null,
  factsOf: (found: T) => Facts,
): Resource {
  return { path, schema, idOf, factsOf }
}

const INVOICE: Readonly<Record<string, Type>> = {
  PENDING: 'payment.pending',
  PAID: 'payment.confirmed',
  // The money is on its way to the merchant's account: no news.
  SETTLED: 'payment.confirmed',
  EXPIRED: 'payment.expired',
}

const PAYMENT: Readonly<Record<string, Type>> = {
  PENDING: 'payment.pending',
  REQUIRES_ACTION: 'payment.pending',
  ACCEPTING_PAYMENTS: 'payment.pending',
  AUTHORIZED: 'payment.authorized',
  AWAITING_CAPTURE: 'payment.authorized',
  SUCCEEDED: 'payment.confirmed',
  FAILED: 'payment.failed',
  CANCELED: 'payment.canceled',
  VOIDED: 'payment.canceled',
  EXPIRED: 'payment.expired',
}

const REFUND: Readonly<Record<string, Type>> = {
  PENDING: 'refund.pending',
  SUCCEEDED: 'refund.confirmed',
  FAILED: 'refund.failed',
  CANCELLED: 'refund.failed',
}

export const INVOICES = resource(
  '/v2/invoices/',
  invoice,
  ({ id }) => id,
  (found) => {
    const { id, currency, amount, paid_amount: paid } = found
    const type = typeOf(INVOICE, found.status)
    const asked = { amount, currency }
    return {
      type,
      identity: ['invoice', id, type],
      orderId: found.external_id,
      paymentId: id,
      paymentIds: [found.payment_id],
      expected: asked,
      received: type === 'payment.confirmed' ? { amount: paid ?? amount, currency, basis: 'total' } : null,
      occurredAt: found.updated,
    }
  },
)

export const PAYMENTS = resource(
  '/v3/payments/',
  payment,
  ({ payment_id: id }) => id,
  (found) => {
    const { payment_id: id, currency, request_amount: asked, captures } = found
    const type = typeOf(PAYMENT, found.status)
    const captured = captures?.length ? sumDecimals(captures.map((one) => one.capture_amount)) : asked
    const amount = type === 'payment.confirmed' ? captured : type === 'payment.authorized' ? asked : null
    return {
      type,
      identity: ['payment', id, type, amount ?? ''],
      orderId: found.reference_id,
      paymentId: found.payment_request_id ?? id,
      paymentIds: [id],
      expected: { amount: asked, currency },
      received: amount === null ? null : { amount, currency, basis: 'total' },
      reason: found.failure_code,
      occurredAt: found.updated,
    }
  },
)

/** A request has a state, and its payments have the money received. */
export const PAYMENT_REQUESTS = resource(
  '/v3/payment_requests/',
  paymentRequest,
  ({ payment_request_id: id }) => id,
  (found) => {
    const type = typeOf(PAYMENT, found.status)
    const { payment_request_id: id, request_amount: asked, currency } = found
    return {
      type: type === 'payment.confirmed' || type === 'payment.authorized' ? 'payment.pending' : type,
      identity: ['payment_request', id, type],
      orderId: found.reference_id,
      paymentId: id,
      expected: asked === null ? null : { amount: asked, currency },
      reason: found.failure_code,
      occurredAt: found.updated,
    }
  },
)

export const PAYMENTS_V2 = resource(
  '/payment_requests/',
  paymentV2,
  ({ id, payment_request_id: request }) => request ?? id,
  (found) => {
    const { amount, currency, payment_request_id: request } = found
    const type = typeOf(PAYMENT, found.status)
    const isMoney = type === 'payment.confirmed' || type === 'payment.authorized'
    if (isMoney && amount === null) throw new DeliveryError('PAYLOAD_INVALID', 'a payment was made, without an amount')
    const asked = amount === null ? null : { amount, currency }
    return {
      type,
      identity: ['payment', request ?? found.id, type],
      orderId: found.reference_id,
      paymentId: request ?? found.id,
      paymentIds: [found.id],
      expected: asked,
      received: isMoney && asked !== null ? { ...asked, basis: 'total' } : null,
      reason: found.failure_code,
      occurredAt: found.updated,
    }
  },
)

/** A refund's own `reference_id` names no order. The payment identifies the order. */
export const REFUNDS = resource(
  '/refunds/',
  refund,
  ({ id }) => id,
  (found) => {
    const { id, amount, currency, invoice_id: bill, payment_request_id: request } = found
    return {
      type: typeOf(REFUND, found.status),
      identity: ['refund', id, found.status],
      paymentId: bill ?? request ?? found.payment_id,
      paymentIds: [request, found.payment_id],
      refund: { id, amount, currency, basis: 'refund' },
      reason: found.failure_code ?? found.reason,
      occurredAt: found.updated,
    }
  },
)

function typeOf(types: Readonly<Record<string, Type>>, status: string): Type {
  const name = status.toUpperCase()
  if (Object.hasOwn(types, name)) return types[name]!
  throw new DeliveryError('PAYLOAD_INVALID', 'Xendit does not document this status')
}
