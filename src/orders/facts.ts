/** Extracts the facts of one event by its family, or the reason why it has none. */
import type { WebhookEvent } from '../event.js'
import { toDecimal } from '../money.js'
import { disputeFacts, refundFacts } from './facts-of-returns.js'
import type { Ledger, PaymentVerdict } from './ledger.js'
import { isOtherCurrency, isOtherNetwork, type Terms } from './mismatch.js'
import { canonicalId, type Names } from './names.js'
import type { ReviewReason } from './review-reason.js'
import { instantOf, seenAtOf } from './times.js'

export type Facts = Partial<Ledger>

const FAMILY = /^(payment|transaction|refund|dispute)\.([a-z_]+)$/

export function isAboutMoney({ type }: WebhookEvent): boolean {
  return FAMILY.test(type)
}

/** Null if the event does not fit the order and concerns no money: there is nothing to review. */
export function factsOf(order: Terms, event: WebhookEvent, names: Names): Facts | null {
  const reason = unusable(order, event, names)
  if (reason === null) return { ...refundFacts(order, event, names), ...disputeFacts(event), ...ownFacts(event) }
  return WITHOUT_MONEY.includes(event.type) ? null : { strays: [{ eventId: event.id, reason }] }
}

const WITHOUT_MONEY: readonly string[] = [
  'payment.pending',
  'payment.failed',
  'payment.canceled',
  'payment.expired',
  'transaction.failed',
  'dispute.inquiry',
]

function unusable(order: Terms, event: WebhookEvent, names: Names): ReviewReason | null {
  const { type, received, expected, refund, dispute, transaction } = event
  if (isOtherCurrency(order, received, names) || isOtherCurrency(order, expected, names)) return 'currency_mismatch'
  const amounts = [received, refund, dispute].filter((money) => money !== null)
  if (amounts.some(({ amount }) => toDecimal(amount) === null)) return 'amount_missing'
  const [, family] = FAMILY.exec(type)!
  if (family === 'refund' && refund === null) return missingOf(event)
  if (family === 'dispute' && dispute === null) return missingOf(event)
  if (family === 'refund' || family === 'dispute') return null
  if (family === 'payment') return isWithoutTotal(event) ? 'amount_missing' : null
  if (transaction === null || (received !== null && received.basis !== 'transaction')) return 'amount_missing'
  return isOtherNetwork(order, event, names) ? 'network_mismatch' : null
}

/** Money that went back leaves less than the facts show, by an unknown amount. */
function missingOf({ type }: WebhookEvent): ReviewReason {
  return type === 'refund.confirmed' || type === 'dispute.lost' ? 'returned_amount_missing' : 'amount_missing'
}

function isWithoutTotal({ type, received, expected }: WebhookEvent): boolean {
  if (received !== null) return received.basis !== 'total'
  return type === 'payment.confirmed' || (type === 'payment.authorized' && toDecimal(expected?.amount) === null)
}

function ownFacts(event: WebhookEvent): Facts {
  const [, family, verdict] = FAMILY.exec(event.type)!
  if (family === 'payment') return verdictFacts(event, verdict as PaymentVerdict)
  if (family === 'transaction') return transferFacts(event, verdict as 'detected' | 'confirmed' | 'failed')
  return totalBeside(event)
}

/** Money that goes back had come in: a refund or a dispute may be the first event with the amount. */
function totalBeside(event: WebhookEvent): Facts {
  const { received, occurredAt } = event
  const amount = received?.basis === 'total' ? toDecimal(received.amount) : null
  if (amount === null) return {}
  const asOf = instantOf(received?.asOf) ?? instantOf(occurredAt)
  return { totals: [{ verdict: 'confirmed', amount, asOf, seenAt: seenAtOf(event) }] }
}

const MONEY_SEEN: readonly PaymentVerdict[] = ['authorized', 'partially_paid', 'detected', 'confirmed']

function verdictFacts(event: WebhookEvent, verdict: PaymentVerdict): Facts {
  const { received, expected, occurredAt } = event
  // A provider that reserves money may leave out the amount: then the whole price is reserved.
  const amount = toDecimal((received ?? (verdict === 'authorized' ? expected : null))?.amount)
  const asOf = instantOf(received?.asOf) ?? instantOf(occurredAt)
  const seenAt = seenAtOf(event)
  // Zero is not a total, unless its verdict or its date shows that it replaces one.
  const isTotal = amount !== null && (amount !== '0' || asOf !== null || verdict === 'confirmed')
  return {
    verdicts: { [verdict]: instantOf(occurredAt) },
    seenAt: MONEY_SEEN.includes(verdict) ? seenAt : null,
    totals: isTotal ? [{ verdict, amount, asOf, seenAt }] : [],
  }
}

function transferFacts(event: WebhookEvent, verdict: 'detected' | 'confirmed' | 'failed'): Facts {
  const { received, original, occurredAt } = event
  const { id, hash, network, confirmations } = event.transaction!
  const amount = toDecimal(received?.amount)
  const isFinal = verdict === 'confirmed'
  const transfer = {
    id: canonicalId(id),
    hash: hash === null ? null : canonicalId(hash),
    network: network?.toLowerCase() ?? null,
    original,
    amount: { seen: isFinal ? null : amount, confirmed: isFinal ? amount : null },
    isConflicting: false,
    // Blocks on top of a failed transaction confirm nothing.
    confirmations: verdict === 'failed' ? null : confirmations,
    seenAt: seenAtOf(event),
    verdicts: { [verdict]: instantOf(occurredAt) },
  }
  return { transfers: [transfer] }
}
