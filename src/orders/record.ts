/** First half of settling: what an event adds to what is known. Nothing is ever taken away, so order and number of events do not matter. */
import type { WebhookEvent } from '../event.js'
import { isExpiryEvent } from './expiry-event.js'
import { mismatchOf } from './mismatch.js'
import type {
  AttemptVerdict,
  OrderPayment,
  OrderTransaction,
  PaymentAttempt,
  ReportedTotal,
  ReviewReason,
  TransactionVerdict,
  Verdicts,
} from './order-payment.js'
import { compareDecimals } from '../money.js'

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

function withTransaction(order: OrderPayment, event: WebhookEvent, verdict: TransactionVerdict): OrderPayment {
  const { provider, transaction, received } = event
  const { id, hash, network, confirmations } = transaction!
  const seen: OrderTransaction = {
    provider,
    id,
    hash,
    network: network?.toLowerCase() ?? null,
    amount: received!.amount,
    state: verdict,
    confirmations,
    seenAt: timeOf(event),
    verdicts: { [verdict]: event.occurredAt },
  }
  const known = order.transactions.find((one) => one.provider === provider && one.id === id)
  const merged = known === undefined ? seen : mergeTransactions(known, seen)
  const others = order.transactions.filter((one) => one !== known)
  const transactions = sortedBy([...others, merged], (one) => `${one.provider} ${one.id}`)
  if (known === undefined || !isConflict(known, seen)) return { ...order, transactions }
  const conflicts = [...new Set([...order.conflicts, `${provider} ${id}`])].sort()
  return { ...order, transactions, conflicts }
}

/** Two final amounts of one transaction cannot both be true. What was merely detected may still change. */
function isConflict(a: OrderTransaction, b: OrderTransaction): boolean {
  return 'confirmed' in a.verdicts && 'confirmed' in b.verdicts && a.amount !== b.amount
}

function mergeTransactions(a: OrderTransaction, b: OrderTransaction): OrderTransaction {
  const verdicts = mergeVerdicts(a.verdicts, b.verdicts)
  return {
    ...a,
    hash: smaller(a.hash, b.hash),
    network: smaller(a.network, b.network),
    amount: amountOf(a, b),
    state: 'confirmed' in verdicts ? 'confirmed' : 'failed' in verdicts ? 'failed' : 'detected',
    confirmations: a.confirmations === null ? b.confirmations : Math.max(a.confirmations, b.confirmations ?? 0),
    seenAt: smaller(a.seenAt, b.seenAt)!,
    verdicts,
  }
}

/** A final amount counts before one that was merely seen, and of two the smaller. */
function amountOf(a: OrderTransaction, b: OrderTransaction): string {
  const [aFinal, bFinal] = ['confirmed' in a.verdicts, 'confirmed' in b.verdicts]
  if (aFinal !== bFinal) return aFinal ? a.amount : b.amount
  return compareDecimals(a.amount, b.amount) <= 0 ? a.amount : b.amount
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

function mergeVerdicts<Verdict extends string>(a: Verdicts<Verdict>, b: Verdicts<Verdict>): Verdicts<Verdict> {
  const merged: Partial<Record<Verdict, string | null>> = {}
  for (const name of [...new Set([...Object.keys(a), ...Object.keys(b)])].sort() as Verdict[]) {
    merged[name] = larger(a[name] ?? null, b[name] ?? null)
  }
  return merged
}

/** When it happened, as far as is known. */
function timeOf({ occurredAt, receivedAt }: WebhookEvent): string {
  return occurredAt ?? receivedAt
}

/** Of two texts, null standing for none; times are ISO 8601 in UTC, so that the smaller is the earlier. */
function smaller(a: string | null, b: string | null): string | null {
  return a === null || b === null ? (a ?? b) : a < b ? a : b
}

function larger(a: string | null, b: string | null): string | null {
  return a === null || b === null ? (a ?? b) : a > b ? a : b
}

function sortedBy<Item>(items: readonly Item[], key: (item: Item) => string): readonly Item[] {
  return items.toSorted((a, b) => (key(a) < key(b) ? -1 : 1))
}
