/** Computes the five exact numbers of one payment from its facts, and the other values that its order needs. */
import { Big } from 'big.js'
import { larger, left, NOTHING, smaller, sum } from './amounts.js'
import type { Payment } from './belonging.js'
import { authorizedInTime, settledInTime } from './in-time.js'
import type { Ledger, PaymentVerdict, ReportedTotal } from './ledger.js'
import { newestOf } from './newest.js'
import type { ResolvedPolicy } from './policy.js'
import { returnsOf } from './returns.js'
import { isFinal, type CountedTransfer, type FinalTransfer } from './transfers.js'
import { follows, laterOf } from './times.js'
import {
  contradictsSuccess,
  contradictsTransfer,
  failedAfter,
  stateOf,
  transferFailedAfter,
  type PaymentState,
} from './verdicts.js'

/** The five numbers of a payment. */
interface FiveNumbers {
  /** Reserved, and neither captured nor given back. */
  readonly authorized: Big
  /** Seen, but not final. */
  readonly seen: Big
  /** Arrived for good, even if some of it went back since. */
  readonly settled: Big
  /** Refunds and lost disputes of the payment. */
  readonly returned: Big
  /** Money that the provider has withdrawn during a dispute. */
  readonly disputed: Big
}

export interface CountedPayment extends FiveNumbers {
  readonly payment: Payment
  readonly state: PaymentState
  readonly transfers: readonly CountedTransfer[]
  /** The part of `settled` that is left. */
  readonly net: Big
  /** The part that is left of all that arrived, final or not. */
  readonly received: Big
  /** The part of `seen` that only transfers report. */
  readonly pending: Big
  /** The part of `settled` that only a total reports. */
  readonly beyondTransfers: Big
  /** The amount by which its confirmed transfers exceed its confirmed total. */
  readonly unreported: Big
  /** The part of `settled` that its provider later called a failure. */
  readonly doubted: Big
  /** The parts of `settled` and of `authorized` that were seen before the deadline. */
  readonly settledInTime: Big
  readonly authorizedInTime: Big
  /** The highest amounts that were ever final, and ever reserved. */
  readonly peak: Big
  readonly authorizedPeak: Big
  /** True if more was seen whose amount may still grow or is not known. */
  readonly isOnItsWay: boolean
  /** True if the payment was reported as both a success and a failure. */
  readonly isContradicted: boolean
  readonly isDisputeLost: boolean
  readonly hasFailedRefund: boolean
  /** How many times money went back, or was withdrawn, in another currency. */
  readonly inOtherCurrencies: number
}

/** @param isOther true for a currency other than the order's */
export function countPayment(
  payment: Payment,
  transfers: readonly CountedTransfer[],
  { confirmations }: ResolvedPolicy,
  expiresAt: string | null,
  isOther: (money: { readonly currency: string }) => boolean,
): CountedPayment {
  const { ledger, parts } = payment
  const final = transfers.filter(isFinal)
  const transferred = sumOf(final)
  const total = finalTotal(ledger, confirmations)
  // Transfers are a lower bound: the callback of a transfer may be late or lost.
  const settled = total === null ? transferred : new Big(total.amount)
  const arrived = total === null ? larger(settled, seenTotal(ledger)) : settled
  const onItsWay = transfers.filter(({ standing }) => standing.state === 'pending')
  const live = larger(arrived, transferred.plus(sum(onItsWay.map(({ standing }) => standing.amount ?? '0'))))
  const settledBy = (date: string | null) =>
    total !== null || date === null ? settled : sumOf(final.filter(({ transfer }) => transfer.seenAt <= date))
  const { returned, disputed, ...returns } = returnsOf(ledger, settledBy, isOther)
  const net = left(settled, returned, disputed)
  const state = endedBy(stateOf(ledger), ledger, settled, net, disputed)
  const authorizations = ledger.totals.filter(({ verdict }) => verdict === 'authorized')
  const authorized = state === 'open' ? new Big(newestOf(authorizations)?.amount ?? 0) : NOTHING
  return {
    ...{ payment, state, transfers, authorized, settled, returned, disputed, net, ...returns },
    seen: live.minus(settled),
    received: left(arrived, returned, disputed),
    pending: live.minus(arrived),
    beyondTransfers: left(settled, transferred),
    unreported: left(transferred, settled),
    doubted: doubtedOf(ledger, total, final),
    settledInTime: settledInTime(expiresAt, ledger, final, settled),
    authorizedInTime: smaller(authorized, authorizedInTime(expiresAt, ledger)),
    peak: sum(parts.map((part) => peakOf(part, transfers, confirmations))),
    authorizedPeak: authorizations.map(({ amount }) => new Big(amount)).reduce(larger, NOTHING),
    isOnItsWay:
      live.gt(arrived) ||
      (total === null && (onItsWay.some(({ standing }) => standing.amount === null) || isUnderWay(state, ledger))),
    isContradicted: isContradicted(ledger, total, transfers),
  }
}

