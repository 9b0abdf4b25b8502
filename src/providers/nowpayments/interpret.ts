/** Maps NOWPayments' notifications to our events. */
import type { EventDraft, Received, UnrecognisedDraft } from '../../event.js'
import { inPriceCurrency } from '../../lib/priced.js'
import type { Money } from '../../money.js'
import { validate } from '../../payload.js'
import { payment, payout, type NowPaymentsPayment, type NowPaymentsPayout } from './payload.js'

export const TYPES = [
  'payment.pending',
  'payment.detected',
  'payment.partially_paid',
  'payment.confirmed',
  'payment.failed',
  'payment.expired',
  'payment.refunded',
  'transaction.detected',
  'transaction.confirmed',
  'transaction.failed',
  'refund.confirmed',
  'nowpayments.confirmed',
  'nowpayments.sending',
  'nowpayments.redeposit',
  'nowpayments.payout',
] as const

type Type = Exclude<(typeof TYPES)[number], 'nowpayments.payout'>

type Draft = EventDraft<Type, NowPaymentsPayment> | EventDraft<'nowpayments.payout', NowPaymentsPayout>

const PAYMENT: Readonly<Record<string, Type>> = {
  waiting: 'payment.pending',
  confirming: 'payment.detected',
  // The payment has enough blocks, but the merchant does not have the money yet (docs: payment statuses).
  confirmed: 'nowpayments.confirmed',
  sending: 'nowpayments.sending',
  partially_paid: 'payment.partially_paid',
  finished: 'payment.confirmed',
  failed: 'payment.failed',
  refunded: 'payment.refunded',
  expired: 'payment.expired',
}

/**
 * A deposit to the address of an earlier payment is no reason to ship (docs: help centre, repeated deposits), so none of
 * these events is about a payment as a whole.
 */
const REDEPOSIT: Readonly<Record<string, Type>> = {
  waiting: 'nowpayments.redeposit',
  confirming: 'transaction.detected',
  confirmed: 'transaction.detected',
  sending: 'transaction.detected',
  // A setting of the account decides which of the two is its final status.
  partially_paid: 'transaction.confirmed',
  finished: 'transaction.confirmed',
  failed: 'transaction.failed',
  refunded: 'refund.confirmed',
  expired: 'nowpayments.redeposit',
}

const MONEY_CAME: readonly Type[] = [
  'payment.detected',
  'payment.partially_paid',
  'payment.confirmed',
  'nowpayments.confirmed',
  'nowpayments.sending',
]

/** @throws DeliveryError `PAYLOAD_INVALID` */
export function interpret(content: {
  readonly payment_id?: unknown
  readonly batch_withdrawal_id?: unknown
}): Draft | UnrecognisedDraft {
  if (content.payment_id != null) return paymentDraft(validate(payment, content))
  if (content.batch_withdrawal_id != null) return payoutDraft(validate(payout, content))
  // For example recurring payments, whose shape is not documented.
  return { unrecognised: 'other', native: content }
}

function paymentDraft(native: NowPaymentsPayment): Draft | UnrecognisedDraft {
  const { payment_id: paymentId, parent_payment_id: parent, payment_status: status, actually_paid: paid } = native
  // A later part repeats the status, with a larger amount.
  const identity = [paymentId, status, paid ?? '']
  const types = parent === null ? PAYMENT : REDEPOSIT
  if (!Object.hasOwn(types, status)) return { unrecognised: status, identity, native }
  const type = types[status]!
  const about = { type, identity, orderId: native.order_id, paymentId, native }
  return parent === null ? { ...about, ...paymentMoney(type, native) } : { ...about, ...redepositMoney(type, native) }
}

function paymentMoney(type: Type, native: NowPaymentsPayment) {
  const { received, original } = cameOf(native)
  return {
    expected: priceOf(native),
    original,
    received: received !== null && MONEY_CAME.includes(type) ? totalOf(received) : null,
  }
}

function totalOf(money: Money): Received {
  return { ...money, basis: 'total' }
}

/** A repeated deposit has its own price: the value of the coins when they came. */
function redepositMoney(type: Type, native: NowPaymentsPayment) {
  const { received, original } = cameOf(native)
  const id = native.payment_id
  if (type === 'refund.confirmed') {
    return { original, refund: received === null ? null : { ...received, id, basis: 'refund' as const } }
  }
  return {
    original,
    transaction: type.startsWith('transaction.') ? { id, hash: null, network: null, confirmations: null } : null,
    received: received === null ? null : { ...received, basis: 'transaction' as const },
  }
}

function priceOf({ price_amount: amount, price_currency: currency }: NowPaymentsPayment): Money | null {
  return amount === null || currency === null ? null : { amount, currency }
}

/** Amount received so far, in the currency of the price and, if that differs, in the coin. */
function cameOf(native: NowPaymentsPayment): { readonly received: Money | null; readonly original: Money | null } {
  const { pay_amount: asked, actually_paid: amount, pay_currency: currency } = native
  const price = priceOf(native)
  if (amount === null || amount === '0' || currency === null) return { received: null, original: null }
  const coins = { amount, currency }
  const received = price === null || asked === null ? null : inPriceCurrency(price, asked, coins)
  return { received, original: received === coins ? null : coins }
}

/** A payout is never about an order, whatever it names. */
function payoutDraft(native: NowPaymentsPayout): Draft {
  const { id, status, error, updated_at: occurredAt } = native
  return { type: 'nowpayments.payout', identity: ['payout', id, status], reason: error, occurredAt, native }
}
