/**
 * Second half of settling: judges the facts under the shop's policy. The first row that holds gives the status;
 * docs/orders.md has the same rows in words.
 */
import type { CountedPayment } from './count-payment.js'
import type { Judgement, OrderStatus } from './order-payment.js'
import type { ReviewReason } from './review-reason.js'
import type { ResolvedPolicy } from './policy.js'
import { situationOf, type Situation } from './situation.js'
import { sumOrder, type OrderFacts, type OrderSums } from './sum-order.js'
import { follows } from './times.js'

type Row = readonly [status: OrderStatus, holds: (order: Situation) => boolean, reason?: ReviewReason]

/** A person's decision holds until its money changes. */
export const DECIDED: readonly Row[] = [
  [
    'confirmed',
    (is) => is.isAccepted && !(is.isUnsure && (is.hasFailedSince || is.isDisputedSince || is.isReturnedSince)),
  ],
  ['needs_review', (is) => is.isAccepted && is.hasFailedSince],
  ['disputed', (is) => is.isAccepted && is.isDisputedSince],
  ['partially_refunded', (is) => is.isAccepted && is.isSomeLeft],
  ['refunded', (is) => is.isAccepted],
  ['needs_review', (is) => is.isRejected && is.hasNews],
  ['disputed', (is) => is.isRejected && is.isDisputedSince],
  ['refunded', (is) => is.isRejected && is.isReturnedSince && is.isAllReturned],
  ['canceled', (is) => is.isRejected],
]

/** Final money. Only `confirmed` ships, or `payment_authorized` if the policy allows it. */
export const MONEY: readonly Row[] = [
  ['needs_review', (is) => is.hasUncountableReturn],
  ['refunded', (is) => is.isAllReturned && !is.isReserved],
  ['needs_review', (is) => is.isHeld],
  ['confirmed', (is) => is.isCovered],
  ['payment_authorized', (is) => is.isReserved],
  ['disputed', (is) => is.isDisputed],
  ['partially_refunded', (is) => is.isPaid],
  ['refunded', (is) => is.isEmpty && is.isClosedBy('refunded')],
  ['needs_review', (is) => is.hasStrays],
]

/** Money that was only seen, missing money, and deadlines. */
export const UNPAID: readonly Row[] = [
  ['needs_review', (is) => is.isShort, 'paid_short'],
  ['canceled', (is) => is.isEmpty && is.isClosedBy('canceled')],
  ['expired', (is) => is.isEmpty && is.isDeadlinePassed],
  // An address stays open after a transaction failed; the buyer has to learn that this transaction will not pay.
  ['payment_failed', (is) => is.isEmpty && (is.hasTransferFailed || is.isClosedBy('failed'))],
  ['expired', (is) => is.isEmpty && is.isClosedBy('expired')],
  ['awaiting_payment', (is) => is.isEmpty],
  ['needs_review', (is) => is.isDeadlineLongPassed && (is.isSeenInFull || is.isOnItsWay), 'never_confirmed'],
  ['needs_review', (is) => is.isDeadlineLongPassed, 'part_paid'],
  // The rest will not be paid, or money that was seen will not become final.
  ['needs_review', (is) => !is.isOnItsWay && (is.isDeadlinePassed ? !is.isSeenInFull : is.isClosed), 'part_paid'],
  ['payment_detected', (is) => is.isOnItsWay],
  ['payment_insufficient', (is) => !is.isArrivedInFull],
  ['payment_detected', (is) => is.isSeenInOne],
  ['needs_review', () => true, 'paid_in_parts'],
]

export function judge(order: OrderFacts, policy: ResolvedPolicy): Judgement {
  const sums = sumOrder(order, policy)
  const situation = situationOf(order, sums, policy)
  const first = (rows: readonly Row[]) => rows.find(([, holds]) => holds(situation))
  const unpaid = situation.isPaid || situation.isReserved ? undefined : first(UNPAID)
  const [status] = (first(DECIDED) ?? first(MONEY) ?? unpaid)!
  const { received, pending, authorized, returned, disputed } = sums
  const missing = received.minus(order.expected.amount).times(-1)
  return {
    status,
    received: received.toFixed(),
    pending: pending.toFixed(),
    authorized: authorized.toFixed(),
    refunded: returned.toFixed(),
    disputed: disputed.toFixed(),
    shortfall: missing.gt(0) ? missing.toFixed() : '0',
    excess: missing.lt(0) ? missing.times(-1).toFixed() : '0',
    reasons: reasonsFor(situation, sums, unpaid?.[2]),
  }
}

function reasonsFor(is: Situation, { payments, foreign }: OrderSums, unpaid?: ReviewReason): readonly ReviewReason[] {
  const some = (has: (payment: CountedPayment) => boolean) => payments.some(has)
  const holding: readonly (readonly [ReviewReason, boolean])[] = [
    ['payment_unknown', is.isPaidByAddition],
    ['amount_conflict', is.isConflicting],
    ['currency_mismatch', is.hasOtherCurrencies],
    ['more_than_reported', is.isMoreThanReported],
    ['failed_after_confirmed', some(({ isContradicted }) => isContradicted)],
    ['confirmed_after_refund', some(isConfirmedAfterRefund)],
    ['refund_failed', some(({ hasFailedRefund }) => hasFailedRefund)],
    ['taken_twice', some(isTakenTwice)],
    ['dispute_lost', some(({ isDisputeLost }) => isDisputeLost)],
    ['undone_after_paid', is.isUndone || (is.isAccepted && is.isUnsure && is.hasFailedSince)],
    ['money_after_cancel', is.isCanceled && is.hasNews],
    ['money_after_rejection', is.isRejected && !is.isCanceled && is.hasNews],
    ['paid_late', is.isLate],
    ['overpaid', is.isOverpaid],
  ]
  const reasons = [
    ...payments.flatMap(({ payment }) => payment.ledger.strays.map(({ reason }) => reason)),
    ...foreign.map(({ reason }) => reason),
    ...holding.filter(([, holds]) => holds).map(([reason]) => reason),
    ...(unpaid === undefined ? [] : [unpaid]),
  ]
  return [...new Set(reasons)].sort()
}

function isConfirmedAfterRefund({ payment: { ledger } }: CountedPayment): boolean {
  return follows(ledger.verdicts.confirmed, ledger.verdicts.refunded)
}

function isTakenTwice({ settled, returned, disputed }: CountedPayment): boolean {
  return settled.gt(0) && returned.plus(disputed).gt(settled)
}
