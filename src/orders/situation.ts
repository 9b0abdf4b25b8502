/** The conditions of an order that determine its status, by name. */
import { Big } from 'big.js'
import { sinceDecision } from './decision.js'
import { endingsOf } from './endings.js'
import type { PaymentVerdict } from './ledger.js'
import type { ResolvedPolicy } from './policy.js'
import type { OrderFacts, OrderSums } from './sum-order.js'

export type Situation = ReturnType<typeof situationOf>

export function situationOf(order: OrderFacts, sums: OrderSums, policy: ResolvedPolicy) {
  return { ...moneyOf(order, sums, policy), ...decisionOf(order, sums), ...openOf(order, sums, policy) }
}

/** Final money, or money that counts like it. */
function moneyOf({ expected, isPaidByAddition }: OrderFacts, sums: OrderSums, policy: ResolvedPolicy) {
  const { settled, net, received, authorized, returned, disputed, payments } = sums
  const least = policy.leastOf(expected.amount)
  const isEnough = (amount: Big) => amount.gt(0) && amount.gte(least)
  const isPaid = isEnough(settled)
  const isCovered = isPaid && isEnough(net)
  const isReserved = authorized.gt(0) && net.plus(authorized).gte(least)
  const isShipped = policy.shipOn === 'authorized' && isEnough(sums.authorizedPeak) && !isReserved
  const isInTime = (isPaid ? sums.settledInTime : sums.settledInTime.plus(sums.authorizedInTime)).gte(least)
  const isLate = (isPaid || isReserved) && !isInTime
  const isOverpaid = isCovered && received.gt(expected.amount)
  const some = (has: (payment: (typeof payments)[number]) => boolean) => payments.some(has)
  const isMoreThanReported = sums.unreported.gt(0)
  const isConflicting = some(({ transfers }) => transfers.some(({ transfer }) => transfer.isConflicting))
  const isUnsure = !isEnough(net.minus(sums.doubted))
  const isUndone = !isPaid && (isEnough(sums.peak) || isShipped)
  return {
    isPaid,
    isCovered,
    isReserved,
    isOverpaid,
    isLate,
    /** The order was paid according to the facts, and no longer is. */
    isUndone,
    isConflicting,
    isPaidByAddition,
    isMoreThanReported,
    /** Money that went back, or was withdrawn, in another currency or without an amount cannot be subtracted. */
    hasUncountableReturn: some(
      ({ inOtherCurrencies, payment }) =>
        inOtherCurrencies > 0 || payment.ledger.strays.some(({ reason }) => reason === 'returned_amount_missing'),
    ),
    hasOtherCurrencies: some(({ inOtherCurrencies }) => inOtherCurrencies > 0),
    /** The money needs a decision before it can count. */
    isHeld:
      isPaidByAddition ||
      isConflicting ||
      isUndone ||
      (isCovered && isUnsure) ||
      (!isPaid && isMoreThanReported && isEnough(settled.plus(sums.unreported))) ||
      (isLate && policy.latePayment === 'review') ||
      (isOverpaid && policy.overpayment === 'review'),
    /** The money that is certain does not cover the price. */
    isUnsure,
    isDisputed: disputed.gt(0),
    isAllReturned: settled.gt(0) && received.eq(0) && disputed.eq(0) && returned.gt(0),
    isSomeLeft: received.gt(0),
  }
}

/** The shop's decision, and changes of the money since. */
function decisionOf({ decision }: OrderFacts, sums: OrderSums) {
  const since = decision === null ? null : sinceDecision(decision, sums)
  return {
    isAccepted: decision?.verdict === 'accepted',
    isRejected: decision?.verdict === 'rejected' || decision?.verdict === 'canceled',
    isCanceled: decision?.verdict === 'canceled',
    hasNews: since?.hasNews === true,
    hasFailedSince: since?.hasFailed === true,
    isReturnedSince: since?.isReturned === true,
    isDisputedSince: since?.isDisputed === true,
  }
}

/** An order that is not paid: the money that was seen, and the money that can still come. */
function openOf(order: OrderFacts, sums: OrderSums, policy: ResolvedPolicy) {
  const { received, pending, authorized, payments, foreign } = sums
  const least = policy.leastOf(order.expected.amount)
  const endings = endingsOf(order, payments)
  const isOnItsWay = payments.some((payment) => payment.isOnItsWay)
  const isEmpty = received.eq(0) && authorized.eq(0) && !isOnItsWay
  const hasTransferFailed = payments.some(({ transfers }) =>
    transfers.some(({ standing }) => standing.state === 'gone'),
  )
  const isClosedBy = (verdict: PaymentVerdict) => endings.isClosed && endings.has(verdict)
  return {
    hasStrays: foreign.length > 0 || payments.some(({ payment }) => payment.ledger.strays.length > 0),
    isOnItsWay,
    isEmpty,
    isClosed: endings.isClosed,
    isClosedBy,
    /** A buyer who has to pay the difference would find a payment that is complete, or would pay twice. */
    isShort: endings.isOver && !endings.isClosed && !isOnItsWay,
    hasTransferFailed,
    isDeadlinePassed: order.deadline !== 'ahead',
    isDeadlineLongPassed: order.deadline === 'long_passed',
    isArrivedInFull: received.plus(authorized).gte(least),
    isSeenInFull: received.plus(pending).plus(authorized).gte(least),
    /** With several payments, each provider has only a part, and is not going to call it complete. */
    isSeenInOne: payments.some((one) => one.seen.gt(one.pending) && one.received.gte(order.expected.amount)),
  }
}
