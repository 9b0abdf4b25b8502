/** How the payment of an order begins. */
import { isDeepStrictEqual } from 'node:util'
import { ConfigurationError } from '../errors.js'
import { toDecimal } from '../money.js'
import { rejectUnknown } from '../lib/reject-unknown.js'
import { judge } from './judge.js'
import type { OpenedPayment, OrderPayment } from './order-payment.js'
import { resolvePolicy, type SettlePolicy } from './policy.js'

/** What `openOrder` takes. */
export interface NewOrder {
  /** The shop's own id of the order, as it is told to the provider. */
  readonly orderId: string
  /** What is to be paid, in the currency it is to be paid in: the coin, for a payment in coins. */
  readonly expected: { readonly amount: string; readonly currency: string }
  /** The chain the coins have to come by, for example `ethereum`. @default null: none is looked at */
  readonly network?: string | null
  /** The payments the provider opened; `addPayments` adds those that are opened later. @default none */
  readonly payments?: readonly OpenedPayment[]
  /** Until when the buyer may pay. @default null: no deadline */
  readonly expiresAt?: Date | string | null
}

/**
 * The payment state of a new order.
 *
 * @throws ConfigurationError `CONFIG_OPTION_UNKNOWN`, `CONFIG_OPTION_INVALID`
 * @example
 * ```ts
 * import { openOrder } from 'express-payment-webhooks/orders'
 *
 * const payment = openOrder({
 *   orderId: 'ORDER-1001',
 *   expected: { amount: '100.50', currency: 'USDT' },
 *   network: 'ethereum',
 *   payments: [{ provider: 'crypto-gateway', paymentId: 'addr_4d8e21f06b9a' }],
 *   expiresAt: new Date(Date.now() + 60 * 60 * 1000),
 * })
 * ```
 */
export function openOrder(options: NewOrder): OrderPayment {
  rejectUnknown('openOrder', options, ['orderId', 'expected', 'network', 'payments', 'expiresAt'])
  const { orderId, expected, network = null, payments = [], expiresAt = null } = options
  if (typeof orderId !== 'string' || orderId === '') invalid('orderId must be a text that is not empty')
  const amount = typeof expected?.amount === 'string' ? toDecimal(expected.amount) : null
  if (amount === null || amount === '0')
    invalid('expected.amount must be a decimal string above zero, such as "100.50"')
  if (typeof expected.currency !== 'string' || expected.currency.trim() === '') invalid('expected.currency is missing')
  const deadline = expiresAt === null ? null : new Date(expiresAt)
  if (deadline !== null && Number.isNaN(deadline.getTime())) invalid('expiresAt must be a Date or an ISO 8601 text')
  return {
    orderId,
    expected: { amount, currency: expected.currency.trim().toUpperCase() },
    network: network?.toLowerCase() ?? null,
    payments,
    expiresAt: deadline?.toISOString() ?? null,
    status: 'awaiting_payment',
    received: '0',
    pending: '0',
    shortfall: amount,
    excess: '0',
    reasons: [],
    transactions: [],
    attempts: [],
    strays: [],
    conflicts: [],
    deadline: 'ahead',
    decision: null,
    confirmedAt: null,
    version: 0,
  }
}

/**
 * Adds payments that the shop opened for the order later: another attempt, or an invoice for the difference. Save them
 * before the buyer can pay, because money for a payment nobody opened is held for review. An order whose payments
 * were all closed is open again with them.
 *
 * @param payments all names of one payment, or several payments: one change, one version
 * @param policy the one that events are settled with
 * @example
 * ```ts
 * import { addPayments } from 'express-payment-webhooks/orders'
 *
 * const next = addPayments(payment, [{ provider: 'coins-ph', paymentId: invoiceId, reference: 'ORDER-1001-2' }])
 * ```
 */
export function addPayments(
  order: OrderPayment,
  payments: readonly OpenedPayment[],
  policy?: SettlePolicy,
): OrderPayment {
  const isKnown = (payment: OpenedPayment) => order.payments.some((one) => isDeepStrictEqual(one, payment))
  const added = payments.filter((payment) => !isKnown(payment))
  if (added.length === 0) return order
  const facts = { ...order, payments: [...order.payments, ...added], version: order.version + 1 }
  return { ...facts, ...judge(facts, resolvePolicy(policy)) }
}

function invalid(message: string): never {
  throw new ConfigurationError('CONFIG_OPTION_INVALID', `openOrder: ${message}`)
}
