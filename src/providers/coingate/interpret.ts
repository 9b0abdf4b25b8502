/** Maps an order that was read to our events, and checks that it is as far as its callback claims. */
import { DeliveryError } from '../../errors.js'
import type { EventDraft, UnrecognisedDraft } from '../../event.js'
import { inPriceCurrency } from '../../lib/priced.js'
import { subtractDecimals, sumDecimals, type Money } from '../../money.js'
import type { CoinGateOrder } from './payload.js'

export const TYPES = [
  'payment.pending',
  'payment.detected',
  'payment.confirmed',
  'payment.failed',
  'payment.expired',
  'payment.canceled',
  'payment.refunded',
  'refund.confirmed',
] as const

type Type = (typeof TYPES)[number]

type Draft = EventDraft<Type, CoinGateOrder>

const STATES: Readonly<Record<string, { readonly type: Type; readonly progress: number }>> = {
  pending: { type: 'payment.pending', progress: 1 },
  confirming: { type: 'payment.detected', progress: 2 },
  // Confirmed and credited: ship in this state (docs: order-statuses).
  paid: { type: 'payment.confirmed', progress: 3 },
  invalid: { type: 'payment.failed', progress: 3 },
  expired: { type: 'payment.expired', progress: 3 },
  canceled: { type: 'payment.canceled', progress: 3 },
  // A partial refund. Neither a callback nor the order says how much.
  partially_refunded: { type: 'refund.confirmed', progress: 4 },
  refunded: { type: 'payment.refunded', progress: 4 },
}

function stateOf(status: string) {
  return Object.hasOwn(STATES, status) ? STATES[status]! : null
}

/** The claims of a callback about its order, none of them proven. */
export interface Hint {
  readonly order_id: string | null
  readonly status: string | null
}

/** @throws DeliveryError `READ_BACK_BEHIND`, `READ_BACK_MISMATCH` */
export function interpret(native: CoinGateOrder, hint: Hint, readAt: string): Draft | UnrecognisedDraft {
  const { id, status, order_id: orderId } = native
  // The token was looked up by this order id, and must not give access to another order.
  if (hint.order_id !== null && hint.order_id !== orderId) {
    throw new DeliveryError('READ_BACK_MISMATCH', 'the callback names another order_id than the order that was read')
  }
  checkProgress(native, hint)
  const identity = [id, status]
  const state = stateOf(status)
  if (state === null) return { unrecognised: status, identity, native }
  const { type } = state
  return {
    type,
    identity,
    orderId,
    paymentId: id,
    expected: priceOf(native),
    ...(type === 'payment.detected' || type === 'payment.confirmed' ? moneyOf(native, readAt) : {}),
    occurredAt: type === 'payment.confirmed' ? native.paid_at : null,
    native,
  }
}

/** CoinGate sends no callbacks for new orders. An order that is further than its callback claims is accepted. */
function checkProgress({ status }: CoinGateOrder, hint: Hint): void {
  const claimed = stateOf(hint.status ?? '')?.progress ?? 1
  const actual = status === 'new' ? 0 : (stateOf(status)?.progress ?? Number.POSITIVE_INFINITY)
  if (claimed <= actual) return
  throw new DeliveryError('READ_BACK_BEHIND', `CoinGate called about an order that still reads ${status}`)
}

function priceOf({ price_amount: amount, price_currency: currency }: CoinGateOrder): Money | null {
  return amount === null || currency === null ? null : { amount, currency }
}

/** The amount received is the amount asked for, minus the missing part, plus the excess. */
function moneyOf(native: CoinGateOrder, asOf: string) {
  const { pay_amount: asked, pay_currency: currency, underpaid_amount: missing, overpaid_amount: more } = native
  const price = priceOf(native)
  if (asked === null || currency === null || price === null) return {}
  const coins = { amount: sumDecimals([subtractDecimals(asked, missing ?? '0'), more ?? '0']), currency }
  const came = inPriceCurrency(price, asked, coins)
  return {
    received: came === null ? null : { ...came, basis: 'total' as const, asOf },
    original: came?.currency === currency ? null : coins,
  }
}
