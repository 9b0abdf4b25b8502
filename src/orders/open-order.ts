/** Opens the payment of an order. */
import { DECIMAL_LIMITS, toDecimal } from '../money.js'
import { ConfigurationError } from '../errors.js'
import { invalidOption } from '../lib/invalid-option.js'
import { judge } from './judge.js'
import { canonicalId } from './names.js'
import type { OpenedPayment, OrderPayment } from './order-payment.js'
import { policyFor, type SettlePolicy } from './policy.js'
import { rejectMisplaced } from './reject-misplaced.js'

/** The options of `openOrder`. */
export interface NewOrder {
  /** The shop's own id of the order, as the provider gets it. */
  readonly orderId: string
  /** The price, in the currency that events report: the coin, for a provider that does not convert. */
  readonly expected: { readonly amount: string; readonly currency: string }
  /** The chain on which the coins have to arrive, for example `ethereum`. @default null: the chain is not checked */
  readonly network?: string | null | undefined
  /** The payments that the provider opened; `addPayments` adds later ones. @default none */
  readonly payments?: readonly OpenedPayment[] | undefined
  /** The deadline for the buyer's payment. @default null: no deadline */
  readonly expiresAt?: Date | string | null | undefined
}

const NAMES = ['orderId', 'expected', 'network', 'payments', 'expiresAt'] as const
const MONEY = ['amount', 'currency'] as const
const OPENED = ['provider', 'paymentId', 'reference'] as const

/**
 * Creates the payment state of a new order.
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
  rejectMisplaced('openOrder', options, NAMES, { 'in `expected`': MONEY, 'in one of `payments`': OPENED })
  const { orderId, expected, network = null, payments = [], expiresAt = null } = options
  if (typeof orderId !== 'string' || orderId === '') invalid('orderId must be a text that is not empty')
  rejectMisplaced('openOrder: expected', expected, MONEY, { 'beside `expected`, not in it': NAMES })
  const amount = priceOf('openOrder: expected.amount', expected.amount)
  if (typeof expected.currency !== 'string' || expected.currency.trim() === '') invalid('expected.currency is missing')
  if (network !== null && (typeof network !== 'string' || network.trim() === '')) {
    invalid('network must be the name of a chain, or null')
  }
  checkOpened('openOrder', payments)
  const deadline = expiresAt === null ? null : new Date(expiresAt)
  if (deadline !== null && Number.isNaN(deadline.getTime())) invalid('expiresAt must be a Date or an ISO 8601 text')
  return {
    orderId,
    expected: { amount, currency: expected.currency.trim().toUpperCase() },
    network: network?.toLowerCase() ?? null,
    payments,
    expiresAt: deadline?.toISOString() ?? null,
    policy: null,
    status: 'awaiting_payment',
    received: '0',
    pending: '0',
    authorized: '0',
    refunded: '0',
    disputed: '0',
    shortfall: amount,
    excess: '0',
    reasons: [],
    ledgers: [],
    deadline: 'ahead',
    actions: [],
    decision: null,
    reopened: [],
    isPaidByAddition: false,
    authorizedAt: null,
    confirmedAt: null,
    version: 0,
  }
}

/**
 * Adds payments that the shop opened later for the order: another attempt, or an invoice for the difference. Save them
 * before the buyer can pay, because money for an unknown payment is held for review.
 * An order whose payments were all closed is open again. If the added payments had already paid the order, it stays in
 * review until it is accepted or the next event settles it, because adding a payment does not start a shipment.
 *
 * @param payments all names of one payment, or several payments: one change, one version
 * @param policy the shop's policy. Default: `order.policy`
 * @throws ConfigurationError `CONFIG_OPTION_UNKNOWN`, `CONFIG_OPTION_INVALID`
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
  checkOpened('addPayments', payments)
  const keyOf = ({ provider, paymentId, reference = order.orderId }: OpenedPayment) =>
    JSON.stringify([provider, paymentId === null ? null : canonicalId(paymentId), reference])
  const known = new Set(order.payments.map(keyOf))
  const added = payments.filter((payment) => !known.has(keyOf(payment)))
  if (added.length === 0) return order
  const resolved = policyFor(order, policy)
  const facts = {
    ...order,
    payments: [...order.payments, ...added],
    policy: resolved.given,
    version: order.version + 1,
  }
  const { status, ...judged } = judge(facts, resolved)
  const ships =
    (status === 'confirmed' && order.confirmedAt === null) ||
    (status === 'payment_authorized' && order.authorizedAt === null)
  if (!ships) return { ...facts, status, ...judged }
  // Adding a payment does not start a shipment.
  const held = { ...facts, isPaidByAddition: true }
  return { ...held, ...judge(held, resolved) }
}

/** Money finds its order only by these names, so an entry without any possible name is not a payment. */
export function checkOpened(where: string, payments: readonly OpenedPayment[]): void {
  const given: unknown = payments
  if (!Array.isArray(given)) invalidOption(where, 'payments must be an array')
  for (const [index, payment] of payments.entries()) {
    const at = `${where}: payments[${index}]`
    rejectMisplaced(at, payment, OPENED, { 'beside `payments`, not in it': NAMES })
    const { provider, paymentId, reference } = payment
    if (!isName(provider)) invalidOption(at, 'provider must be a text that is not empty')
    if (paymentId !== null && !isName(paymentId)) {
      invalidOption(at, "paymentId must be the provider's id of the payment, as a text, or null")
    }
    if (reference !== undefined && !isName(reference)) invalidOption(at, 'reference must be a text that is not empty')
    if (paymentId === null && payments.slice(0, index).some((one) => isSlotOf(one, payment))) {
      invalidOption(
        at,
        'a payment with paymentId null accepts every payment that names the order, so a second one is useless; add a further payment with addPayments, by its id',
      )
    }
  }
}

function isSlotOf(one: OpenedPayment, { provider, reference }: OpenedPayment): boolean {
  return one.paymentId === null && one.provider === provider && one.reference === reference
}

function isName(value: unknown): boolean {
  return typeof value === 'string' && value !== ''
}

/** @throws ConfigurationError `CONFIG_OPTION_INVALID`, with the limit if the value is too long */
export function priceOf(where: string, value: unknown): string {
  const amount = typeof value === 'string' ? toDecimal(value) : null
  if (amount !== null && amount !== '0') return amount
  throw new ConfigurationError(
    'CONFIG_OPTION_INVALID',
    `${where} must be a decimal string above zero, such as "100.50": ${DECIMAL_LIMITS}; write minor units with fromMinorUnits`,
  )
}

function invalid(message: string): never {
  return invalidOption('openOrder', message)
}
