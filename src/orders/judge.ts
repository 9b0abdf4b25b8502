/** Second half of settling: what the facts amount to under the shop's policy. */
import { Big } from 'big.js'
import type { OrderPayment, OrderStatus, ReviewReason } from './order-payment.js'
import { isClosed, isOver, statusWithoutMoney } from './open-status.js'
import type { ResolvedPolicy } from './policy.js'
import { attemptState, countMoney, follows, type Tally } from './tally.js'

/** What `judge` decides; everything else in an order is fact. */
type Judgement = Pick<OrderPayment, 'status' | 'received' | 'pending' | 'shortfall' | 'excess' | 'reasons'>

export function judge(order: OrderPayment, policy: ResolvedPolicy): Judgement {
  const tally = countMoney(order, policy.confirmations)
  const expected = new Big(order.expected.amount)
  const enough = expected.minus(policy.tolerance)
  const paid = tally.final.gt(0) && tally.final.gte(enough)
  const over = tally.received.gt(expected)
  const late = paid && tally.inTime.lt(enough)

  const refunded = isRefunded(order, tally)
  const undone = !paid && !refunded && tally.undone.gt(0) && tally.final.plus(tally.undone).gte(enough)
  const news = bringsNews(order, tally)
  const unpaid = paid ? null : unpaidStatus(order, tally, enough)
  const blocked =
    order.conflicts.length > 0 ||
    undone ||
    (tally.disputed.gt(0) && tally.final.minus(tally.disputed).lt(enough)) ||
    (late && policy.latePayment === 'review') ||
    (paid && over && policy.overpayment === 'review')
  const reasons: (ReviewReason | false)[] = [
    ...order.strays.map(({ reason }) => reason),
    order.conflicts.length > 0 && 'amount_conflict',
    order.attempts.some(contradictsSuccess) && 'failed_after_confirmed',
    order.transactions.some(({ verdicts }) => 'failed' in verdicts && 'confirmed' in verdicts) &&
      'failed_after_confirmed',
    order.attempts.some(({ verdicts }) => follows(verdicts.confirmed, verdicts.refunded)) && 'confirmed_after_refund',
    undone && 'undone_after_paid',
    news && 'money_after_rejection',
    late && 'paid_late',
    paid && over && 'overpaid',
    unpaid?.reason ?? false,
  ]
  return {
    status: refunded ? 'refunded' : statusOf(order, blocked, news, unpaid?.status ?? 'confirmed'),
    received: tally.received.toFixed(),
    pending: tally.pending.toFixed(),
    shortfall: over ? '0' : expected.minus(tally.received).toFixed(),
    excess: over ? tally.received.minus(expected).toFixed() : '0',
    reasons: [...new Set(reasons.filter((reason) => reason !== false))].sort(),
  }
}

function statusOf(order: OrderPayment, blocked: boolean, news: boolean, otherwise: OrderStatus): OrderStatus {
  if (order.decision !== null && !news) return order.decision.verdict === 'accepted' ? 'confirmed' : 'canceled'
  if (blocked || news) return 'needs_review'
  return otherwise !== 'confirmed' && order.strays.length > 0 ? 'needs_review' : otherwise
}

/** Whoever rejected the order has not seen this money, and would keep it unknowingly. */
function bringsNews({ decision, strays }: OrderPayment, { received }: Tally): boolean {
  return decision?.verdict === 'rejected' && (received.gt(decision.received) || strays.length > decision.strays)
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
  const { received, pending, onItsWay } = tally
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
  return { status: onItsWay || received.gte(enough) ? 'payment_detected' : 'payment_insufficient' }
}

/**
 * Whichever came first: another attempt would have had another id, so the provider has said two things of one payment.
 * Only a payer who cancels can still have money on its way, which then makes the payment a success.
 */
function contradictsSuccess({ verdicts }: OrderPayment['attempts'][number]): boolean {
  if (!('confirmed' in verdicts)) return false
  const canceled = 'canceled' in verdicts && !follows(verdicts.confirmed, verdicts.canceled)
  return 'failed' in verdicts || 'expired' in verdicts || canceled
}
