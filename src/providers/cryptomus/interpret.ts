/** Maps Cryptomus' webhooks to our events. */
import type { EventDraft, UnrecognisedDraft } from '../../event.js'
import { inPriceCurrency } from '../../lib/priced.js'
import type { Money } from '../../money.js'
import type { CryptomusWebhook } from './payload.js'

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
  'refund.pending',
  'refund.confirmed',
  'refund.failed',
  'cryptomus.locked',
  'cryptomus.wallet',
] as const

type Type = (typeof TYPES)[number]

type Draft = EventDraft<Type, CryptomusWebhook>

const INVOICE: Readonly<Record<string, Type>> = {
  process: 'payment.pending',
  check: 'payment.pending',
  confirm_check: 'payment.detected',
  paid: 'payment.confirmed',
  paid_over: 'payment.confirmed',
  wrong_amount: 'payment.partially_paid',
  wrong_amount_waiting: 'payment.partially_paid',
  // Nobody paid in time (docs: payment statuses).
  cancel: 'payment.expired',
  fail: 'payment.failed',
  system_fail: 'payment.failed',
  refund_process: 'refund.pending',
  refund_fail: 'refund.failed',
  refund_paid: 'payment.refunded',
  locked: 'cryptomus.locked',
}

/** A static address can be paid any number of times: each payment is a transfer, and none confirms an order. */
const WALLET: Readonly<Record<string, Type>> = {
  process: 'cryptomus.wallet',
  check: 'cryptomus.wallet',
  confirm_check: 'transaction.detected',
  paid: 'transaction.confirmed',
  paid_over: 'transaction.confirmed',
  wrong_amount: 'transaction.confirmed',
  wrong_amount_waiting: 'transaction.confirmed',
  cancel: 'transaction.failed',
  fail: 'transaction.failed',
  system_fail: 'transaction.failed',
  refund_process: 'refund.pending',
  refund_fail: 'refund.failed',
  refund_paid: 'refund.confirmed',
  locked: 'cryptomus.locked',
}

const MONEY_CAME: readonly Type[] = [
  'payment.detected',
  'payment.partially_paid',
  'payment.confirmed',
  'transaction.detected',
  'transaction.confirmed',
]

export function interpret(native: CryptomusWebhook): Draft | UnrecognisedDraft {
  const { type: kind, uuid, status, payment_amount: paid } = native
  const isWallet = kind === 'wallet'
  // The payer may add to a wrong amount later.
  const identity = [uuid, status, paid ?? '']
  const types = isWallet ? WALLET : INVOICE
  // For example payouts, whose money leaves.
  if (!isWallet && kind !== 'payment') return { unrecognised: `${kind ?? 'other'}.${status}`, identity, native }
  if (!Object.hasOwn(types, status)) return { unrecognised: status, identity, native }
  const type = types[status]!
  return {
    type,
    identity,
    orderId: native.order_id,
    paymentId: isWallet ? (native.wallet_address_uuid ?? uuid) : uuid,
    transaction: transactionOf(native, isWallet),
    expected: isWallet ? null : priceOf(native),
    ...moneyOf(type, native, isWallet),
    native,
  }
}

/** A transfer to a static address has its own id. Only its hash identifies the money of an invoice. */
function transactionOf({ uuid, txid, network }: CryptomusWebhook, isWallet: boolean) {
  const id = isWallet ? uuid : txid
  return id === null ? null : { id, hash: txid, network, confirmations: null }
}

function priceOf({ amount, currency }: CryptomusWebhook): Money | null {
  return amount === null || currency === null ? null : { amount, currency }
}

function moneyOf(type: Type, native: CryptomusWebhook, isWallet: boolean) {
  const { payment_amount: amount, payer_currency: currency, uuid } = native
  if (amount === null || amount === '0' || currency === null) return {}
  const coins = { amount, currency }
  const came = cameOf(native, coins)
  const original = came?.currency === currency ? null : coins
  // Payments are refunded as a whole (docs: refund), so a refund needs no id of its own.
  if (type.startsWith('refund.')) {
    return { original, refund: came === null ? null : { ...came, id: uuid, basis: 'refund' as const } }
  }
  if (came === null || !MONEY_CAME.includes(type)) return { original }
  return { original, received: { ...came, basis: isWallet ? ('transaction' as const) : ('total' as const) } }
}

/** The amount received, in the currency of the price. */
function cameOf(native: CryptomusWebhook, coins: Money): Money | null {
  const { payer_amount: asked } = native
  const price = priceOf(native)
  if (price === null) return null
  // A static address has no amount to pay.
  if (asked === null) return price.currency === coins.currency ? coins : null
  return inPriceCurrency(price, asked, coins)
}
