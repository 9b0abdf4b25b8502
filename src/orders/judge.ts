/** Second half of settling: what the facts amount to under the shop's policy. */
import { Big } from 'big.js'
import { bringsNews, losesMoney } from './decision.js'
import type { OrderPayment, OrderStatus, ReviewReason } from './order-payment.js'
import { isClosed, isOver, statusWithoutMoney } from './open-status.js'
import type { ResolvedPolicy } from './policy.js'
import { attemptState, follows, sourcesOf } from './sources.js'
import { countMoney, type Tally } from './tally.js'

/** What `judge` decides; everything else in an order is fact. */
type Judgement = Pick<OrderPayment, 'status' | 'received' | 'pending' | 'shortfall' | 'excess' | 'reasons'>

export function judge(order: OrderPayment, policy: ResolvedPolicy): Judgement {
  const sources = sourcesOf(order, policy.confirmations)
  const tally = countMoney(sources)
  const expected = new Big(order.expected.amount)
  const enough = expected.minus(policy.tolerance)
  const paid = tally.final.gt(0) && tally.final.gte(enough)
  const over = tally.received.gt(expected)
  const late = paid && tally.inTime.lt(enough)

  const refunded = isRefunded(order, tally)
  const unsure = tally.undisputed.lt(enough)
  const lost = unsure && losesMoney(order, sources)
  const undone = !paid && !refunded && tally.undone.gt(0) && tally.final.plus(tally.undone).gte(enough)
  const news = bringsNews(order, sources)
  const unpaid = paid ? null : unpaidStatus(order, tally, enough)
  const blocked =
    order.conflicts.length > 0 ||
    undone ||
    (unsure && tally.final.gt(tally.undisputed)) ||
    (late && policy.latePayment === 'review') ||
    (paid && over && policy.overpayment === 'review')
  const reasons: (ReviewReason | false)[] = [
    ...order.strays.map(({ reason }) => reason),
    order.conflicts.length > 0 && 'amount_conflict',
    sources.some(({ isContradicted }) => isContradicted) && 'failed_after_confirmed',
    order.attempts.some(({ verdicts }) => follows(verdicts.confirmed, verdicts.refunded)) && 'confirmed_after_refund',
    (undone || lost) && 'undone_after_paid',
    news && 'money_after_rejection',
    late && 'paid_late',
    paid && over && 'overpaid',
    unpaid?.reason ?? false,
  ]
  return {
    status: refunded ? 'refunded' : statusOf(order, blocked, news || lost, unpaid?.status ?? 'confirmed'),
    received: tally.received.toFixed(),
    pending: tally.pending.toFixed(),
    shortfall: over ? '0' : expected.minus(tally.received).toFixed(),
    excess: over ? tally.received.minus(expected).toFixed() : '0',
    reasons: [...new Set(reasons.filter((reason) => reason !== false))].sort(),
  }
}

function statusOf(order: OrderPayment, blocked: boolean, reopened: boolean, otherwise: OrderStatus): OrderStatus {
  if (order.decision !== null && !reopened) return order.decision.verdict === 'accepted' ? 'confirmed' : 'canceled'
  if (blocked || reopened) return 'needs_review'
  return otherwise !== 'confirmed' && order.strays.length > 0 ? 'needs_review' : otherwise
}

/** Sent back, and nothing else came in; a part payment that was sent back can be followed by another attempt. */
function isRefunded(order: OrderPayment, { received, onItsWay }: Tally): boolean {
  const refunded = order.attempts.filter((attempt) => attemptState(attempt) === 'refunded')
  if (refunded.length === 0 || received.gt(0)) return false
  return refunded.some(({ verdicts }) => 'confirmed' in verdicts) || (!onItsWay && isClosed(order))
}

interface Unpaid {
  readonly status: OrderStatus
  readonly reason?: ReviewReason
}

function unpaidStatus(order: OrderPayment, tally: Tally, enough: Big): Unpaid {
  const { received, pending, onItsWay, largest } = tally
  // Whoever is asked for the difference would find a payment that is complete, or pay it twice.
  if (!onItsWay && isOver(order) && !isClosed(order)) return { status: 'needs_review', reason: 'paid_short' }
  if (received.eq(0) && !onItsWay) return { status: statusWithoutMoney(order) }
  const seenEnough = received.plus(pending).gte(enough)
  if (order.deadline === 'long_passed') {
    return { status: 'needs_review', reason: seenEnough || onItsWay ? 'never_confirmed' : 'part_paid' }
  }
  // Nobody is going to pay the rest, or to make final what was seen.
  const over = order.deadline === 'passed' ? !seenEnough : isClosed(order)
  if (over && !onItsWay) return { status: 'needs_review', reason: 'part_paid' }
  if (onItsWay) return { status: 'payment_detected' }
  if (received.lt(enough)) return { status: 'payment_insufficient' }
  // Of several payments, each provider knows only a part, and is not going to call it complete.
  return largest.gte(order.expected.amount)
    ? { status: 'payment_detected' }
    : { status: 'needs_review', reason: 'paid_in_parts' }
}
