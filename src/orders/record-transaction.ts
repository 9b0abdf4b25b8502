/** What an event adds to what is known about transfers. */
import type { WebhookEvent } from '../event.js'
import { compareDecimals } from '../money.js'
import { goesByHash } from './echoes.js'
import { mergeVerdicts, smaller, sortedBy, stateOf, timeOf } from './merge.js'
import type { OrderPayment, OrderTransaction, TransactionVerdict } from './order-payment.js'

/** No transfer brings nothing. */
const UNKNOWN = '0'

/** The order with a transfer in it, or with more known about one. */
export function withTransaction(order: OrderPayment, event: WebhookEvent, verdict: TransactionVerdict): OrderPayment {
  const { provider, paymentId, transaction, received } = event
  const { id, hash, network, confirmations } = transaction!
  const seen: OrderTransaction = {
    provider,
    paymentId,
    id,
    hash,
    network: network?.toLowerCase() ?? null,
    // A failure may come without: it brings nothing.
    amount: received?.amount ?? UNKNOWN,
    state: verdict,
    // Blocks on top of a transaction that failed confirm nothing.
    confirmations: verdict === 'failed' ? null : confirmations,
    seenAt: timeOf(event),
    verdicts: { [verdict]: event.occurredAt },
  }
  const known = order.transactions.find((one) => keyOf(one) === keyOf(seen))
  const merged = known === undefined ? seen : mergeTransactions(known, seen)
  const others = order.transactions.filter((one) => one !== known)
  const transactions = sortedBy([...others, merged], keyOf)
  if (known === undefined || !isConflict(known, seen)) return { ...order, transactions }
  const conflicts = [...new Set([...order.conflicts, `${provider} ${id}`])].sort()
  return { ...order, transactions, conflicts }
}

/** One hash can pay several addresses of the order, each of which is a transfer of its own. */
function keyOf(one: OrderTransaction): string {
  return `${one.provider} ${one.id}${goesByHash(one) ? ` ${one.paymentId}` : ''}`
}

/** Two final amounts of one transaction cannot both be true. What was merely detected may still change. */
function isConflict(a: OrderTransaction, b: OrderTransaction): boolean {
  return 'confirmed' in a.verdicts && 'confirmed' in b.verdicts && a.amount !== b.amount
}

function mergeTransactions(a: OrderTransaction, b: OrderTransaction): OrderTransaction {
  const verdicts = mergeVerdicts(a.verdicts, b.verdicts)
  return {
    ...a,
    paymentId: smaller(a.paymentId, b.paymentId),
    hash: smaller(a.hash, b.hash),
    network: smaller(a.network, b.network),
    amount: amountOf(a, b),
    state: stateOf(verdicts),
    confirmations: confirmationsOf(a, b),
    seenAt: smaller(a.seenAt, b.seenAt)!,
    verdicts,
  }
}

/** The most that was reported; but who calls a transfer confirmed, and gives no number, has said enough. */
function confirmationsOf(a: OrderTransaction, b: OrderTransaction): number | null {
  if (isUncounted(a) || isUncounted(b)) return null
  return a.confirmations === null ? b.confirmations : Math.max(a.confirmations, b.confirmations ?? 0)
}

function isUncounted({ verdicts, confirmations }: OrderTransaction): boolean {
  return 'confirmed' in verdicts && confirmations === null
}

/** A final amount counts before one that was merely seen, and of two the smaller. */
function amountOf(a: OrderTransaction, b: OrderTransaction): string {
  const [aFinal, bFinal] = ['confirmed' in a.verdicts, 'confirmed' in b.verdicts]
  if (aFinal !== bFinal) return aFinal ? a.amount : b.amount
  if (a.amount === UNKNOWN || b.amount === UNKNOWN) return a.amount === UNKNOWN ? b.amount : a.amount
  return compareDecimals(a.amount, b.amount) <= 0 ? a.amount : b.amount
}
