/** The view of an order, with the buyer's possible actions. */
import { Big } from 'big.js'
import { paymentsOf, type OrderPayment, type OrderStatus } from 'express-payment-webhooks/orders'
import type { OrderView, PaymentInstructions, ProviderName } from '../views/props.js'
import type { ShopOrder } from './order.js'
import { POLICY } from './policy.js'

/** The number of confirmations that the gateway requires on Ethereum. */
const ETHEREUM_CONFIRMATIONS = 12
/** After this time, a page stops waiting for news of an order that can no longer be paid. */
const LISTEN_FOR_MS = 24 * 60 * 60 * 1000

/** Providers whose payments stay open after a failed attempt: at the same address, invoice or page. */
const TAKES_ANOTHER_TRY: readonly ProviderName[] = ['crypto-gateway', 'coins-ph', 'stripe']
/** Providers whose payments end for good, and can be opened anew. */
const OPENS_ANEW: readonly ProviderName[] = ['coinbar-pay', 'city-pay', 'stripe']

export function orderView(order: ShopOrder, now: Date): OrderView {
  const { id, reference, provider, placedAt, email, lines, payment } = order
  const { status, version, expected, received, pending, authorized, refunded, disputed } = payment
  const { shortfall, excess, reasons, expiresAt, confirmedAt } = payment
  const own = paymentsOf(payment, POLICY).filter(({ reason }) => reason === null)
  return {
    ...{ id, reference, provider, placedAt, email, lines },
    ...{ status, version, expected, received, pending, authorized, refunded, disputed },
    ...{ shortfall, due: dueOf(payment), excess, reasons, expiresAt, confirmedAt },
    transactions: own.flatMap(({ transfers }) => transfers),
    requiredConfirmations: provider === 'crypto-gateway' ? ETHEREUM_CONFIRMATIONS : null,
    payment: instructionsNow(order, now),
    canPayAgain: canPayAgain(order, now),
    final: isFinal(progressOf(payment), now),
  }
}

/** The fields of an order that show whether it can still change. */
export interface OrderProgress {
  readonly status: OrderStatus
  readonly expiresAt: string
  readonly wasPaid: boolean
}

export function progressOf(payment: OrderPayment): OrderProgress {
  return { status: payment.status, expiresAt: payment.expiresAt ?? '', wasPaid: wasPaid(payment) }
}

/** A confirmed order can still be refunded, and an expired one paid late, so those pages listen for another day. */
export function isFinal({ status, expiresAt, wasPaid }: OrderProgress, now: Date): boolean {
  return (status === 'refunded' && wasPaid) || Date.parse(expiresAt) + LISTEN_FOR_MS < now.getTime()
}

/** True if a payment ever succeeded. CoinbarPay sends part payments back, and the buyer may try again afterwards. */
export function wasPaid({ ledgers }: OrderPayment): boolean {
  return ledgers.some(({ verdicts }) => 'confirmed' in verdicts)
}

/** True if another payment may be opened: the last one has ended, and the buyer's time has not. */
export function canPayAgain({ provider, payment, instructions }: ShopOrder, now: Date): boolean {
  const { status, decision } = payment
  if (decision !== null || !isInTime(payment, now)) return false
  if (status === 'awaiting_payment' || status === 'payment_insufficient') return instructions === null
  if (!OPENS_ANEW.includes(provider)) return false
  if (status === 'refunded') return !wasPaid(payment)
  if (status === 'payment_failed') return !TAKES_ANOTHER_TRY.includes(provider)
  return status === 'canceled' || status === 'expired'
}

function instructionsNow({ provider, payment, instructions }: ShopOrder, now: Date): PaymentInstructions | null {
  if (!isInTime(payment, now)) return null
  const { status } = payment
  if (status === 'awaiting_payment' || status === 'payment_insufficient') return instructions
  // A buyer who has sent a part need not wait until it is final: the address also takes the rest.
  if (status === 'payment_detected')
    return instructions?.kind === 'address' && dueOf(payment) !== '0' ? instructions : null
  return status === 'payment_failed' && TAKES_ANOTHER_TRY.includes(provider) ? instructions : null
}

function dueOf({ shortfall, pending }: OrderPayment): string {
  const due = new Big(shortfall).minus(pending)
  return due.gt(0) ? due.toFixed() : '0'
}

function isInTime({ expiresAt }: ShopOrder['payment'], now: Date): boolean {
  return expiresAt !== null && Date.parse(expiresAt) > now.getTime()
}
