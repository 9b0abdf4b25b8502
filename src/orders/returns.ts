/** Money of a payment that went back, and money that its provider withholds during a dispute. */
import { Big } from 'big.js'
import type { Dispute, Ledger, Refund, RefundTotal, Report } from './ledger.js'
import { newestOf } from './newest.js'
import { follows } from './times.js'

export interface Returns {
  readonly returned: Big
  readonly disputed: Big
  readonly isDisputeLost: boolean
  readonly hasFailedRefund: boolean
  /** How many times money went back, or was withdrawn, in another currency. */
  readonly inOtherCurrencies: number
}

/**
 * @param settledBy the amount that had arrived for good by a date; null means no limit
 * @param isOther true for a currency other than the order's
 */
export function returnsOf(
  { refunds, refundTotals, disputes }: Ledger,
  settledBy: (date: string | null) => Big,
  isOther: (money: { readonly currency: string }) => boolean,
): Returns {
  const total = newestOf(refundTotals.filter((one) => !isOther(one)))
  const done = refunds.flatMap((one) => reportIf(one, 'confirmed'))
  const failed = refunds.flatMap((one) => reportIf(one, 'failed'))
  const [withdrawn, lost] = [disputes.flatMap(withdrawnOf), disputes.flatMap(lostOf)]
  const inOther = [...refundTotals, ...done.map(({ report }) => report), ...withdrawn, ...lost].filter(isOther)
  const own = (moved: readonly Moved[]) => moved.filter(({ report }) => !isOther(report))
  const sent = total === null ? sum(own(done)) : sentBack(total, settledBy, own(done), own(failed))
  return {
    returned: sent.plus(sumReports(lost.filter((one) => !isOther(one)))),
    disputed: sumReports(withdrawn.filter((one) => !isOther(one))),
    isDisputeLost: lost.length > 0,
    hasFailedRefund: failed.length > 0,
    inOtherCurrencies: inOther.length,
  }
}

interface Moved {
  readonly report: Report
  readonly beganAt: string | null
}

/**
 * A total includes pending refunds. So refunds that began after it are added, and refunds that failed after it are
 * subtracted.
 */
function sentBack(
  { amount, asOf }: RefundTotal,
  settledBy: (date: string | null) => Big,
  done: readonly Moved[],
  failed: readonly Moved[],
): Big {
  const counted = amount === null ? settledBy(asOf) : new Big(amount)
  const later = done.filter(({ beganAt }) => follows(beganAt, asOf))
  // The total may or may not include undated refunds. Each of them has gone back, so at least their sum has.
  const undated = done.filter(({ report }) => asOf === null || report.at === null)
  const undone = failed.filter(({ report, beganAt }) => follows(report.at, asOf) && !follows(beganAt, asOf))
  return larger(counted.minus(sum(undone)), sum(undated)).plus(sum(later))
}

/**
 * The refund, if this is its final verdict: the newest by date, and without dates the last in the order pending,
 * confirmed, failed.
 */
function reportIf(refund: Refund, verdict: 'confirmed' | 'failed'): readonly Moved[] {
  const { confirmed, failed, pending, beganAt } = refund
  const last = [pending, confirmed, failed].reduce((best, one) =>
    one === null || (best !== null && follows(best.at, one.at)) ? best : one,
  )
  const report = refund[verdict]
  return report !== null && report === last ? [{ report, beganAt }] : []
}

/** The newest dated verdict counts. With equal or no dates, lost comes before won, and won before opened. */
function verdictOn({ opened, won, lost }: Dispute): Report | null {
  const dated = [opened, won, lost].filter((one) => one !== null && one.at !== null)
  const those = dated.length > 0 ? dated : [opened, won, lost]
  return those.reduce((best, one) => (one === null || (best !== null && follows(best.at, one.at)) ? best : one), null)
}

function withdrawnOf(dispute: Dispute): readonly Report[] {
  const { opened } = dispute
  return opened !== null && opened.withdrawn && verdictOn(dispute) === opened ? [opened] : []
}

function lostOf(dispute: Dispute): readonly Report[] {
  const { lost } = dispute
  return lost !== null && verdictOn(dispute) === lost ? [lost] : []
}

function sum(moved: readonly Moved[]): Big {
  return sumReports(moved.map(({ report }) => report))
}

function sumReports(reports: readonly Report[]): Big {
  return reports.reduce((total, { amount }) => total.plus(amount), new Big(0))
}

function larger(a: Big, b: Big): Big {
  return a.gt(b) ? a : b
}
