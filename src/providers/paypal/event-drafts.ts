/** Drafts from an event that was read itself, for resources whose state cannot be read, or can no longer be read. */
import type { UnrecognisedDraft } from '../../event.js'
import { validate } from '../../payload.js'
import { aboutOf, moneyOf, unrecognised, upOf, type OrderFrom, type PayPalDraft } from './drafts.js'
import { authorization, dispute, order, sale } from './event-payload.js'
import type { PayPalEvent } from './payload.js'

/** @throws DeliveryError `PAYLOAD_INVALID` for a resource that does not have the documented shape */
export function eventDraft(native: PayPalEvent, orderFrom: OrderFrom): PayPalDraft | UnrecognisedDraft {
  switch (native.event_type) {
    case 'CHECKOUT.ORDER.APPROVED':
      return orderDraft('payment.pending', 'APPROVED', native, orderFrom)
    case 'CHECKOUT.PAYMENT-APPROVAL.REVERSED':
      return orderDraft('payment.canceled', 'REVERSED', native, orderFrom)
    case 'PAYMENT.AUTHORIZATION.CREATED':
      return authorizationDraft('payment.authorized', native, orderFrom)
    case 'PAYMENT.AUTHORIZATION.VOIDED':
      return authorizationDraft('payment.canceled', native, orderFrom)
    case 'PAYMENT.SALE.COMPLETED':
      return saleDraft('payment.confirmed', native, orderFrom)
    case 'PAYMENT.SALE.PENDING':
      return saleDraft('payment.detected', native, orderFrom)
    case 'PAYMENT.SALE.DENIED':
      return saleDraft('payment.failed', native, orderFrom)
    case 'PAYMENT.SALE.REFUNDED':
    case 'PAYMENT.SALE.REVERSED':
    case 'PAYMENT.CAPTURE.REVERSED':
      return returnDraft(native, orderFrom)
    case 'CUSTOMER.DISPUTE.CREATED':
    case 'CUSTOMER.DISPUTE.UPDATED':
    case 'CUSTOMER.DISPUTE.RESOLVED':
      return disputeDraft(native, orderFrom)
    default:
      return unrecognised(native)
  }
}

/** No money yet: the buyer approved, and the merchant has to capture, or did not do so in time. */
function orderDraft(
  type: 'payment.pending' | 'payment.canceled',
  state: string,
  native: PayPalEvent,
  orderFrom: OrderFrom,
): PayPalDraft {
  const found = validate(order, native.resource)
  const id = found.order_id ?? found.id ?? native.id
  const units = found.purchase_units ?? []
  // Several units are several orders of the shop, but an event names one order.
  const [unit] = units.length === 1 ? units : []
  return {
    type,
    identity: ['order', id, state],
    orderId: unit?.[orderFrom] ?? null,
    paymentId: id,
    expected: unit?.amount == null ? null : moneyOf(unit.amount),
    occurredAt: native.create_time,
    native,
  }
}

function authorizationDraft(
  type: 'payment.authorized' | 'payment.canceled',
  native: PayPalEvent,
  orderFrom: OrderFrom,
): PayPalDraft {
  const found = validate(authorization, native.resource)
  const isReserved = type === 'payment.authorized'
  return {
    type,
    identity: ['authorization', found.id, isReserved ? 'CREATED' : 'VOIDED'],
    ...aboutOf(found, orderFrom),
    paymentId: found.id,
    received: isReserved ? { ...moneyOf(found.amount), basis: 'total' } : null,
    native,
  }
}

/** A payment of the retired version 1, which subscriptions still use. PayPal has reported one twice (issue 1906). */
function saleDraft(
  type: 'payment.confirmed' | 'payment.detected' | 'payment.failed',
  native: PayPalEvent,
  orderFrom: OrderFrom,
): PayPalDraft {
  const found = validate(sale, native.resource)
  return {
    type,
    identity: ['sale', found.id, native.event_type],
    ...aboutOf(found, orderFrom),
    orderId: saleOrder(found, orderFrom),
    paymentId: found.id,
    received: type === 'payment.failed' ? null : { ...moneyOf(found.amount), basis: 'total' },
    native,
  }
}

/** A refund of a sale, or money that PayPal took back. */
function returnDraft(native: PayPalEvent, orderFrom: OrderFrom): PayPalDraft {
  const found = validate(sale, native.resource)
  const isReversed = native.event_type.endsWith('.REVERSED')
  return {
    type: 'refund.confirmed',
    identity: [isReversed ? 'reversal' : 'refund', found.id],
    ...aboutOf(found, orderFrom),
    orderId: saleOrder(found, orderFrom),
    // The resource is the refund, or the payment itself (docs: event-names has both).
    paymentId: found.sale_id ?? upOf(found, 'captures') ?? upOf(found, 'sale') ?? found.id,
    refund: { ...moneyOf(found.amount), id: isReversed ? `reversal-${found.id}` : found.id, basis: 'refund' },
    reason: isReversed ? (found.reason_code ?? 'reversed by PayPal') : found.reason_code,
    native,
  }
}

function saleOrder(found: (typeof sale)['_output'], orderFrom: OrderFrom): string | null {
  return found[orderFrom] ?? (orderFrom === 'custom_id' ? found.custom : found.invoice_number)
}

/** Outcomes in which the merchant keeps the money. A loss comes as the reversal, or the refund, of a capture. */
const KEPT: readonly (string | null)[] = ['RESOLVED_SELLER_FAVOUR', 'CANCELED_BY_BUYER', 'DENIED']

function disputeDraft(native: PayPalEvent, orderFrom: OrderFrom): PayPalDraft | UnrecognisedDraft {
  const found = validate(dispute, native.resource)
  const { dispute_id: id, status, dispute_life_cycle_stage: stage, update_time: updated } = found
  const outcome = found.dispute_outcome?.outcome_code ?? null
  const isResolved = native.event_type === 'CUSTOMER.DISPUTE.RESOLVED'
  if (isResolved && !KEPT.includes(outcome)) return unrecognised(native)
  const [transaction] = found.disputed_transactions
  return {
    type: isResolved ? 'dispute.won' : stage === 'INQUIRY' ? 'dispute.inquiry' : 'dispute.opened',
    identity: ['dispute', id, status ?? '', stage ?? '', updated ?? native.id],
    orderId: (orderFrom === 'custom_id' ? transaction?.custom : transaction?.invoice_number) ?? null,
    paymentId: transaction?.seller_transaction_id ?? null,
    paymentIds: found.disputed_transactions.map((one) => one.seller_transaction_id),
    dispute: {
      ...moneyOf(found.dispute_amount),
      id,
      // No field of the event says if PayPal holds the money.
      withdrawn: false,
      reason: found.reason,
      respondBy: found.seller_response_due_date,
    },
    reason: outcome ?? found.reason,
    occurredAt: updated ?? native.create_time,
    native,
  }
}
