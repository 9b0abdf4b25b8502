/** What a charge that was read becomes. */
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

/** Satoshi in a bitcoin have so many places. */
const PLACES = 8

/** @throws DeliveryError `READ_BACK_BEHIND` for a charge that nobody has paid yet: nobody is called for that */
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
    // The text that stands there when no order was named (docs: charges-webhooks).
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

/** In the currency that the charge was made in; in bitcoin where that is not told. */
function priceOf({ amount, currency, fiat_value: fiat, source_fiat_value: source }: OpenNodeCharge): Money | null {
  const value = source ?? fiat
  if (currency != null && currency !== 'BTC' && value !== null && value !== '0') return { amount: value, currency }
  const price = bitcoin(amount)
  return price === null ? null : { amount: price, currency: 'BTC' }
}

/** What came, in bitcoin; null where a part came, and nobody says which. */
function paidOf({ status, amount, missing_amt: missing, overpaid_by: over }: OpenNodeCharge): string | null {
  const asked = bitcoin(amount)
  if (asked === null || (status === 'underpaid' && missing === null)) return null
  const lacking = status === 'underpaid' ? bitcoin(missing)! : '0'
  return sumDecimals([subtractDecimals(asked, lacking), bitcoin(over) ?? '0'])
}
