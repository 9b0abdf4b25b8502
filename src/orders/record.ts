/** First half of settling: what an event adds to what is known. Nothing is ever taken away, so order and number of events do not matter. */
import type { WebhookEvent } from '../event.js'
import { compareDecimals } from '../money.js'
import { isExpiryEvent } from './expiry-event.js'
import { mergeVerdicts, smaller, sortedBy, timeOf } from './merge.js'
import { mismatchOf } from './mismatch.js'
import type {
  AttemptVerdict,
  OrderPayment,
  PaymentAttempt,
  ReportedTotal,
  ReviewReason,
  TransactionVerdict,
} from './order-payment.js'
import { withTransaction } from './record-transaction.js'

const ATTEMPT: Readonly<Record<string, AttemptVerdict>> = {
  'payment.pending': 'pending',
  'payment.detected': 'detected',
  'payment.partially_paid': 'partially_paid',
  'payment.confirmed': 'confirmed',
  'payment.failed': 'failed',
  'payment.canceled': 'canceled',
  'payment.expired': 'expired',
  'payment.refunded': 'refunded',
}

const TRANSACTION: Readonly<Record<string, TransactionVerdict>> = {
  'transaction.detected': 'detected',
  'transaction.confirmed': 'confirmed',
  'transaction.failed': 'failed',
}

/** The order with the event's facts in it; the same order when it has none. */
export function record(order: OrderPayment, event: WebhookEvent, confirmWithinMs: number): OrderPayment {
  if (isExpiryEvent(event)) return withDeadline(order, event, confirmWithinMs)
  const transaction = TRANSACTION[event.type]
  const attempt = ATTEMPT[event.type]
  if (transaction === undefined && attempt === undefined) return order
  const mismatch = mismatchOf(order, event)
  if (mismatch !== null) return bringsNews(event) ? withStray(order, event, mismatch) : order
  return attempt === undefined ? withTransaction(order, event, transaction!) : withVerdict(order, event, attempt)
}

/** Where what does not belong to the order says nothing about money either, there is nothing to look at. */
function bringsNews({ type }: WebhookEvent): boolean {
  return !['payment.pending', 'payment.failed', 'payment.canceled', 'payment.expired', 'transaction.failed'].includes(
    type,
  )
}

function withDeadline(order: OrderPayment, event: WebhookEvent, confirmWithinMs: number): OrderPayment {
  const sinceDeadline = Date.parse(event.receivedAt) - Date.parse(order.expiresAt ?? event.receivedAt)
  if (order.deadline === 'long_passed' || sinceDeadline < 0) return order
  return { ...order, deadline: sinceDeadline >= confirmWithinMs ? 'long_passed' : 'passed' }
}

function withStray(order: OrderPayment, { id }: WebhookEvent, reason: ReviewReason): OrderPayment {
  if (order.strays.some(({ eventId }) => eventId === id)) return order
  return { ...order, strays: sortedBy([...order.strays, { eventId: id, reason }], ({ eventId }) => eventId) }
}

function withVerdict(order: OrderPayment, event: WebhookEvent, verdict: AttemptVerdict): OrderPayment {
  const { provider, received } = event
  const paymentId = event.paymentId ?? order.orderId
  const known = order.attempts.find((one) => one.provider === provider && one.paymentId === paymentId)
  const before = known ?? { provider, paymentId, reference: null, totals: [], seenAt: null, verdicts: {} }
  const hasMoney = verdict === 'partially_paid' || verdict === 'detected' || verdict === 'confirmed'
  const seenAt = timeOf(event)
  const attempt: PaymentAttempt = {
    ...before,
    reference: smaller(before.reference, event.orderId),
    totals:
      received === null || received.amount === '0' ? before.totals : withTotal(before.totals, received.amount, seenAt),
    seenAt: hasMoney ? smaller(before.seenAt, seenAt) : before.seenAt,
    verdicts: mergeVerdicts(before.verdicts, { [verdict]: event.occurredAt }),
  }
  const others = order.attempts.filter((one) => one !== known)
  return { ...order, attempts: sortedBy([...others, attempt], (one) => `${one.provider} ${one.paymentId}`) }
}

function withTotal(totals: readonly ReportedTotal[], amount: string, seenAt: string): readonly ReportedTotal[] {
  const known = totals.find((total) => total.amount === amount)
  const others = totals.filter((total) => total !== known)
  const total = { amount, seenAt: smaller(known?.seenAt ?? null, seenAt)! }
  return [...others, total].sort((a, b) => compareDecimals(a.amount, b.amount))
}
