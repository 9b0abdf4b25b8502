/** Maps a charge that was read to our events. */
import { DeliveryError } from '../../errors.js'
import type { EventDraft, UnrecognisedDraft } from '../../event.js'
import { inPriceCurrency } from '../../lib/priced.js'
import { fromMinorUnits } from '../../minor-units.js'
import { subtractDecimals, sumDecimals, type Money } from '../../money.js'
import type { OpenNodeCharge } from './charge.js'

const STATES = {
  processing: 'payment.detected',
  underpaid: 'payment.partially_paid',
  paid: 'payment.confirmed',
  refunded: 'payment.refunded',
  expired: 'payment.expired',
} as const

export const TYPES = Object.values(STATES)

export type OpenNodeDraft = EventDraft<(typeof TYPES)[number], OpenNodeCharge> | UnrecognisedDraft

/** The decimals of bitcoin in satoshi. */
const PLACES = 8

/** @throws DeliveryError `READ_BACK_BEHIND` for an unpaid charge, about which OpenNode sends no callback */
export function draftOf(native: OpenNodeCharge, asOf: string): OpenNodeDraft {
  const { id, status, missing_amt: missing } = native
  if (status === 'unpaid') {
    throw new DeliveryError('READ_BACK_BEHIND', 'OpenNode called about a charge that still reads unpaid')
  }
  const identity = [id, status, missing ?? '']
  if (!Object.hasOwn(STATES, status)) return { unrecognised: status, identity, native }
  const type = STATES[status as keyof typeof STATES]
  const expected = priceOf(native)
  const paid = type === 'payment.expired' || type === 'payment.refunded' ? null : paidOf(native)
  const asked = bitcoin(native.amount)
  const isPriced = paid !== null && expected !== null && asked !== null
  const received = isPriced ? inPriceCurrency(expected, asked, { amount: paid, currency: 'BTC' }) : null
  return {
    type,
    identity,
    // OpenNode sends this text if the charge names no order (docs: charges-webhooks).
    orderId: native.order_id === 'N/A' ? null : native.order_id,
    paymentId: id,
    expected,
    received: received === null ? null : { ...received, basis: 'total', asOf },
    original: paid === null || expected?.currency === 'BTC' ? null : { amount: paid, currency: 'BTC' },
    native,
  }
}

function bitcoin(satoshi: string | null): string | null {
  return satoshi === null ? null : fromMinorUnits(satoshi, 'BTC', PLACES)
}

/** In the currency in which the charge was made; in bitcoin if that currency is unknown. */
function priceOf({ amount, currency, fiat_value: fiat, source_fiat_value: source }: OpenNodeCharge): Money | null {
  const value = source ?? fiat
  if (currency != null && currency !== 'BTC' && value !== null && value !== '0') return { amount: value, currency }
  const price = bitcoin(amount)
  return price === null ? null : { amount: price, currency: 'BTC' }
}

/** The amount received, in bitcoin; null if a part came and its amount is unknown. */
function paidOf({ status, amount, missing_amt: missing, overpaid_by: over }: OpenNodeCharge): string | null {
  const asked = bitcoin(amount)
  if (asked === null || (status === 'underpaid' && missing === null)) return null
  const lacking = status === 'underpaid' ? bitcoin(missing)! : '0'
  return sumDecimals([subtractDecimals(asked, lacking), bitcoin(over) ?? '0'])
}