/** The newest confirmed total. Without one, if the shop requires no confirmations, the newest total that was seen. */
function finalTotal(ledger: Ledger, confirmations: number | null): ReportedTotal | null {
  const confirmed = newestOf(ledger.totals.filter(({ verdict }) => verdict === 'confirmed'))
  if (confirmed !== null || confirmations !== 0 || stateOf(ledger) === 'closed') return confirmed
  return newestOf(ledger.totals.filter(({ verdict }) => verdict === 'detected'))
}

/** Totals that were seen before everything went back no longer count. */
function seenTotal({ totals, refundTotals }: Ledger): Big {
  const back = newestOf(refundTotals)
  const isThere = ({ asOf }: ReportedTotal) => back === null || back.amount !== null || follows(asOf, back.asOf)
  const seen = totals.filter((one) => one.verdict !== 'authorized' && one.verdict !== 'confirmed' && isThere(one))
  return new Big(newestOf(seen)?.amount ?? 0)
}

/** The first capture ends a reservation: the rest is released. */
function endedBy(state: PaymentState, { verdicts }: Ledger, settled: Big, net: Big, disputed: Big): PaymentState {
  if (settled.gt(0) && net.eq(0) && disputed.eq(0)) return 'sent_back'
  return 'authorized' in verdicts && settled.gt(0) ? 'complete' : state
}

/** True if the money was seen and no newer total shows that less than all of it is there. */
function isUnderWay(state: PaymentState, { verdicts, totals }: Ledger): boolean {
  if (state !== 'open' || !('detected' in verdicts)) return false
  const lastOf = (...those: readonly PaymentVerdict[]) =>
    totals
      .filter(({ verdict }) => those.includes(verdict))
      .reduce<string | null>((last, { asOf }) => laterOf(last, asOf), null)
  return !follows(lastOf('pending', 'partially_paid'), laterOf(verdicts.detected, lastOf('detected')))
}

function doubtedOf(ledger: Ledger, total: ReportedTotal | null, final: readonly FinalTransfer[]): Big {
  if (total === null) {
    const isDoubted = ({ standing, transfer: { verdicts, seenAt } }: FinalTransfer) =>
      standing.isDoubted || transferFailedAfter(ledger, verdicts.confirmed ?? seenAt)
    return sumOf(final.filter(isDoubted))
  }
  const amount = new Big(total.amount)
  if (failedAfter(ledger, ledger.verdicts.confirmed)) return amount
  const since = final.filter(
    ({ standing, transfer }) => standing.isDoubted && !follows(total.asOf, transfer.verdicts.failed),
  )
  return smaller(amount, sumOf(since))
}

/** For each name separately, because it may not have been known that two names are one payment. */
function peakOf(part: Ledger, transfers: readonly CountedTransfer[], confirmations: number | null): Big {
  const final = part.totals.filter(
    ({ verdict }) => verdict === 'confirmed' || (confirmations === 0 && verdict === 'detected'),
  )
  if (final.length > 0) return final.map(({ amount }) => new Big(amount)).reduce(larger)
  return sum(transfers.filter((one) => one.part === part.paymentId).map(({ standing }) => standing.peak))
}

function isContradicted(ledger: Ledger, total: ReportedTotal | null, transfers: readonly CountedTransfer[]): boolean {
  if (contradictsSuccess(ledger)) return true
  if (transfers.some(({ transfer: { verdicts } }) => 'failed' in verdicts && 'confirmed' in verdicts)) return true
  return (
    total === null &&
    transfers.filter(isFinal).some(({ transfer }) => contradictsTransfer(ledger, transfer.verdicts.confirmed))
  )
}

function sumOf(final: readonly FinalTransfer[]): Big {
  return sum(final.map(({ standing }) => standing.amount))
}
