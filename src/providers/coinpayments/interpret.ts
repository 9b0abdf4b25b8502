/** Maps CoinPayments' notifications to our events. */
import type { z } from 'zod'
import type { EventDraft, Received, UnrecognisedDraft } from '../../event.js'
import { inPriceCurrency } from '../../lib/priced.js'
import { compareDecimals, type Money } from '../../money.js'
import { validate } from '../../payload.js'
import { deposit, payment, type Notification } from './payload.js'

export const TYPES = [
  'payment.pending',
  'payment.partially_paid',
  'payment.detected',
  'payment.confirmed',
  'payment.expired',
  'payment.refunded',
  'transaction.detected',
  'transaction.confirmed',
  'transaction.failed',
] as const

type Type = (typeof TYPES)[number]

export type CoinPaymentsDraft = EventDraft<Type, Notification> | UnrecognisedDraft

export type OrderFrom = 'invoice' | 'custom' | 'item_number'

const PAYMENTS: readonly string[] = ['api', 'simple', 'button', 'cart', 'donation']

/** @throws DeliveryError `PAYLOAD_INVALID` */
export function interpret(native: Notification, orderFrom: OrderFrom): CoinPaymentsDraft {
  if (native.ipn_type === 'deposit') return depositDraft(native)
  if (PAYMENTS.includes(native.ipn_type)) return paymentDraft(native, orderFrom)
  return unrecognised(native)
}

function unrecognised(native: Notification): UnrecognisedDraft {
  const { ipn_type: kind, status, txn_id: id, ipn_id: told } = native
  const known = id ?? told
  const name = `${kind}.${status}`
  return known === null ? { unrecognised: name, native } : { unrecognised: name, identity: [known], native }
}

function paymentDraft(native: Notification, orderFrom: OrderFrom): CoinPaymentsDraft {
  const found = validate(payment, native)
  const came = found.received_amount ?? '0'
  const type = typeOf(native.status, came)
  if (type === null) return unrecognised(native)
  const expected = moneyOf(found.amount1, found.currency1)
  const isGone = type === 'payment.expired' || type === 'payment.refunded'
  return {
    type,
    // Two states are final (2 and 100), and the second of them is no news.
    identity: [native.ipn_type, found.txn_id, type, type === 'payment.confirmed' ? '' : came],
    orderId: found[orderFrom],
    paymentId: found.txn_id,
    expected,
    received: isGone ? null : receivedOf(found, expected),
    original: isGone || came === '0' ? null : moneyOf(came, found.currency2),
    reason: native.status_text,
    native,
  }
}

/** Null for a state in between that is not documented for coins (docs: merchant-tools-ipn). */
function typeOf(status: number, came: string): Type | null {
  if (status === -1) return 'payment.expired'
  if (status < -1) return 'payment.refunded'
  if (status >= 100 || status === 2) return 'payment.confirmed'
  if (status === 1) return 'payment.detected'
  if (status > 2) return null
  return compareDecimals(came, '0') > 0 ? 'payment.partially_paid' : 'payment.pending'
}

/** The whole price if the full amount came, else its share. The second currency decides; the result is in the first. */
function receivedOf(found: z.output<typeof payment>, expected: Money | null): Received | null {
  const { amount2: asked } = found
  const paid = moneyOf(found.received_amount, found.currency2)
  if (expected === null || asked === null || paid === null) return null
  const priced = inPriceCurrency(expected, asked, paid)
  return priced === null ? null : { ...priced, basis: 'total' }
}

function moneyOf(amount: string | null, currency: string | null): Money | null {
  return amount === null || currency === null ? null : { amount, currency }
}

/** One transaction can pay several addresses, so its hash alone identifies no deposit (docs: merchant-tools-ipn). */
function depositDraft(native: Notification): CoinPaymentsDraft {
  const found = validate(deposit, native)
  const { status } = native
  const type =
    status < 0 ? 'transaction.failed' : status >= 100 || status === 2 ? 'transaction.confirmed' : 'transaction.detected'
  const id = found.deposit_id ?? `${found.txn_id}:${found.address}`
  return {
    type,
    identity: [native.ipn_type, id, type],
    paymentId: found.address,
    transaction: { id, hash: found.txn_id, network: null, confirmations: found.confirms },
    received: { amount: found.amount, currency: found.currency, basis: 'transaction' },
    reason: native.status_text,
    native,
  }
}
