/** The shop's own changes of an order, by its status. */
import {
  cancel,
  markPaid,
  reopen,
  reprice,
  type By,
  type OrderPayment,
  type Settlement,
} from 'express-payment-webhooks/orders'
import { OPEN_STATUSES, type ShopOrder } from '../orders/order.js'
import { POLICY } from '../orders/policy.js'
import type { OrderChange } from '../views/operator/props.js'

export interface ChangeInput {
  readonly change: OrderChange
  /** A decimal in the order's currency; undefined if the change has no amount. */
  readonly amount: string | undefined
  readonly by: By
  /** The time limit for paying an order that is opened again. */
  readonly expiresAt: Date
}

export function changesOf({ status, shortfall }: OrderPayment): OrderChange[] {
  if (status === 'canceled') return ['reopen']
  if (status === 'expired') return ['reopen', 'paid']
  const isOpen = OPEN_STATUSES.includes(status)
  const changes: OrderChange[] = isOpen ? ['cancel'] : []
  if (shortfall !== '0' && (isOpen || status === 'needs_review')) changes.push('paid')
  if (isOpen || status === 'needs_review' || status === 'payment_authorized') changes.push('reprice')
  return changes
}

/** @throws ConfigurationError when the amount is not valid */
export function changed(payment: OrderPayment, { change, amount = '', by, expiresAt }: ChangeInput): Settlement {
  switch (change) {
    case 'cancel':
      return cancel(payment, by, POLICY)
    case 'paid':
      return markPaid(payment, { amount, ...by }, POLICY)
    case 'reprice':
      return reprice(payment, { amount, ...by }, POLICY)
    default:
      return reopen(payment, { expiresAt, ...by }, POLICY)
  }
}

/** An address stays assigned to the buyer. Every other payment has ended with the order, so the buyer opens another one. */
export function instructionsAfter(
  change: OrderChange,
  { provider, instructions }: ShopOrder,
): ShopOrder['instructions'] {
  return change === 'reopen' && provider !== 'crypto-gateway' ? null : instructions
}
